"""The page Privacy: what is kept of callers' numbers, what was purged and erased; and the erasure of a caller."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, render_template, request

from callrouter.database import Session
from callrouter.erasure import erase_caller
from callrouter.errors import Fault
from callrouter.pasted_number import pasted_number
from callrouter.phone import is_number, masked
from callrouter.privacy.acts import Actor, Destroyed
from callrouter.privacy.audit import Access, record_access
from callrouter.privacy.erase import ErasureResult
from callrouter.privacy.pseudonyms import pseudonyms_of
from callrouter.reports.privacy.acts import privacy_acts
from callrouter.reports.privacy.status import privacy_status
from callrouter.staff.roles import Right
from callrouter.withheld import stands_for_withheld
from config.free_text import reason
from console.access import needs, viewer
from console.billing.act import Act, ActPage, FormField, Values, answer
from console.dependencies import ConsoleDependencies
from console.frame import address, asked_at
from console.whole_numbers import LONGEST_ID, shortened, whole_number

PAGE = 25
LOOKED_AT = "erasure prepared"
_WORDS = {
    "keys": "data keys",
    "numbers": "sealed numbers",
    "match_values": "match values",
    "messages": "messages",
    "salts": "salts of the evidence log",
    "promises": "open promises",
}
"""what is destroyed, by its name in `Destroyed`"""


def privacy_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("privacy", __name__)

    @pages.get("/privacy")
    @needs(Right.SEE_PRIVACY)
    def overview() -> str:
        with dependencies.reading() as connection:
            status = privacy_status(
                connection,
                dependencies.purger,
                dependencies.vault,
                dependencies.vault_key_source,
                asked_at(),
            )
            acts = privacy_acts(connection, PAGE, after=_place("after"), before=_place("before"))
        return render_template(
            "privacy.html",
            status=status,
            acts=acts,
            retention=dependencies.retention,
            in_words=_in_words,
            page_address=lambda **place: address("privacy.overview", **place),
        )

    @pages.get("/privacy/erase")
    @needs(Right.ERASE_CALLERS)
    def erase_form() -> Any:
        return answer(dependencies, _erasure(dependencies))

    @pages.post("/privacy/erase")
    @needs(Right.ERASE_CALLERS, recent=True)
    def erase() -> Any:
        return answer(dependencies, _erasure(dependencies))

    return pages


def _erasure(dependencies: ConsoleDependencies) -> ActPage[ErasureResult]:
    return ActPage(
        "Erase a caller",
        "Destroys all that leads to a caller who asks for it: sealed numbers, messages, and what recognizes the caller."
        " Open promises are withdrawn. A wish not to be called stays. Charges, invoices and evidence stay as they are.",
        (
            FormField("number", "Telephone number", _whole, "Written in any way, for example (310) 555-0188"),
            FormField("reason", "Reason", reason, "It is kept in the evidence log. Write no number here."),
        ),
        lambda values: _erase(dependencies, values),
        address("privacy.overview"),
        "number",
        layout="privacy_act.html",
    )


def _erase(dependencies: ConsoleDependencies, values: Values) -> Act[ErasureResult]:
    number = values["number"]
    if "shown" not in request.form:
        # What is shown tells whether the number ever called, so it is audited like every look.
        access = Access(viewer().name, values["reason"], asked_at())
        dependencies.database.transact(
            lambda session: record_access(session, access, LOOKED_AT, masked(number))
        )
    vault, actor = dependencies.vault, Actor(asked_at(), viewer().name, values["reason"])

    def run(session: Session) -> ErasureResult:
        return erase_caller(session, pseudonyms_of(session, vault, number), actor)

    return Act(run, _sentence, changes_accounts=False)


def _sentence(result: ErasureResult) -> str:
    if not result.calls:
        return "No call leads to this number: there is nothing to erase."
    calls = "1 call leads" if result.calls == 1 else f"{result.calls} calls lead"
    return f"{calls} to nobody any more. Destroyed or withdrawn: {_in_words(result.destroyed)}."


def _in_words(destroyed: Destroyed) -> str:
    counts = asdict(destroyed).items()
    return ", ".join(f"{_WORDS[name]}: {count:,}" for name, count in counts if count) or "nothing"


def _whole(text: str) -> str:
    number = pasted_number(text)
    if stands_for_withheld(number):
        raise ValueError("that stands for a withheld number, which many callers have")
    if not is_number(number):
        raise ValueError("write one whole number, without an extension, for example (310) 555-0188")
    return number


def _place(name: str) -> int | None:
    text = request.args.get(name)
    place = None if text is None else whole_number(text, LONGEST_ID)
    if text is not None and place is None:
        raise Fault(f"{shortened(text)} is no place in this list")
    return place
