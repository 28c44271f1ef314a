"""The words about return calls and messages. *Pure.*"""

from __future__ import annotations

OF_PROMISES: dict[str, tuple[int, dict[str, str]]] = {
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
    "message": (
        2,
        {
            "en": (
                "Please leave your message after the tone. It will be recorded, and heard only by the staff of {name}"
                " and by the treatment center that it is for, a paid advertiser. Hang up when you have finished."
            ),
            "es": (
                "Por favor deje su mensaje después del tono. Será grabado, y solo lo escucharán el personal de {name}"
                " y el centro de tratamiento al que va dirigido, un anunciante que paga. Cuelgue cuando haya"
                " terminado."
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
    "promised-later": (
        1,
        {
            "en": (
                "Thank you. {name}, a paid advertiser, will call you back when it is open, between 8 in the morning and"
                " 9 at night."
            ),
            "es": (
                "Gracias. {name}, un anunciante que paga, le devolverá la llamada cuando esté abierto, entre las 8 de"
                " la mañana y las 9 de la noche."
            ),
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
        2,
        {
            "en": "Please enter the ten digits of the number. Then finish with the pound key.",
            "es": "Por favor marque los diez dígitos del número. Después termine con la tecla numeral.",
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
    "number-not-called": (
        1,
        {"en": "That number cannot be called.", "es": "A ese número no se puede llamar."},
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
    "promise-stands": (
        1,
        {
            "en": "You will be called back as arranged. Goodbye.",
            "es": "Le devolveremos la llamada según lo acordado. Adiós.",
        },
    ),
    "thank-you": (1, {"en": "Thank you. Goodbye.", "es": "Gracias. Adiós."}),
}
