"""The words that callers hear, by key and language, each with its version. *Pure.*

A changed text gets a new version: the log of disclosures names the version that was spoken, and holds the words.
Every text keeps to the rules of `forbidden`: it promises nothing about a center.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SAMHSA = "1 800 6 6 2, 4 3 5 7"

WORDINGS: dict[str, tuple[int, dict[str, str]]] = {
    "greeting": (
        1,
        {
            "en": (
                "Thank you for calling {name}, free and confidential. In an emergency, hang up and dial 9 1 1."
                " The treatment centers that answer are paid advertisers. All licensed providers are listed at"
                " find treatment dot gov."
            ),
            "es": (
                "Gracias por llamar a {name}, gratis y confidencial. En una emergencia, cuelgue y marque 9 1 1."
                " Los centros de tratamiento que contestan son anunciantes que pagan. Todos los proveedores con"
                " licencia están en find treatment punto gov."
            ),
        },
    ),
    "press-crisis": (
        1,
        {
            "en": "For the 9 8 8 crisis line, press 9.",
            "es": "Para la línea de crisis 9 8 8, presione 9.",
        },
    ),
    "press-language": (
        1,
        {"en": "For English, press 2.", "es": "Para español, presione 2."},
    ),
    "press-show-number": (
        1,
        {
            "en": "To let the center see your number, press 5.",
            "es": "Para que el centro vea su número, presione 5.",
        },
    ),
    "or-stay": (
        1,
        {"en": "Or stay on the line.", "es": "O espere en la línea."},
    ),
    "recall": (
        1,
        {
            "en": "You asked to be called back by {name}, a paid advertiser.",
            "es": "Usted pidió que {name}, un anunciante que paga, le devolviera la llamada.",
        },
    ),
    "press-same-center": (
        1,
        {
            "en": "To be connected to {name} now, press 1.",
            "es": "Para comunicarse ahora con {name}, presione 1.",
        },
    ),
    "connecting": (
        1,
        {
            "en": "Connecting you to {name}, a paid advertiser.",
            "es": "Le conectamos con {name}, un anunciante que paga.",
        },
    ),
    "listing": (
        1,
        {
            "en": "You are calling {name}, a paid advertiser.",
            "es": "Usted está llamando a {name}, un anunciante que paga.",
        },
    ),
    "did-not-answer": (1, {"en": "{name} did not answer.", "es": "{name} no contestó."}),
    "lines-busy": (
        1,
        {"en": "All lines of {name} are busy.", "es": "Todas las líneas de {name} están ocupadas."},
    ),
    "not-available": (
        1,
        {
            "en": "{name} cannot take calls through this number at this time.",
            "es": "{name} no puede recibir llamadas por este número en este momento.",
        },
    ),
    "press-try-again": (
        1,
        {"en": "To try {name} again, press 1.", "es": "Para llamar otra vez a {name}, presione 1."},
    ),
    "press-listing-promise": (
        1,
        {
            "en": "To be called back by {name} at the number you are calling from, press 2.",
            "es": "Para que {name} le devuelva la llamada al número desde el que llama, presione 2.",
        },
    ),
    "press-helpline": (
        1,
        {
            "en": (
                "To be connected to {helpline} instead, where not {name} but another treatment center answers,"
                " one of several paid advertisers, press 3."
            ),
            "es": (
                "Para comunicarse en su lugar con {helpline}, donde no contesta {name} sino otro centro de"
                " tratamiento, uno de varios anunciantes que pagan, presione 3."
            ),
        },
    ),
    "offer": (
        1,
        {
            "en": "Nobody at {name} can take your call right now.",
            "es": "En este momento nadie en {name} puede atender su llamada.",
        },
    ),
    "press-promise": (
        1,
        {
            "en": (
                "To be called back by one of the treatment centers, a paid advertiser, at the number you are calling"
                " from, press 1."
            ),
            "es": (
                "Para que uno de los centros de tratamiento, un anunciante que paga, le devuelva la llamada al número"
                " desde el que llama, presione 1."
            ),
        },
    ),
    "press-message": (
        1,
        {
            "en": "To leave a message, which will be recorded, press 2.",
            "es": "Para dejar un mensaje, que será grabado, presione 2.",
        },
    ),
    "national-lines": (
        1,
        {
            "en": (
                f"The national helpline of SAMHSA answers day and night at {SAMHSA}. The Suicide and Crisis Lifeline"
                " answers at 9 8 8."
            ),
            "es": (
                f"La línea nacional de ayuda de SAMHSA contesta día y noche en el {SAMHSA}. La línea de prevención"
                " del suicidio y crisis contesta en el 9 8 8."
            ),
        },
    ),
    "message": (
        1,
        {
            "en": (
                "Please leave your message after the tone. It will be recorded, and heard only by a treatment center,"
                " a paid advertiser. Hang up when you have finished."
            ),
            "es": (
                "Por favor deje su mensaje después del tono. Será grabado, y solo lo escuchará un centro de"
                " tratamiento, un anunciante que paga. Cuelgue cuando haya terminado."
            ),
        },
    ),
    "message-kept": (
        1,
        {
            "en": "Thank you. Your message was kept. Goodbye.",
            "es": "Gracias. Su mensaje fue guardado. Adiós.",
        },
    ),
    "promised": (
        2,
        {
            "en": "Thank you. {name}, a paid advertiser, will call you back within two hours.",
            "es": "Gracias. {name}, un anunciante que paga, le devolverá la llamada en un plazo de dos horas.",
        },
    ),
    "promised-by-day": (
        1,
        {
            "en": "Thank you. {name}, a paid advertiser, will call you back in the morning, after 8.",
            "es": "Gracias. {name}, un anunciante que paga, le devolverá la llamada por la mañana, después de las 8.",
        },
    ),
    "promised-by-helpline": (
        2,
        {
            "en": "Thank you. One of our treatment centers, a paid advertiser, will call you back.",
            "es": "Gracias. Uno de nuestros centros, un anunciante que paga, le devolverá la llamada.",
        },
    ),
    "press-other-number": (
        1,
        {
            "en": "To be called at another number, press 1.",
            "es": "Para que le llamemos a otro número, presione 1.",
        },
    ),
    "press-allow-message": (
        1,
        {
            "en": "To allow a message on your answering machine, press 2.",
            "es": "Para permitir un mensaje en su contestador, presione 2.",
        },
    ),
    "press-take-back": (
        1,
        {"en": "Not to be called after all, press 3.", "es": "Para que no le llamemos, presione 3."},
    ),
    "or-hang-up": (1, {"en": "Or simply hang up.", "es": "O simplemente cuelgue."}),
    "enter-number": (
        1,
        {
            "en": "Please enter the ten digits of the number.",
            "es": "Por favor marque los diez dígitos del número.",
        },
    ),
    "number-taken": (
        1,
        {
            "en": "Thank you. You will be called at that number.",
            "es": "Gracias. Le llamaremos a ese número.",
        },
    ),
    "number-not-understood": (
        1,
        {
            "en": "That is not a number in the United States that can be called.",
            "es": "Ese no es un número de los Estados Unidos al que se pueda llamar.",
        },
    ),
    "message-allowed": (
        1,
        {
            "en": "Thank you. If nobody answers, a short message may be left.",
            "es": "Gracias. Si nadie contesta, se podrá dejar un mensaje corto.",
        },
    ),
    "taken-back": (
        1,
        {"en": "You will not be called back. Goodbye.", "es": "No le devolveremos la llamada. Adiós."},
    ),
    "thank-you": (1, {"en": "Thank you. Goodbye.", "es": "Gracias. Adiós."}),
    "return-ask": (
        1,
        {
            "en": "A caller of {name} asked to be called back.",
            "es": "Una persona que llamó a {name} pidió que le devolvieran la llamada.",
        },
    ),
    "press-take": (
        1,
        {"en": "To be connected now, press 1.", "es": "Para comunicarse ahora, presione 1."},
    ),
    "press-later": (
        1,
        {"en": "In 15 minutes, press 2.", "es": "Dentro de 15 minutos, presione 2."},
    ),
    "press-hand-on": (
        1,
        {
            "en": "To hand it on to another center, press 3.",
            "es": "Para pasarla a otro centro, presione 3.",
        },
    ),
    "return-ringing": (
        1,
        {"en": "Please hold while we call.", "es": "Por favor espere mientras llamamos."},
    ),
    "return-later": (
        1,
        {
            "en": "You will be called again in 15 minutes. Goodbye.",
            "es": "Le llamaremos otra vez en 15 minutos. Adiós.",
        },
    ),
    "return-handed-on": (
        1,
        {"en": "It was handed on. Goodbye.", "es": "Se pasó a otro centro. Adiós."},
    ),
    "return-withdrawn": (
        1,
        {
            "en": "The caller does not want to be called any more. Goodbye.",
            "es": "La persona ya no quiere que le llamen. Adiós.",
        },
    ),
    "return-not-now": (
        1,
        {
            "en": "The caller cannot be called at this hour. Goodbye.",
            "es": "A esta hora no se puede llamar a la persona. Adiós.",
        },
    ),
    "return-calling-us": (
        1,
        {
            "en": "The caller is calling us at this moment. You will be called again in 15 minutes. Goodbye.",
            "es": "La persona nos está llamando en este momento. Le llamaremos otra vez en 15 minutos. Adiós.",
        },
    ),
    "return-not-reached": (
        1,
        {
            "en": "The caller could not be reached. Goodbye.",
            "es": "No se pudo localizar a la persona. Adiós.",
        },
    ),
    "return-hello": (
        1,
        {
            "en": "Hello. This is the call that you asked for.",
            "es": "Hola. Esta es la llamada que usted pidió.",
        },
    ),
    "press-agree": (1, {"en": "To take it, press 1.", "es": "Para tomarla, presione 1."}),
    "press-decline": (
        1,
        {"en": "If you do not want it any more, press 2.", "es": "Si ya no la quiere, presione 2."},
    ),
    "press-stop": (
        1,
        {
            "en": "For us not to call you again, press 9.",
            "es": "Para que no volvamos a llamarle, presione 9.",
        },
    ),
    "return-message": (
        1,
        {
            "en": "This is the call that you asked for. You can reach us at the number that called you. Goodbye.",
            "es": "Esta es la llamada que usted pidió. Puede llamarnos al número que le llamó. Adiós.",
        },
    ),
    "returning": (
        1,
        {
            "en": "You asked us to call you back. Connecting you to {name}, a paid advertiser.",
            "es": "Usted pidió que le devolviéramos la llamada. Le conectamos con {name}, un anunciante que paga.",
        },
    ),
    "return-declined": (
        1,
        {
            "en": "You will not be called about this again. Goodbye.",
            "es": "No le llamaremos más por esto. Adiós.",
        },
    ),
    "return-stopped": (
        1,
        {"en": "We will not call you again.", "es": "No volveremos a llamarle."},
    ),
    "press-forget": (
        1,
        {
            "en": "To have your number deleted here as well, press 7.",
            "es": "Para que borremos también su número, presione 7.",
        },
    ),
    "forgotten": (
        1,
        {"en": "Your number was deleted. Goodbye.", "es": "Su número fue borrado. Adiós."},
    ),
    "crisis": (
        1,
        {
            "en": (
                "The 9 8 8 Suicide and Crisis Lifeline is there for you at any hour, free and confidential. Hang up"
                " and dial or text 9 8 8 now. If life is in danger, hang up and dial 9 1 1."
            ),
            "es": (
                "La línea 9 8 8 de prevención del suicidio y crisis está a su disposición a toda hora, gratuita y"
                " confidencial. Cuelgue y marque 9 8 8 ahora. Si hay peligro de vida, cuelgue y marque 9 1 1."
            ),
        },
    ),
    "goodbye": (1, {"en": "The call has ended. Goodbye.", "es": "La llamada ha terminado. Adiós."}),
    "unserved": (
        1,
        {
            "en": (
                f"Nobody could take your call. The national helpline of SAMHSA answers day and night at {SAMHSA}."
                " The Suicide and Crisis Lifeline answers at 9 8 8. Goodbye."
            ),
            "es": (
                f"Nadie pudo atender su llamada. La línea nacional de ayuda de SAMHSA contesta día y noche en el"
                f" {SAMHSA}. La línea de prevención del suicidio y crisis contesta en el 9 8 8. Adiós."
            ),
        },
    ),
    "no-such-number": (
        1,
        {
            "en": (
                f"This number is not in service. The national helpline of SAMHSA answers day and night at {SAMHSA}."
                " The Suicide and Crisis Lifeline answers at 9 8 8. Goodbye."
            ),
            "es": (
                f"Este número no está en servicio. La línea nacional de ayuda de SAMHSA contesta día y noche en el"
                f" {SAMHSA}. La línea de prevención del suicidio y crisis contesta en el 9 8 8. Adiós."
            ),
        },
    ),
    "loop": (
        1,
        {
            "en": "This call comes from a number of this service and cannot be connected. Goodbye.",
            "es": "Esta llamada viene de un número de este servicio y no se puede conectar. Adiós.",
        },
    ),
    "whisper": (
        1,
        {
            "en": "A caller is waiting. To take the call, press 1.",
            "es": "Una persona espera en la línea. Para tomar la llamada, presione 1.",
        },
    ),
}

LONGEST_SPOKEN_NAME = 80
_PROMISING = ("best", "vetted", "top-rated", "top rated", "matched", "guarantee", "guaranteed", "number one")
_PROMISING_EN_ESPANOL = ("mejor", "mejores", "garantía", "garantizado", "garantizada")


def words(key: str, language: str, **names: str) -> str:
    """The text of a wording, with names as they can be spoken."""
    spoken = {name: speakable(value) for name, value in names.items()}
    return text(key, language).format(**spoken)


def text(key: str, language: str) -> str:
    """The text with its places for names; English where a language is not there."""
    texts = WORDINGS[key][1]
    return texts.get(language, texts["en"])


def version(key: str) -> str:
    """A wording's key and version, `connecting@1`."""
    return f"{key}@{WORDINGS[key][0]}"


def speakable(name: str) -> str:
    """A name that can be spoken and put into a document: one line, no control or direction marks, not endless."""
    kept = "".join(" " if character.isspace() else character for character in name if _is_heard(character))
    folded = " ".join(kept.split())
    if len(folded) <= LONGEST_SPOKEN_NAME:
        return folded
    return folded[:LONGEST_SPOKEN_NAME].rsplit(" ", 1)[0]


def _is_heard(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def forbidden(sentence: str) -> Iterable[str]:
    """Words of this sentence that promise something about a center; the FTC Act forbids such promises."""
    lower = sentence.lower()
    return [
        word for word in _PROMISING + _PROMISING_EN_ESPANOL if re.search(rf"\b{re.escape(word)}\b", lower)
    ]
