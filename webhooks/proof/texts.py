"""The words of the page, in the languages of callers. *Pure.*"""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "es")
LANGUAGE_NAMES = {"en": "English", "es": "Español"}

_TEXTS: Mapping[str, Mapping[str, str]] = {
    "title": {
        "en": "Proof of your call",
        "es": "Prueba de su llamada",
    },
    "error": {
        "en": "Error",
        "es": "Error",
    },
    "about": {
        "en": (
            "At the end of a call you can get a code by pressing a key. With it you see here what our"
            " public log has about that call: when it was, who you were connected with, what you were"
            " told, and who pays. Your name and your number are not on this page."
        ),
        "es": (
            "Al final de una llamada puede obtener un código al presionar una tecla. Con él ve aquí lo"
            " que nuestro registro público tiene sobre esa llamada: cuándo fue, con quién se le"
            " comunicó, qué se le dijo y quién paga. Su nombre y su número no están en esta página."
        ),
    },
    "code": {
        "en": "Your code",
        "es": "Su código",
    },
    "code_hint": {
        "en": "16 digits. Spaces and hyphens do not matter.",
        "es": "16 dígitos. Los espacios y los guiones no importan.",
    },
    "show": {
        "en": "Show the proof",
        "es": "Mostrar la prueba",
    },
    "unknown": {
        "en": "No call belongs to this code.",
        "es": "Ninguna llamada corresponde a este código.",
    },
    "unknown_help": {
        "en": (
            "A code has 16 digits: compare them with what you wrote down. It leads to nothing after the"
            " caller's number was erased."
        ),
        "es": (
            "Un código tiene 16 dígitos: compárelos con lo que anotó. No lleva a nada después de que se"
            " borró el número de quien llamó."
        ),
    },
    "throttled": {
        "en": "Too many codes were tried. Try again in {seconds} seconds.",
        "es": "Se probaron demasiados códigos. Inténtelo otra vez en {seconds} segundos.",
    },
    "busy": {
        "en": "The proof cannot be looked up at this moment. Try again in a few seconds.",
        "es": "En este momento no se puede buscar la prueba. Inténtelo otra vez en unos segundos.",
    },
    "waits": {
        "en": "Your call is being entered into the log. Look again in a minute.",
        "es": "Su llamada se está anotando en el registro. Vuelva a mirar en un minuto.",
    },
    "look_again": {
        "en": "Look again",
        "es": "Mirar otra vez",
    },
    "problem": {
        "en": "There is a problem",
        "es": "Hay un problema",
    },
    "call": {
        "en": "The call",
        "es": "La llamada",
    },
    "simulated": {
        "en": "This call was simulated: it went over no telephone line.",
        "es": "Esta llamada fue simulada: no pasó por ninguna línea telefónica.",
    },
    "when": {
        "en": "You called",
        "es": "Usted llamó",
    },
    "dialed": {
        "en": "You dialed",
        "es": "Usted marcó",
    },
    "helpline": {
        "en": "the helpline {name}",
        "es": "la línea de ayuda {name}",
    },
    "listing": {
        "en": "a number of {name} alone: it reaches this center or nobody",
        "es": "un número solo de {name}: llega a este centro o a nadie",
    },
    "times": {
        "en": "Times are those of {zone}.",
        "es": "Las horas son las de {zone}.",
    },
    "whom": {
        "en": "Who you were connected with",
        "es": "Con quién se le comunicó",
    },
    "connected": {
        "en": "{center}, a paid advertiser, of {partner}. You talked for {duration}.",
        "es": "{center}, un anunciante que paga, de {partner}. Hablaron {duration}.",
    },
    "connected_returned": {
        "en": "{center}, a paid advertiser, of {partner}, who called you back. You talked for {duration}.",
        "es": (
            "{center}, un anunciante que paga, de {partner}, que le devolvió la llamada. Hablaron {duration}."
        ),
    },
    "nobody": {
        "en": "Nobody. What you were promised is among the words below.",
        "es": "Nadie. Lo que se le prometió está entre las palabras de abajo.",
    },
    "told": {
        "en": "What you were told, word for word",
        "es": "Lo que se le dijo, palabra por palabra",
    },
    "entry": {
        "en": "Entry {number} of the log",
        "es": "Anotación {number} del registro",
    },
    "agreed": {
        "en": "What you agreed to",
        "es": "Lo que usted aceptó",
    },
    "agreed_to_return-call": {
        "en": "To be called back, by pressing {key} after these words:",
        "es": "Que se le devuelva la llamada, al presionar {key} después de estas palabras:",
    },
    "agreed_to_helpline": {
        "en": "To be connected to a helpline instead, by pressing a key after these words:",
        "es": (
            "Que se le comunique en su lugar con una línea de ayuda, al presionar una tecla después de"
            " estas palabras:"
        ),
    },
    "agreed_to_nothing": {
        "en": "To nothing. No key was pressed that agrees to something.",
        "es": "A nada.",
    },
    "pays": {
        "en": "Who pays whom",
        "es": "Quién paga a quién",
    },
    "you_pay": {
        "en": "The call costs you nothing.",
        "es": "La llamada no le cuesta nada.",
    },
    "charge": {
        "en": "{partner} pays {payee} {amount} for this call.",
        "es": "{partner} paga {amount} a {payee} por esta llamada.",
    },
    "credit": {
        "en": "{amount} of it was credited to {partner}.",
        "es": "De ello se acreditó {amount} a {partner}.",
    },
    "left": {
        "en": "After all credits, {amount} is left to pay.",
        "es": "Después de todos los abonos queda por pagar {amount}.",
    },
    "not_charged": {
        "en": "Nobody was charged for this call so far.",
        "es": "Hasta ahora no se ha cobrado a nadie por esta llamada.",
    },
    "price": {
        "en": (
            "{partner} pays {amount} for each call of this kind that lasts at least {seconds} seconds."
            " Further calls of the same caller within {days} days cost it nothing. What you decide later"
            " changes nothing."
        ),
        "es": (
            "{partner} paga {amount} por cada llamada de este tipo que dura al menos {seconds}"
            " segundos. Otras llamadas de la misma persona en {days} días no le cuestan nada. Lo que"
            " usted decida después no cambia nada."
        ),
    },
    "payee": {
        "en": "the operator of this line",
        "es": "el operador de esta línea",
    },
    "in_the_log": {
        "en": "That it is in the log",
        "es": "Que está en el registro",
    },
    "head": {
        "en": (
            "These records are entries of our public log. Its head of {moment}, with {size} entries, is"
            " signed by the key below. Whoever has kept a head of the log would notice every later"
            " change."
        ),
        "es": (
            "Estas anotaciones están en nuestro registro público. Su cabeza del {moment}, con {size}"
            " anotaciones, está firmada con la clave de abajo. Quien haya guardado una cabeza del"
            " registro notaría cualquier cambio posterior."
        ),
    },
    "key": {
        "en": "Public key of the log",
        "es": "Clave pública del registro",
    },
    "key_hint": {
        "en": (
            "Compare it with one that you have from somewhere else, or enter that one: an invoice, a"
            " letter, a witness of the log."
        ),
        "es": (
            "Compárela con una que tenga de otra parte, o escriba esa: una factura, una carta, un"
            " testigo del registro."
        ),
    },
    "verify": {
        "en": "Verify in this browser",
        "es": "Verificar en este navegador",
    },
    "verify_hint": {
        "en": "Your browser computes it alone, and asks nobody.",
        "es": "Su navegador lo calcula solo, sin preguntar a nadie.",
    },
    "no_script": {
        "en": "The button needs JavaScript. Without it, use the offline verifier.",
        "es": "El botón necesita JavaScript. Sin él, use el verificador sin conexión.",
    },
    "yes": {
        "en": (
            "Verified: what this page shows is in {records} records of the log, whose head with {size}"
            " entries this key has signed."
        ),
        "es": (
            "Verificado: lo que muestra esta página está en {records} anotaciones del registro, cuya"
            " cabeza con {size} anotaciones está firmada con esta clave."
        ),
    },
    "no": {
        "en": "NOT verified: {why}.",
        "es": "NO verificado: {why}.",
    },
    "why_signature": {
        "en": "the head is not signed by this key",
        "es": "la cabeza no está firmada con esta clave",
    },
    "why_record": {
        "en": "a record is not in the log",
        "es": "una anotación no está en el registro",
    },
    "why_page": {
        "en": "the page shows something else than the records say",
        "es": "la página muestra algo distinto de lo que dicen las anotaciones",
    },
    "why_form": {
        "en": "the proof or the key cannot be read",
        "es": "la prueba o la clave no se puede leer",
    },
    "unable": {
        "en": (
            "This browser cannot check Ed25519 signatures, or the page did not come over https. Use the"
            " offline verifier."
        ),
        "es": (
            "Este navegador no puede comprobar firmas Ed25519, o la página no llegó por https. Use el"
            " verificador sin conexión."
        ),
    },
    "download": {
        "en": "Download the proof",
        "es": "Descargar la prueba",
    },
    "offline": {
        "en": (
            "Whoever gets the file can check it without us, with one file of Python that everybody can read:"
        ),
        "es": (
            "Quien recibe el archivo puede comprobarlo sin nosotros, con un archivo de Python que todos"
            " pueden leer:"
        ),
    },
    "offline_name": {
        "en": "offline verifier",
        "es": "verificador sin conexión",
    },
    "file": {
        "en": "The proof file",
        "es": "El archivo de la prueba",
    },
    "meaning": {
        "en": "What this shows, and what it does not",
        "es": "Lo que esto muestra y lo que no",
    },
    "shows": {
        "en": (
            "It shows that our log has had these records, word for word, since its head was signed."
            " Nobody can change or remove them without being found out by whoever kept a head."
        ),
        "es": (
            "Muestra que nuestro registro tiene estas anotaciones, palabra por palabra, desde que se"
            " firmó su cabeza. Nadie puede cambiarlas ni quitarlas sin que lo note quien guardó una"
            " cabeza."
        ),
    },
    "shows_not": {
        "en": (
            "It does not show who called: whoever has the code can see this page. It does not show what"
            " was said between you and the center: calls are not recorded. It cannot show that we wrote"
            " down the truth, only that we cannot change it any more. Names, and what a call costs, are"
            " those of our directory at that time."
        ),
        "es": (
            "No muestra quién llamó: quien tenga el código puede ver esta página. No muestra lo que"
            " hablaron usted y el centro: las llamadas no se graban. No puede mostrar que anotamos la"
            " verdad, solo que ya no podemos cambiarla. Los nombres, y lo que cuesta una llamada, son"
            " los de nuestro directorio en ese momento."
        ),
    },
    "button_trust": {
        "en": (
            "The button is a program of ours, too. Whoever does not want to rely on it downloads the"
            " proof and uses the offline verifier."
        ),
        "es": (
            "El botón también es un programa nuestro. Quien no quiera confiar en él descarga la prueba"
            " y usa el verificador sin conexión."
        ),
    },
    "keep_code": {
        "en": "Keep the code to yourself: it is all that is needed to see this page.",
        "es": "No comparta el código: es todo lo que se necesita para ver esta página.",
    },
    "who_answers": {
        "en": "Who answers, and who pays",
        "es": "Quién contesta y quién paga",
    },
}
PAGE_TEXTS: Mapping[str, Mapping[str, str]] = {
    language: {key: texts[language] for key, texts in _TEXTS.items()} for language in LANGUAGES
}
"""by language and key"""
