"""What each wording must say, and a rule that reads whether a text says it. *Pure.*

A part is said by one sentence that has all of its phrases, in their order, and no word that takes them back or weakens
them. The phrases are read in folded text: small letters, no accents, no hyphens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from callrouter.wordings.folding import folded, sentences

_WEAKENING = {
    "en": re.compile(
        r"not|no|never|none|nor|neither|nobody|nothing|without|unless|hardly|non|except|formerly|perhaps|maybe|may"
        r"|might|sometimes|some|most|few|almost|cannot|\w+n't"
    ),
    "es": re.compile(
        r"no|nunca|jamas|ni|sin|nadie|nada|ningun|ningun[oa]|tampoco|salvo|excepto|quizas?|acaso|podria|podrian"
        r"|algun[oa]s|casi|antes"
    ),
}
_CONTRAST = re.compile(r"\bnot \{center\} but\b|\bno (?:\w+ )?\{center\} sino\b")
"""says who does not answer, and takes nothing back"""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that a text must say. `phrases` are patterns over folded text, in each language."""

    what: str
    phrases: Mapping[str, tuple[str, ...]]


def _part(what: str, en: str, es: str) -> Part:
    """A part whose phrases are separated by ` … `."""
    return Part(what, {"en": tuple(en.split(" … ")), "es": tuple(es.split(" … "))})


_LINK_ENGLISH = r"\W+(?:(?:which|who|that|this|is|an?|one|of|our|the)\W+){0,6}?"
_LINK_SPANISH = r"\W+(?:(?:que|este|es|un|uno|de|nuestros|los)\W+){0,6}?"
CENTER_PAYS = _part(
    "the center's name, and directly after it that it pays: “{center}, a paid advertiser”",
    rf"\{{center\}}{_LINK_ENGLISH}paid advertisers?",
    rf"\{{center\}}{_LINK_SPANISH}anunciantes? que pagan?",
)
CENTERS_PAY = _part(
    "that all centers pay: “the treatment centers that answer are paid advertisers”",
    "centers … are paid advertisers",
    "centros … son anunciantes que pagan",
)
PAYS = _part("that it pays: “a paid advertiser”", "paid advertisers?", "anunciantes? que pagan?")
EMERGENCY = _part(
    "what to do in an emergency: “in an emergency, hang up and dial 9 1 1”",
    r"emergency … hang up … dial 9 1 1(?! \d)",
    r"emergencia … cuelgue … marque (?:el )?9 1 1(?! \d)",
)
LIFE_IN_DANGER = _part(
    "what to do if life is in danger: “hang up and dial 9 1 1”",
    r"danger … hang up … dial 9 1 1(?! \d)",
    r"peligro … cuelgue … marque (?:el )?9 1 1(?! \d)",
)
PUBLIC_LIST = _part(
    "where all licensed providers are listed: “find treatment dot gov”",
    "all licensed providers … find treatment dot gov",
    "todos los proveedores con licencia … find treatment punto gov",
)
CRISIS_LINE = _part("the crisis line: “9 8 8”", r"(?<!\d )9 8 8(?! \d)", r"(?<!\d )9 8 8(?! \d)")
DIAL_CRISIS_LINE = _part(
    "how to reach the crisis line: “dial or text 9 8 8”",
    r"dial (?:or text )?9 8 8(?! \d)",
    r"marque (?:el )?9 8 8(?! \d)",
)
SAMHSA_LINE = _part(
    "the number of SAMHSA: “1 800 6 6 2, 4 3 5 7”",
    r"samhsa … 1 800 6 6 2,? 4 3 5 7(?! \d)",
    r"samhsa … 1 800 6 6 2,? 4 3 5 7(?! \d)",
)
RETURN_CALL = _part(
    "what the caller agrees to: to be called back, and at which number: “the number you are calling from”",
    "be called back … at the number (?:that )?you are calling from",
    "devuelva la llamada … al numero desde el que llama",
)
OTHER_CENTER = _part(
    "that another center answers: “another treatment center”",
    "another (?:treatment )?center",
    "otro centro",
)
RECORDED = _part("that it is recorded: “recorded”", "recorded", "grabado")
MESSAGE_HEARD_BY = _part(
    "who hears the message: “the staff of {helpline} and the treatment center”",
    r"heard … staff of \{helpline\} … treatment center … a paid advertiser",
    r"escucharan … personal de \{helpline\} … centro de tratamiento … un anunciante que paga",
)
SHOWS_NUMBER = _part("that the center sees the number: “see your number”", "see your number", "vea su numero")
ANSWERING_MACHINE = _part(
    "what the caller allows: “a message on your answering machine”",
    "message … answering machine",
    "mensaje … contestador",
)
OTHER_NUMBER = _part("what the key does: “another number”", "another number", "otro numero")
TAKES_BACK = _part(
    "what the key does: “not to be called”",
    "not to be called|not be called",
    "no le llamemos|no ser llamad[oa]",
)
STOPS = _part(
    "what the key does: “not to call you again”",
    "not to call you again|never call you again",
    "no volvamos a llamarle|no le llamemos (?:mas|nunca)",
)
DELETES = _part(
    "what the key does: “your number deleted”", "your number deleted", "borremos (?:tambien )?su numero"
)
TEN_DIGITS = _part(
    "what to enter, and how it ends: “the ten digits”, “the pound key”", "ten digits", "diez digitos"
)
POUND_KEY = _part("how the entry ends: “the pound key”", "pound key", "tecla numeral")
IN_TWO_HOURS = _part("when the call comes: “within two hours”", "within two hours", "plazo de dos horas")
BY_DAY = _part(
    "when the call comes: “in the morning, after 8”", "morning … after 8", "manana … despues de las 8"
)
WHEN_OPEN = _part(
    "when the call comes: “when it is open, between 8 in the morning and 9 at night”",
    "when it is open … between 8 in the morning and 9 at night",
    "cuando este abierto … entre las 8 de la manana y las 9 de la noche",
)
IN_15_MINUTES = _part("when the call comes: “in 15 minutes”", "in 15 minutes", "(?:en|dentro de) 15 minutos")
SHOWS_CONNECTION = _part(
    "what the code shows: “a code that shows who you were connected with and what you were told”",
    "code … shows … connected with … what you were told",
    "codigo … muestra … con quien se comunico … que se le dijo",
)
SHOWS_WHAT_WAS_TOLD = _part(
    "what the code shows: “a code that shows what you were told”",
    "code … shows … what you were told",
    "codigo … muestra … que se le dijo",
)
SIXTEEN_DIGITS = _part("how long the code is: “sixteen digits”", "sixteen digits", "dieciseis digitos")
ON_OUR_WEBSITE = _part(
    "where to use the code: “enter this code on our website, at the following address”",
    "enter this code … website … following address",
    "escriba este codigo … sitio web … siguiente direccion",
)

