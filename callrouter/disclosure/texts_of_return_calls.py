"""The words of return calls, to the center and to the caller. *Pure.*"""

from __future__ import annotations

OF_RETURN_CALLS: dict[str, tuple[int, dict[str, str]]] = {
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
}
