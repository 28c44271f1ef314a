"""The promises of the design, looked for in the database: each function tells what breaks one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, fromstring

from callrouter.carrier.simulated import check_document
from callrouter.directory.directory import Directory
from callrouter.directory.versions import read_version
from callrouter.disclosure.wording import speakable
from callrouter.routing.replay import replay_helpline
from callrouter.routing.rotation import Credits

if TYPE_CHECKING:
    from tests.scenarios.world import World

Row = dict[str, Any]
Broken = Iterator[str]
PAYS = ("a paid advertiser", "un anunciante que paga")


def broken_promises(world: World) -> list[str]:
    """What is wrong with what is stored, after everything was settled; empty where all is well."""
    return list(chain.from_iterable(look(world) for look in LOOKS))


def listing_calls_that_strayed(world: World) -> Broken:
    """Promise 1: a listing call reaches its center or nobody, unless its caller consented before."""
    center_of = {row["key"]: row["center"] for row in world.rows("listing")}
    legs = _by_call(world.rows("leg"))
    for call in world.rows("call"):
        for leg in legs.get(call["sid"], []) if call["listing"] else []:
            if leg["center"] != center_of[call["listing"]] and not _consented(call, leg):
                yield f"{call['sid']} of {call['listing']} rang {leg['center']}"


def _consented(call: Row, leg: Row) -> bool:
    words = call["helpline_consent"] or ""
    heard = "press 3" in words or "presione 3" in words
    return leg["kind"] == "helpline" and heard and leg["began_at"] >= call["helpline_consent_at"]


def listing_promises_of_others(world: World) -> Broken:
    """Promise 1: what a listing's caller was promised is owed by that center."""
    center_of = {row["key"]: row["center"] for row in world.rows("listing")}
    for promise in world.rows("promise"):
        if promise["listing"] and promise["owner"] != center_of[promise["listing"]]:
            yield f"{promise['call']} was promised a call by {promise['owner']}"


def calls_that_nobody_owns(world: World) -> Broken:
    """Promise 2: a call ends, with an outcome that is so."""
    accepted = {leg["call"] for leg in world.rows("leg", outcome="accepted")}
    kept = {
        "promised": {row["call"] for row in world.rows("promise")},
        "voicemail": {row["call"] for row in world.rows("message")},
        "answered": accepted,
    }
    for call in world.rows("call"):
        if call["status"] != "ended" or call["ended_at"] is None or call["outcome"] is None:
            yield f"{call['sid']} has not ended: {call['status']} {call['outcome']}"
        for outcome, calls in kept.items():
            if (call["outcome"] == outcome) != (call["sid"] in calls):
                yield f"{call['sid']} ended as {call['outcome']}, and that is not so for {outcome}"


def bad_documents(world: World) -> Broken:
    """Promise 2: whatever the carrier was answered, it can perform."""
    for row in world.rows("inbox"):
        for fault in check_document(row["answer"]) if row["answer"] is not None else []:
            yield f"{row['call']} {row['key']}: {fault}"


def rung_without_a_word(world: World) -> Broken:
    """Nobody is rung unless the caller was told, in the same document, whom and that it pays."""
    names = {(leg["call"], leg["phone"]): leg["name"] for leg in world.rows("leg")}
    for row in world.rows("inbox"):
        if row["answer"] and "<Dial" in row["answer"]:
            verbs = list(fromstring(row["answer"]))  # noqa: S314 - written by ourselves
            if not _announced(verbs, names, row["call"]):
                yield f"{row['call']} {row['key']} rings unannounced: {row['answer']}"


def _announced(verbs: list[Element], names: dict[tuple[str, str], str], call: str) -> bool:
    *said, dial = verbs
    told = " ".join(verb.text or "" for verb in said if verb.tag == "Say")
    name = names.get((call, dial[0].text or ""))
    return name is not None and speakable(name) in told and any(words in told for words in PAYS)


