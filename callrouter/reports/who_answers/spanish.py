"""The document of who answers in Spanish: the same facts, and each sentence as it stands here. *Pure.*

Names, numbers and licenses stay as they are. The signed JSON is in English alone.
"""

from __future__ import annotations

import re
from typing import TypeVar, cast

from callrouter.reports.who_answers.document import PublicListing, PublicSeat, WhoAnswers
from callrouter.reports.who_answers.texts import CLOSED_NOW, OTHER_WAYS, PAYS, PROMISES, REASONS

_PROMISES = (
    "La línea es gratuita y confidencial. Está abierta de día y de noche, y una llamada no obliga a nadie a nada.",
    "Las conversaciones no se graban.",
    "Cada centro que recibe llamadas es un anunciante que paga.",
    "Quien llama oye el nombre del centro, y que el centro paga, antes de que se le conecte.",
    "El número de un centro en el directorio comunica con ese centro o con nadie. Solo quien llama puede elegir otro.",
    "Nadie recibe una comisión ni un pago por la elección del tratamiento.",
    "En algunos casos el socio paga un costo módico por llamada. Se fija de antemano y es igual llame quien llame.",
)
_OTHER_WAYS = (
    (
        "FindTreatment.gov",
        "una lista de todos los proveedores con licencia, a cargo de la agencia federal SAMHSA",
    ),
    (
        "Línea Nacional de Ayuda de SAMHSA, 1-800-662-4357",
        "nombra proveedores con licencia cerca de usted; gratuita, confidencial, de día y de noche",
    ),
    (
        "988 Línea de Prevención del Suicidio y Crisis",
        "llame o escriba al 988 en una crisis, de día y de noche. Si hay una vida en peligro, llame al 911",
    ),
)
_REASONS = (
    "suspendido: no recibe llamadas",
    "todavía no admitido como anunciante: no recibe llamadas",
    "en pausa, porque no contestó",
    "en pausa por decisión del personal de la línea",
)
SENTENCES = {
    **dict(zip(PROMISES, _PROMISES, strict=True)),
    **dict(zip(REASONS.values(), _REASONS, strict=True)),
    PAYS: "un anunciante que paga",
    CLOSED_NOW: "cerrado a esta hora",
    "paused": "en pausa",
    "day and night": "de día y de noche",
}
"""by the English sentence"""
_EXPIRED = re.compile(r"its license expired on (\S+): it gets no calls")
_DAYS = {
    "Mon": "lun",
    "Tue": "mar",
    "Wed": "mié",
    "Thu": "jue",
    "Fri": "vie",
    "Sat": "sáb",
    "Sun": "dom",
    "federal holidays": "feriados federales",
    "closed": "cerrado",
}
_DAY = re.compile(rf"\b({'|'.join(_DAYS)})\b")
_Center = TypeVar("_Center", PublicSeat, PublicListing)


def in_spanish(document: WhoAnswers) -> WhoAnswers:
    """The document with its sentences in Spanish."""
    ways = zip(OTHER_WAYS, _OTHER_WAYS, strict=True)
    helplines = [
        {
            **helpline,
            "in_rotation": [_center(seat) for seat in helpline["in_rotation"]],
            "not_in_rotation": [_center(seat) for seat in helpline["not_in_rotation"]],
        }
        for helpline in document["helplines"]
    ]
    changed = {
        "promises": [SENTENCES[promise] for promise in document["promises"]],
        "other_ways": [{**way, "name": name, "about": about} for way, (name, about) in ways],
        "helplines": helplines,
    }
    # A part of the document has no listings.
    listings = [_center(listing) for listing in document.get("listings", [])]
    return cast(WhoAnswers, {**document, **changed, **({"listings": listings} if listings else {})})


def _center(center: _Center) -> _Center:
    words = {
        "pays": SENTENCES[center["pays"]],
        "hours": _hours(center["hours"]),
        "reason": _reason(center["reason"]),
    }
    return cast(_Center, {**center, **words})


def _hours(hours: str) -> str:
    return SENTENCES.get(hours) or _DAY.sub(lambda day: _DAYS[day[0]], hours)


def _reason(reason: str | None) -> str | None:
    if reason is None:
        return None
    if expired := _EXPIRED.fullmatch(reason):
        return f"su licencia venció el {expired[1]}: no recibe llamadas"
    return SENTENCES.get(reason, reason)