REQUIRED: Mapping[str, tuple[Part, ...]] = {
    "greeting": (EMERGENCY, CENTERS_PAY, PUBLIC_LIST),
    "press-crisis": (CRISIS_LINE,),
    "press-show-number": (SHOWS_NUMBER,),
    "connecting": (CENTER_PAYS,),
    "listing": (CENTER_PAYS,),
    "press-listing-promise": (RETURN_CALL,),
    "press-helpline": (OTHER_CENTER, PAYS),
    "national-lines": (SAMHSA_LINE, CRISIS_LINE),
    "crisis": (DIAL_CRISIS_LINE, LIFE_IN_DANGER),
    "unserved": (SAMHSA_LINE, CRISIS_LINE),
    "no-such-number": (SAMHSA_LINE, CRISIS_LINE),
    "recall": (CENTER_PAYS,),
    "press-promise": (RETURN_CALL, PAYS),
    "press-message": (RECORDED,),
    "message": (RECORDED, MESSAGE_HEARD_BY),
    "promised": (CENTER_PAYS, IN_TWO_HOURS),
    "promised-by-day": (CENTER_PAYS, BY_DAY),
    "promised-later": (CENTER_PAYS, WHEN_OPEN),
    "promised-by-helpline": (PAYS,),
    "press-other-number": (OTHER_NUMBER,),
    "press-allow-message": (ANSWERING_MACHINE,),
    "press-take-back": (TAKES_BACK,),
    "enter-number": (TEN_DIGITS, POUND_KEY),
    "press-later": (IN_15_MINUTES,),
    "return-later": (IN_15_MINUTES,),
    "return-calling-us": (IN_15_MINUTES,),
    "returning": (CENTER_PAYS,),
    "press-stop": (STOPS,),
    "press-forget": (DELETES,),
    "press-proof": (SHOWS_CONNECTION,),
    "press-return-proof": (SHOWS_WHAT_WAS_TOLD,),
    "proof-code": (SIXTEEN_DIGITS,),
    "proof-how": (ON_OUR_WEBSITE,),
}
"""the parts of each wording; a wording that is not here may say anything that no other rule refuses"""


def missing_parts(key: str, language: str, text: str) -> list[str]:
    """What the text of this wording leaves out, in words."""
    read = [_CONTRAST.sub(" ", sentence) for sentence in sentences(folded(text))]
    return [part.what for part in REQUIRED.get(key, ()) if not _says(read, part.phrases[language], language)]


def _says(read: list[str], phrases: tuple[str, ...], language: str) -> bool:
    return any(_sentence_says(sentence, phrases, language) for sentence in read)


def _sentence_says(sentence: str, phrases: tuple[str, ...], language: str) -> bool:
    """Whether the phrases stand in a sentence in this order, and nothing besides them weakens it."""
    at, besides = 0, ""
    for phrase in phrases:
        found = re.compile(rf"(?<!\w)(?:{phrase})(?!\w)").search(sentence, at)
        if found is None:
            return False
        besides += f"{sentence[at : found.start()]} "
        at = found.end()
    return not _weakens(besides + sentence[at:], language)


def _weakens(words: str, language: str) -> bool:
    said = re.findall(r"[\w']+", words)
    return any(_WEAKENING[language].fullmatch(word) for word in said)