def amounts_of_something_else(world: World) -> Broken:
    """Promise 3: an amount is the price of partner and kind in force at the arrival, and nothing else."""
    calls = {row["sid"]: row for row in world.rows("call")}
    for entry in world.rows("entry"):
        call = calls[entry["call"]]
        rate = _partner(world, call, entry["partner"]).rate(entry["kind"], call["arrived_at"])
        if rate is None or (entry["amount"], entry["currency"]) != (rate.price_minor, rate.currency):
            yield f"{entry['call']} was charged {entry['amount']}, its rate is {rate}"


def charges_without_a_call(world: World) -> Broken:
    """Promise 4: a charge is for an accepted leg of its partner, once for each call."""
    accepted = {
        (leg["call"], leg["partner"], leg["kind"]): leg for leg in world.rows("leg", outcome="accepted")
    }
    entries = world.rows("entry", entry="charge")
    for call, times in Counter(entry["call"] for entry in entries).items():
        if times > 1:
            yield f"{call} was charged {times} times"
    for entry in entries:
        if (entry["call"], entry["partner"], entry["kind"]) not in accepted:
            yield f"{entry['call']} was charged to {entry['partner']}, who did not answer"


def credits_that_do_not_add_up(world: World) -> Broken:
    """Promise 4: a helpline's credits add up to zero, and its decisions are numbered without a gap."""
    for rotation in world.rows("rotation"):
        total = sum(Credits.of(0, rotation["credits"], b"").credit)
        numbers = [row["number"] for row in world.rows("decision", helpline=rotation["helpline"])]
        if total or numbers != list(range(1, rotation["number"] + 1)):
            yield f"{rotation['helpline']}: credits {total}, decisions {numbers}, number {rotation['number']}"


def decisions_that_come_out_otherwise(world: World) -> Broken:
    """Promise 3: every decision, taken again from what was stored, comes to the same."""
    for rotation in world.rows("rotation"):
        helpline = rotation["helpline"]
        replayed = world.database.transact(lambda session, key=helpline: replay_helpline(session, key))  # type: ignore[misc]
        if not replayed.agrees:
            yield f"{helpline}: {replayed}"


def lines_that_nobody_uses(world: World) -> Broken:
    """Promise 4: a center has as many calls in progress as it has open legs."""
    open_legs = Counter(leg["center"] for leg in world.rows("leg", outcome=None))
    for row in world.rows("availability"):
        if row["calls_in_progress"] != open_legs[row["center"]]:
            yield f"{row['center']} has {row['calls_in_progress']} calls and {open_legs[row['center']]} legs"


def facts_left_lying(world: World) -> Broken:
    """Promise 4: every fact was acted on: nothing waits, and the log has no gap."""
    for fact in world.rows("outbox"):
        yield f"{fact['call']} {fact['fact']} was not settled: {fact['error']}"
    sequence = [row["sequence"] for row in world.rows("disclosure")]
    if sequence != list(range(1, len(sequence) + 1)):
        yield f"the log of disclosures has gaps: {sequence}"
    for sid in {row["sid"] for row in world.rows("call")} - {row["sid"] for row in world.rows("call_record")}:
        yield f"{sid} has no record"


def numbers_outside_the_vault(world: World) -> Broken:
    """Promise 5: a caller is stored masked; whoever withheld the number is in no vault."""
    sealed = {row["call"] for row in world.rows("sealed_number")}
    for call in world.rows("call"):
        if (call["caller_match"] is not None) != (call["sid"] in sealed):
            yield f"{call['sid']}: the vault and the match value disagree"


LOOKS: tuple[Callable[[World], Broken], ...] = (
    listing_calls_that_strayed,
    listing_promises_of_others,
    calls_that_nobody_owns,
    bad_documents,
    rung_without_a_word,
    amounts_of_something_else,
    charges_without_a_call,
    decisions_that_come_out_otherwise,
    credits_that_do_not_add_up,
    lines_that_nobody_uses,
    facts_left_lying,
    numbers_outside_the_vault,
)


def _partner(world: World, call: Row, key: str) -> Any:
    version = call["directory_version"]
    directory: Directory = world.database.transact(lambda session: read_version(session, version))
    return directory.partners[key]


def _by_call(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["call"], []).append(row)
    return found
