"""The words about return calls and messages. *Pure.*"""

from __future__ import annotations

OF_PROMISES: dict[str, dict[str, str]] = {
    "recall": {
        "en": "You asked to be called back by {center}, a paid advertiser.",
        "es": "Usted pidió que {center}, un anunciante que paga, le devolviera la llamada.",
    },
    "press-same-center": {
        "en": "To be connected to {center} now, press 1.",
        "es": "Para comunicarse ahora con {center}, presione 1.",
    },
    "offer": {
        "en": "Nobody at {helpline} can take your call right now.",
        "es": "En este momento nadie en {helpline} puede atender su llamada.",
    },
    "press-promise": {
        "en": (
            "To be called back by one of the treatment centers, a paid advertiser, at the number you are calling"
            " from, press 1."
        ),
        "es": (
            "Para que uno de los centros de tratamiento, un anunciante que paga, le devuelva la llamada al número"
            " desde el que llama, presione 1."
        ),
    },
    "press-message": {
        "en": "To leave a message, which will be recorded, press 2.",
        "es": "Para dejar un mensaje, que será grabado, presione 2.",
    },
    "message": {
        "en": (
            "Please leave your message after the tone. It will be recorded, and heard only by the staff of {helpline}"
            " and by the treatment center that it is for, a paid advertiser. Hang up when you have finished."
        ),
        "es": (
            "Por favor deje su mensaje después del tono. Será grabado, y solo lo escucharán el personal de {helpline}"
            " y el centro de tratamiento al que va dirigido, un anunciante que paga. Cuelgue cuando haya"
            " terminado."
        ),
    },
    "message-kept": {
        "en": "Thank you. Your message was kept. Goodbye.",
        "es": "Gracias. Su mensaje fue guardado. Adiós.",
    },
    "promised": {
        "en": "Thank you. {center}, a paid advertiser, will call you back within two hours.",
        "es": "Gracias. {center}, un anunciante que paga, le devolverá la llamada en un plazo de dos horas.",
    },
    "promised-by-day": {
        "en": "Thank you. {center}, a paid advertiser, will call you back in the morning, after 8.",
        "es": "Gracias. {center}, un anunciante que paga, le devolverá la llamada por la mañana, después de las 8.",
    },
    "promised-later": {
        "en": (
            "Thank you. {center}, a paid advertiser, will call you back when it is open, between 8 in the morning and"
            " 9 at night."
        ),
        "es": (
            "Gracias. {center}, un anunciante que paga, le devolverá la llamada cuando esté abierto, entre las 8 de"
            " la mañana y las 9 de la noche."
        ),
    },
    "promised-by-helpline": {
        "en": "Thank you. One of our treatment centers, a paid advertiser, will call you back.",
        "es": "Gracias. Uno de nuestros centros, un anunciante que paga, le devolverá la llamada.",
    },
    "press-other-number": {
        "en": "To be called at another number, press 1.",
        "es": "Para que le llamemos a otro número, presione 1.",
    },
    "press-allow-message": {
        "en": "To allow a message on your answering machine, press 2.",
        "es": "Para permitir un mensaje en su contestador, presione 2.",
    },
    "press-take-back": {
        "en": "Not to be called after all, press 3.",
        "es": "Para que no le llamemos, presione 3.",
    },
    "or-hang-up": {"en": "Or simply hang up.", "es": "O simplemente cuelgue."},
    "enter-number": {
        "en": "Please enter the ten digits of the number. Then finish with the pound key.",
        "es": "Por favor marque los diez dígitos del número. Después termine con la tecla numeral.",
    },
    "number-taken": {
        "en": "Thank you. You will be called at that number.",
        "es": "Gracias. Le llamaremos a ese número.",
    },
    "number-not-understood": {
        "en": "That is not a number in the United States that can be called.",
        "es": "Ese no es un número de los Estados Unidos al que se pueda llamar.",
    },
    "number-not-called": {"en": "That number cannot be called.", "es": "A ese número no se puede llamar."},
    "message-allowed": {
        "en": "Thank you. If nobody answers, a short message may be left.",
        "es": "Gracias. Si nadie contesta, se podrá dejar un mensaje corto.",
    },
    "taken-back": {
        "en": "You will not be called back. Goodbye.",
        "es": "No le devolveremos la llamada. Adiós.",
    },
    "promise-stands": {
        "en": "You will be called back as arranged. Goodbye.",
        "es": "Le devolveremos la llamada según lo acordado. Adiós.",
    },
    "thank-you": {"en": "Thank you. Goodbye.", "es": "Gracias. Adiós."},
}
