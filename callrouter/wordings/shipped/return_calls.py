"""The words of return calls, to the center and to the caller. *Pure.*"""

from __future__ import annotations

OF_RETURN_CALLS: dict[str, dict[str, str]] = {
    "return-ask": {
        "en": "A caller of {called} asked to be called back.",
        "es": "Una persona que llamó a {called} pidió que le devolvieran la llamada.",
    },
    "press-take": {"en": "To be connected now, press 1.", "es": "Para comunicarse ahora, presione 1."},
    "press-later": {"en": "In 15 minutes, press 2.", "es": "Dentro de 15 minutos, presione 2."},
    "press-hand-on": {
        "en": "To hand it on to another center, press 3.",
        "es": "Para pasarla a otro centro, presione 3.",
    },
    "return-ringing": {"en": "Please hold while we call.", "es": "Por favor espere mientras llamamos."},
    "return-later": {
        "en": "You will be called again in 15 minutes. Goodbye.",
        "es": "Le llamaremos otra vez en 15 minutos. Adiós.",
    },
    "return-handed-on": {"en": "It was handed on. Goodbye.", "es": "Se pasó a otro centro. Adiós."},
    "return-withdrawn": {
        "en": "The caller does not want to be called any more. Goodbye.",
        "es": "La persona ya no quiere que le llamen. Adiós.",
    },
    "return-not-now": {
        "en": "The caller cannot be called at this hour. Goodbye.",
        "es": "A esta hora no se puede llamar a la persona. Adiós.",
    },
    "return-calling-us": {
        "en": "The caller is calling us at this moment. You will be called again in 15 minutes. Goodbye.",
        "es": "La persona nos está llamando en este momento. Le llamaremos otra vez en 15 minutos. Adiós.",
    },
    "return-not-reached": {
        "en": "The caller could not be reached. Goodbye.",
        "es": "No se pudo localizar a la persona. Adiós.",
    },
    "return-hello": {
        "en": "Hello. This is the call that you asked for.",
        "es": "Hola. Esta es la llamada que usted pidió.",
    },
    "press-agree": {"en": "To take it, press 1.", "es": "Para tomarla, presione 1."},
    "press-decline": {
        "en": "If you do not want it any more, press 2.",
        "es": "Si ya no la quiere, presione 2.",
    },
    "press-stop": {
        "en": "For us not to call you again, press 9.",
        "es": "Para que no volvamos a llamarle, presione 9.",
    },
    "return-message": {
        "en": "This is the call that you asked for. You can reach us at the number that called you. Goodbye.",
        "es": "Esta es la llamada que usted pidió. Puede llamarnos al número que le llamó. Adiós.",
    },
    "returning": {
        "en": "You asked us to call you back. Connecting you to {center}, a paid advertiser.",
        "es": "Usted pidió que le devolviéramos la llamada. Le conectamos con {center}, un anunciante que paga.",
    },
    "return-declined": {
        "en": "You will not be called about this again. Goodbye.",
        "es": "No le llamaremos más por esto. Adiós.",
    },
    "return-stopped": {"en": "We will not call you again.", "es": "No volveremos a llamarle."},
    "press-forget": {
        "en": "To have your number deleted here as well, press 7.",
        "es": "Para que borremos también su número, presione 7.",
    },
    "forgotten": {"en": "Your number was deleted. Goodbye.", "es": "Su número fue borrado. Adiós."},
}
