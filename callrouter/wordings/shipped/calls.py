"""The words of calls, until somebody answers or nobody does. *Pure.*"""

from __future__ import annotations

from callrouter.wordings.shipped.national_lines import SAMHSA

OF_CALLS: dict[str, dict[str, str]] = {
    "greeting": {
        "en": (
            "Thank you for calling {helpline}, free and confidential. In an emergency, hang up and dial 9 1 1."
            " The treatment centers that answer are paid advertisers. All licensed providers are listed at"
            " find treatment dot gov."
        ),
        "es": (
            "Gracias por llamar a {helpline}, gratis y confidencial. En una emergencia, cuelgue y marque 9 1 1."
            " Los centros de tratamiento que contestan son anunciantes que pagan. Todos los proveedores con"
            " licencia están en find treatment punto gov."
        ),
    },
    "press-crisis": {
        "en": "For the 9 8 8 crisis line, press 9.",
        "es": "Para la línea de crisis 9 8 8, presione 9.",
    },
    "press-language": {"en": "For English, press 2.", "es": "Para español, presione 2."},
    "press-show-number": {
        "en": "To let the center see your number, press 5.",
        "es": "Para que el centro vea su número, presione 5.",
    },
    "or-stay": {"en": "Or stay on the line.", "es": "O espere en la línea."},
    "connecting": {
        "en": "Connecting you to {center}, a paid advertiser.",
        "es": "Le conectamos con {center}, un anunciante que paga.",
    },
    "listing": {
        "en": "You are calling {center}, a paid advertiser.",
        "es": "Usted está llamando a {center}, un anunciante que paga.",
    },
    "did-not-answer": {"en": "{center} did not answer.", "es": "{center} no contestó."},
    "lines-busy": {
        "en": "All lines of {center} are busy.",
        "es": "Todas las líneas de {center} están ocupadas.",
    },
    "not-available": {
        "en": "{center} cannot take calls through this number at this time.",
        "es": "{center} no puede recibir llamadas por este número en este momento.",
    },
    "press-try-again": {
        "en": "To try {center} again, press 1.",
        "es": "Para llamar otra vez a {center}, presione 1.",
    },
    "press-listing-promise": {
        "en": "To be called back by {center} at the number you are calling from, press 2.",
        "es": "Para que {center} le devuelva la llamada al número desde el que llama, presione 2.",
    },
    "press-helpline": {
        "en": (
            "To be connected to {helpline} instead, where not {center} but another treatment center answers,"
            " one of several paid advertisers, press 3."
        ),
        "es": (
            "Para comunicarse en su lugar con {helpline}, donde no contesta {center} sino otro centro de"
            " tratamiento, uno de varios anunciantes que pagan, presione 3."
        ),
    },
    "national-lines": {
        "en": (
            f"The national helpline of SAMHSA answers day and night at {SAMHSA}. The Suicide and Crisis Lifeline"
            " answers at 9 8 8."
        ),
        "es": (
            f"La línea nacional de ayuda de SAMHSA contesta día y noche en el {SAMHSA}. La línea de prevención"
            " del suicidio y crisis contesta en el 9 8 8."
        ),
    },
    "crisis": {
        "en": (
            "The 9 8 8 Suicide and Crisis Lifeline is there for you at any hour, free and confidential. Hang up"
            " and dial or text 9 8 8 now. If life is in danger, hang up and dial 9 1 1."
        ),
        "es": (
            "La línea 9 8 8 de prevención del suicidio y crisis está a su disposición a toda hora, gratuita y"
            " confidencial. Cuelgue y marque 9 8 8 ahora. Si hay peligro de vida, cuelgue y marque 9 1 1."
        ),
    },
    "goodbye": {"en": "The call has ended. Goodbye.", "es": "La llamada ha terminado. Adiós."},
    "unserved": {
        "en": (
            f"Nobody could take your call. The national helpline of SAMHSA answers day and night at {SAMHSA}."
            " The Suicide and Crisis Lifeline answers at 9 8 8. Goodbye."
        ),
        "es": (
            f"Nadie pudo atender su llamada. La línea nacional de ayuda de SAMHSA contesta día y noche en el"
            f" {SAMHSA}. La línea de prevención del suicidio y crisis contesta en el 9 8 8. Adiós."
        ),
    },
    "no-such-number": {
        "en": (
            f"This number is not in service. The national helpline of SAMHSA answers day and night at {SAMHSA}."
            " The Suicide and Crisis Lifeline answers at 9 8 8. Goodbye."
        ),
        "es": (
            f"Este número no está en servicio. La línea nacional de ayuda de SAMHSA contesta día y noche en el"
            f" {SAMHSA}. La línea de prevención del suicidio y crisis contesta en el 9 8 8. Adiós."
        ),
    },
    "loop": {
        "en": "This call comes from a number of this service and cannot be connected. Goodbye.",
        "es": "Esta llamada viene de un número de este servicio y no se puede conectar. Adiós.",
    },
    "whisper": {
        "en": "A caller is waiting. To take the call, press 1.",
        "es": "Una persona espera en la línea. Para tomar la llamada, presione 1.",
    },
}
