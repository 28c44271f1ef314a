"""The words of calls, until somebody answers or nobody does. *Pure.*"""

from __future__ import annotations

from callrouter.disclosure.national_lines import SAMHSA

OF_CALLS: dict[str, tuple[int, dict[str, str]]] = {
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
