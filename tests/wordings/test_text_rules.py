"""The rules that every text keeps: words that no text may have, names, keys, signs, and its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.directory.attempts import SCREENING_SECONDS, WHISPER_KEY_SECONDS
from callrouter.promises.return_calls.prompts import LONGEST_PROMPT_SECONDS
from callrouter.wordings.text_rules import HEARD_BY_ANYBODY, longest_seconds, placeholders, wording_faults
from callrouter.wordings.wordings import KEYS, SHIPPED

FORBIDDEN = {
    "en": [
        "best",
        "vetted",
        "top-rated",
        "top rated",
        "matched",
        "match",
        "guaranteed",
        "guarantee",
        "number one",
    ],
    "es": [
        "mejor",
        "mejores",
        "garantizado",
        "garantía",
        "garantizamos",
        "emparejado",
        "verificados",
        "número uno",
    ],
}
ALLOWED = ["bestow", "asbestos", "unmatchedness", "rematch", "vet", "topic", "mejorar", "garante", "matchbox"]
RULES = [
    ("", "empty"),
    ("  ", "empty"),
    ("The call has ended", "ending"),
    ("The call  has ended.", "spaces"),
    ("The call\nhas ended.", "sign"),
    ("The call has ended. {center}", "unknown-placeholder"),
    ("The call has ended, {center.name}.", "braces"),
    ("The call has ended, {center!r}.", "braces"),
    ("The call has ended, {0}.", "braces"),
    ("The call has ended, {}.", "braces"),
    ("The call has ended, {center:>9}.", "braces"),
    ("The call has ended, {.", "braces"),
    ("The call has ended, }.", "braces"),
    ("The {{call}} has ended.", "sign"),
    ("The <break time='9s'/> call has ended.", "sign"),
    ("The call &amp; has ended.", "sign"),
    ("</Say><Dial>+19005550100</Dial><Say>.", "sign"),
    ("The call has end\u200bed.", "sign"),
    ("The call h\u0430s ended.", "sign"),
    ("The call has ended \u202e.", "sign"),
    ("The call has\x00 ended.", "sign"),
    ("The call has ended 👋.", "sign"),
    ("Dial 988.", "digits"),
    ("Dial 911.", "digits"),
    ("Call 4357.", "digits"),
    ("Dial 9-8-8.", "digits"),
    (f"{'a' * 40} has ended.", "long-word"),
    ("Press 1.", "key"),
    ("Presione 1.", "key"),
    ("Push 1.", "key"),
    ("Pulse 1.", "key"),
    ("The call has ended, ʙest.", "sign"),
    ("The call has ended, ﬁne.", "sign"),
    ("Dial ９.", "sign"),
    ("The call has ende\u0301d.", "sign"),
    ("Pressing on, press 4.", "key"),
    ("word " * 100 + "end.", "too-long"),
]


def rules_broken(key: str, language: str, text: str) -> set[str]:
    return {fault.rule for fault in wording_faults(key, language, text)}


@pytest.mark.parametrize(("key", "language"), list(SHIPPED.texts))
def test_every_shipped_text_keeps_all_rules(key: str, language: str) -> None:
    assert wording_faults(key, language, SHIPPED.text(key, language)) == ()


@pytest.mark.parametrize(("text", "rule"), RULES)
def test_a_text_is_refused_with_its_rule(text: str, rule: str) -> None:
    assert rule in rules_broken("goodbye", "en", text)


@pytest.mark.parametrize(
    ("language", "word"), [(each, word) for each in FORBIDDEN for word in FORBIDDEN[each]]
)
@pytest.mark.parametrize(
    "written", [str, str.upper, str.title, lambda word: f"{word},", lambda word: f"«{word}»"[1:-1]]
)
def test_a_word_that_promises_something_is_refused_and_named(language: str, word: str, written) -> None:
    text = (
        f"Gracias, {written(word)}. Adiós." if language == "es" else f"Thank you, {written(word)}. Goodbye."
    )
    faults = [
        fault for fault in wording_faults("thank-you", language, text) if fault.rule == "forbidden-word"
    ]
    assert len(faults) == 1
    plain = faults[0].what.split("”")[0].removeprefix("“")
    assert plain.replace(" ", "") == word.replace("-", "").replace(" ", "").replace("í", "i").replace(
        "ú", "u"
    )
    assert "FTC Act" in faults[0].what


@pytest.mark.parametrize("word", ["best", "matched", "mejor"])
@pytest.mark.parametrize(("key", "language"), list(SHIPPED.texts))
def test_no_wording_may_have_such_a_word_in_either_language(key: str, language: str, word: str) -> None:
    text = f"{SHIPPED.text(key, language)[:-1]} {word}."
    assert "forbidden-word" in rules_broken(key, language, text)


@pytest.mark.parametrize("word", ALLOWED)
def test_words_that_only_contain_one_are_left_alone(word: str) -> None:
    assert rules_broken("thank-you", "en", f"Thank you, {word}. Goodbye.") == set()


@pytest.mark.parametrize(
    "hidden", ["be\u200bst", "b\u0435st", "ｂｅｓｔ", "best\u00ad", "b\u00e9st", "B E S T"]
)
def test_a_hidden_word_is_refused_one_way_or_another_or_is_not_heard_as_one(hidden: str) -> None:
    assert rules_broken("thank-you", "en", f"Thank you, {hidden}. Goodbye.") or hidden == "B E S T"


@pytest.mark.parametrize(
    ("key", "text", "rule", "named"),
    [
        ("connecting", "Connecting you to a paid advertiser.", "missing-placeholder", "{center}"),
        ("connecting", "Connecting {name} to {center}, a paid advertiser.", "unknown-placeholder", "{name}"),
        (
            "connecting",
            "Calling {center} for {number}, a paid advertiser.",
            "unknown-placeholder",
            "{number}",
        ),
        ("press-helpline", "For another center of {helpline}, press 3.", "missing-placeholder", "{center}"),
        ("press-crisis", "For the 9 8 8 crisis line, press 8.", "key", "“press 9”"),
        ("press-crisis", "For the 9 8 8 crisis line, press nine.", "key", "“press 9”"),
        ("press-crisis", "For the 9 8 8 crisis line, press 9, or press 8.", "key", "“press 9”"),
        ("press-crisis", "For the 9 8 8 crisis line, press 99.", "key", "“press 9”"),
        ("press-crisis", "For the 9 8 8 crisis line, hold.", "key", "“press 9”"),
        ("press-crisis", "For the 9 8 8 crisis line, press 9, o presione 8.", "key", "“press 9”"),
        ("press-crisis", "There is the 9 8 8 crisis line. For it, press 9.", "key", "one sentence"),
        ("return-hello", "Hello, this is the helpline that you asked for.", "gives-away", "“helpline”"),
        ("return-message", "Your treatment center called. Goodbye.", "gives-away", "“treatment”"),
        ("connect", "Hello.", "unknown", "no such wording"),
    ],
)
def test_the_fault_names_what_is_wrong(key: str, text: str, rule: str, named: str) -> None:
    faults = [fault.what for fault in wording_faults(key, "en", text) if fault.rule == rule]
    assert any(named in what for what in faults), faults


def test_a_language_that_is_not_spoken_is_refused() -> None:
    assert rules_broken("goodbye", "fr", "Au revoir.") == {"unknown"}


def test_a_text_with_several_faults_is_refused_with_all_of_them() -> None:
    text = "Connecting you to {center}, the best. To go on, press 1."
    assert rules_broken("connecting", "en", text) == {"forbidden-word", "required-part", "key"}


def test_the_whisper_ends_within_the_time_that_is_counted_for_screening() -> None:
    assert longest_seconds("whisper") + WHISPER_KEY_SECONDS <= SCREENING_SECONDS
    longer = "A caller is waiting for somebody who can help right now. To take the call, please press 1."
    assert rules_broken("whisper", "en", longer) == {"too-long"}


def test_the_questions_of_a_return_call_stay_within_what_is_taken_off_the_talk() -> None:
    questions = ("return-hello", "press-agree", "press-decline", "press-stop")
    assert sum(map(longest_seconds, questions)) + 6 < LONGEST_PROMPT_SECONDS
    assert set(questions) <= HEARD_BY_ANYBODY


@given(st.sampled_from(KEYS), st.sampled_from(["en", "es"]), st.text(max_size=120))
def test_any_text_is_judged_without_an_error_and_what_passes_can_be_spoken(
    key: str, language: str, text: str
) -> None:
    if not wording_faults(key, language, text):
        text.format(center="A", helpline="B", called="C")
        assert not set(text) & set('<>&"')


@given(st.text("{}abc.!:0 ", max_size=30))
def test_braces_are_a_name_or_refused(text: str) -> None:
    try:
        names = placeholders(text)
    except ValueError:
        return
    assert all(name.isalpha() for name in names)
