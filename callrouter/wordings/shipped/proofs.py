"""The words about a caller's own proof. *Pure.*"""

from __future__ import annotations

OF_PROOFS: dict[str, dict[str, str]] = {
    "press-proof": {
        "en": "To get a code that shows who you were connected with and what you were told, press 4.",
        "es": "Para obtener un código que muestra con quién se comunicó y qué se le dijo, presione 4.",
    },
    "press-return-proof": {
        "en": "To get a code that shows what you were told when you called, press 4.",
        "es": "Para obtener un código que muestra qué se le dijo cuando llamó, presione 4.",
    },
    "proof-code": {
        "en": "Please take something to write with. Your code has sixteen digits.",
        "es": "Por favor tome algo para escribir. Su código tiene dieciséis dígitos.",
    },
    "proof-code-again": {"en": "Once more.", "es": "Una vez más."},
    "proof-how": {
        "en": "To see the proof, enter this code on our website, at the following address.",
        "es": "Para ver la prueba, escriba este código en nuestro sitio web, en la siguiente dirección.",
    },
}
