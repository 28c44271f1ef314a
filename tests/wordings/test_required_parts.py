"""What every caller must hear cannot be left out of a text, taken back in it, or weakened."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.wordings.folding import folded
from callrouter.wordings.required_parts import REQUIRED, missing_parts
from callrouter.wordings.wordings import KEYS, SHIPPED

PARTS = [(key, language) for key in REQUIRED for language in ("en", "es")]
HARMLESS = {
    "en": st.sampled_from(["Please wait.", "Thank you for your patience.", "We are here day and night."]),
    "es": st.sampled_from(["Por favor espere.", "Gracias por su paciencia.", "Estamos aquí día y noche."]),
}

ENOUGH = [
    ("connecting", "en", "One moment please. {center}, a paid advertiser, is being called."),
    ("connecting", "en", "We are calling {center}, which is a paid advertiser."),
    ("connecting", "en", "{center} – a paid advertiser – is next."),
    ("connecting", "en", "{CENTER}, A PAID ADVERTISER, is next.".replace("{CENTER}", "{center}")),
    ("connecting", "en", "Connecting you to {center}, one of our paid advertisers."),
    ("connecting", "es", "Le conectamos ahora con {center}, que es un anunciante que paga."),
    ("listing", "es", "Usted llama a {center}, un anunciante que paga. Espere."),
    (
        "greeting",
        "en",
        (
            "Welcome to {helpline}. In an emergency, hang up now and dial 9 1 1. All centers are paid advertisers."
            " All licensed providers are at find treatment dot gov."
        ),
    ),
    (
        "press-promise",
        "en",
        "To be called back by a paid advertiser at the number that you are calling from, press 1.",
    ),
    ("unserved", "en", "Sorry. Call SAMHSA at 1 800 6 6 2 4 3 5 7. Or 9 8 8 at any hour."),
]
NEAR_MISSES = [
    # left out
    ("connecting", "en", "Connecting you to {center}."),
    ("connecting", "en", "Connecting you to a paid advertiser."),
    ("connecting", "es", "Le conectamos con {center}."),
    # other words for the same, which are not what the law says
    ("connecting", "en", "Connecting you to {center}, an advertiser."),
    ("connecting", "en", "Connecting you to {center}, a paid partner."),
    ("connecting", "en", "Connecting you to {center}, an unpaid advertiser."),
    ("connecting", "en", "Connecting you to {center}, a paid advertisement."),
    ("connecting", "en", "Connecting you to {center}, a prepaid advertiser."),
    ("connecting", "en", "Connecting you to {center}, a paid, advertiser."),
    ("connecting", "es", "Le conectamos con {center}, un anunciante."),
    ("connecting", "es", "Le conectamos con {center}, un anunciante pagado."),
    # taken back
    ("connecting", "en", "Connecting you to {center}, not a paid advertiser."),
    ("connecting", "en", "Connecting you to {center}, which is not a paid advertiser."),
    ("connecting", "en", "Connecting you to {center}, which isn't a paid advertiser."),
    ("connecting", "en", "Connecting you to {center}, which isn’t a paid advertiser."),
    ("connecting", "en", "Connecting you to {center}, never a paid advertiser."),
    ("connecting", "en", "Connecting you to {center}, a non-paid advertiser."),
    ("connecting", "en", "Connecting you to {center}, a paid advertiser no more."),
    ("connecting", "en", "Connecting you to {center}, a paid advertiser it is not."),
    ("connecting", "es", "Le conectamos con {center}, que no es un anunciante que paga."),
    ("connecting", "es", "Le conectamos con {center}, un anunciante que paga, jamás."),
    # weakened
    ("connecting", "en", "Connecting you to {center}, perhaps a paid advertiser."),
    ("connecting", "en", "Connecting you to {center}, which may be a paid advertiser."),
    ("connecting", "en", "Connecting you to {center}, formerly a paid advertiser."),
    ("connecting", "es", "Le conectamos con {center}, quizás un anunciante que paga."),
    # said of somebody else, or at another place
    ("connecting", "en", "A paid advertiser is connecting you to {center}."),
    ("connecting", "en", "Connecting you to {center}. We are a paid advertiser."),
    (
        "connecting",
        "en",
        "Connecting you to {center}, and please hold the line while we look for a paid advertiser.",
    ),
    ("connecting", "en", "Connecting you to {center} or to a paid advertiser."),
    ("connecting", "en", "Connecting you to {center} through a paid advertiser."),
    ("connecting", "es", "Le conectamos con {center} o con un anunciante que paga."),
    ("connecting", "en", "Connecting you to {helpline}, a paid advertiser."),
    # the greeting
    (
        "greeting",
        "en",
        (
            "Welcome to {helpline}. Hang up and dial 9 1 1. All centers are paid advertisers. All licensed providers"
            " are at find treatment dot gov."
        ),
    ),
    (
        "greeting",
        "en",
        (
            "Welcome to {helpline}. In an emergency, do not hang up and dial 9 1 1. All centers are paid advertisers."
            " All licensed providers are at find treatment dot gov."
        ),
    ),
    (
        "greeting",
        "en",
        (
            "Welcome to {helpline}. In an emergency, hang up and dial 9 1 1. Some centers are paid advertisers."
            " All licensed providers are at find treatment dot gov."
        ),
    ),
    (
        "greeting",
        "en",
        (
            "Welcome to {helpline}. In an emergency, hang up and dial 9 1 1. All centers are paid advertisers."
            " Many licensed providers are at find treatment dot gov."
        ),
    ),
    (
        "greeting",
        "en",
        (
            "Welcome to {helpline}. In an emergency, hang up and dial 9 1 1 2. All centers are paid advertisers."
            " All licensed providers are at find treatment dot gov."
        ),
    ),
    (
        "greeting",
        "es",
        (
            "Gracias por llamar a {helpline}. En una emergencia, no cuelgue ni marque 9 1 1. Los centros son"
            " anunciantes que pagan. Todos los proveedores con licencia están en find treatment punto gov."
        ),
    ),
    # the lines that answer when nobody does
    ("unserved", "en", "Nobody could take your call. Goodbye."),
    ("unserved", "en", "Call SAMHSA at 1 800 6 6 2, 4 3 5 8. Or dial 9 8 8."),
    ("unserved", "en", "Call SAMHSA at 1 800 6 6 2, 4 3 5 7. Or dial 9 8."),
    ("crisis", "en", "The 9 8 8 line is there. If life is in danger, hang up and dial 9 1 1."),
    ("crisis", "en", "Hang up and dial or text 9 8 8 now."),
    ("press-crisis", "en", "For the crisis line, press 9."),
    # what a caller agrees to
    ("press-promise", "en", "To be called back by a paid advertiser, press 1."),
    ("press-promise", "en", "To be called back at the number you are calling from, press 1."),
    ("press-promise", "en", "For more about a paid advertiser at the number you are calling from, press 1."),
    ("press-listing-promise", "en", "To be called back by {center}, press 2."),
    (
        "press-listing-promise",
        "en",
        "Not to be called back by {center} at the number you are calling from, press 2.",
    ),
    ("press-listing-promise", "es", "Para que {center} le devuelva la llamada, presione 2."),
    ("press-helpline", "en", "To be connected to {helpline} instead of {center}, press 3."),
    ("press-helpline", "en", "To reach {helpline} and not {center} but another treatment center, press 3."),
    ("press-message", "en", "To leave a message, press 2."),
    ("message", "en", "Please leave your message for {helpline} after the tone."),
    (
        "message",
        "en",
        "It will not be recorded, and heard only by the staff of {helpline} and the treatment center.",
    ),
    ("press-stop", "en", "For us to call you again, press 9."),
    ("press-forget", "en", "To have your name deleted here as well, press 7."),
    ("promised", "en", "Thank you. {center}, a paid advertiser, will call you back within ten minutes."),
    ("promised-later", "en", "Thank you. {center}, a paid advertiser, will call you back."),
]


@pytest.mark.parametrize(("key", "language", "text"), ENOUGH)
def test_other_words_that_say_it_are_enough(key: str, language: str, text: str) -> None:
    assert missing_parts(key, language, text) == []


@pytest.mark.parametrize(("key", "language", "text"), NEAR_MISSES)
def test_what_nearly_says_it_is_not_enough(key: str, language: str, text: str) -> None:
    assert missing_parts(key, language, text) != []


@pytest.mark.parametrize(("key", "language"), list(SHIPPED.texts))
def test_every_shipped_text_says_what_it_must(key: str, language: str) -> None:
    assert missing_parts(key, language, SHIPPED.text(key, language)) == []


@pytest.mark.parametrize(("key", "language"), PARTS)
def test_no_sentence_that_says_a_part_can_go(key: str, language: str) -> None:
    """Whatever sentences are taken away: the text is complete only if each part is still said."""
    kept = re.split(r"(?<=[.])\s", SHIPPED.text(key, language))
    needed = [
        index
        for index in range(len(kept))
        if missing_parts(key, language, " ".join(kept[:index] + kept[index + 1 :]))
    ]
    assert needed
    assert missing_parts(key, language, " ".join(kept[index] for index in needed)) == []


@pytest.mark.parametrize(("key", "language"), PARTS)
@given(data=st.data())
def test_sentences_around_it_change_nothing(data: st.DataObject, key: str, language: str) -> None:
    before, after = (data.draw(st.lists(HARMLESS[language], max_size=3)) for _ in range(2))
    text = " ".join([*before, SHIPPED.text(key, language), *after])
    assert missing_parts(key, language, text) == []


@pytest.mark.parametrize(("key", "language"), PARTS)
@given(data=st.data())
def test_a_text_of_the_same_words_in_another_order_seldom_says_it_and_never_when_cut(
    data: st.DataObject, key: str, language: str
) -> None:
    """Cut anywhere before the end of its last required phrase, the text is refused."""
    words = SHIPPED.text(key, language).split()
    length = data.draw(st.integers(0, len(words) - 1))
    cut = " ".join(words[:length])
    if not missing_parts(key, language, cut):
        # What was cut off says nothing that is required.
        assert missing_parts(key, language, SHIPPED.text(key, language)) == []
        assert all(missing_parts(key, language, " ".join(words[:shorter])) for shorter in range(length // 4))


@pytest.mark.parametrize(("key", "language"), PARTS)
@given(data=st.data())
def test_one_weakening_word_in_every_sentence_refuses_any_text(
    data: st.DataObject, key: str, language: str
) -> None:
    word = data.draw(
        st.sampled_from({"en": ["never", "perhaps", "NOT"], "es": ["nunca", "quizá", "JAMÁS"]}[language])
    )
    weakened = [f"{word} {sentence}" for sentence in re.split(r"(?<=[.])\s", SHIPPED.text(key, language))]
    assert missing_parts(key, language, " ".join(weakened)) != []


@given(st.text(max_size=200), st.sampled_from(PARTS))
def test_no_chance_text_says_a_required_part(text: str, wording: tuple[str, str]) -> None:
    assert missing_parts(*wording, text) != []


def test_every_required_wording_is_one_that_is_spoken() -> None:
    assert REQUIRED.keys() <= set(KEYS)


@pytest.mark.parametrize(
    ("text", "read"),
    [("Él MARCÓ 9-1-1.", "el marco 9 1 1."), ("it isn’t", "it isn't"), ("top‑rated", "top rated")],
)
def test_a_text_is_read_without_accents_capitals_and_hyphens(text: str, read: str) -> None:
    assert folded(text) == read
