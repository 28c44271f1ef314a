"""The promises of the design, looked for in the database: each function tells what breaks one of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, fromstring

from callrouter.calls.menu_limit import MOST_MENUS
from callrouter.directory.directory import Rate
from callrouter.figures.recount import differences
from callrouter.phone import WITHHELD
from callrouter.promises.return_calls.steps import CALLERS_NUMBER
from callrouter.routing.replay import replay_helpline
from callrouter.routing.rotation import Credits
from callrouter.wordings.wordings import speakable
from simulator import check_document

if TYPE_CHECKING:
    from tests.scenarios.world import World

Row = dict[str, Any]
Broken = Iterator[str]
PAYS = ("a paid advertiser", "un anunciante que paga")


def broken_promises(world: World) -> list[str]:
    """What is wrong with what is stored, after everything has ended and was settled; empty where all is well."""
    return _seen_by(world, (*AT_ANY_TIME, *IN_THE_END))


def broken_meanwhile(world: World) -> list[str]:
    """What is wrong although calls are still going on, and callbacks under way."""
    return _seen_by(world, AT_ANY_TIME)


def _seen_by(world: World, looks: Iterable[Callable[[World], Broken]]) -> list[str]:
    with world.at_rest():
        return list(chain.from_iterable(look(world) for look in looks))


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


def calls_without_an_end(world: World) -> Broken:
    """Promise 2: a call ends."""
    for call in world.rows("call"):
        if call["status"] != "ended" or call["ended_at"] is None or call["outcome"] is None:
            yield f"{call['sid']} has not ended: {call['status']} {call['outcome']}"


def outcomes_that_are_not_so(world: World) -> Broken:
    """Promise 2: an outcome tells what happened: somebody talked, was promised a call, or left a message."""
    shown = {
        "promised": {row["call"] for row in world.rows("promise")},
        "voicemail": {row["call"] for row in world.rows("message")},
        "answered": {row["call"] for row in world.rows("leg", outcome="accepted")},
    }
    for call in world.rows("call"):
        for outcome, calls in shown.items():
            if (call["outcome"] == outcome) != (call["sid"] in calls):
                yield f"{call['sid']} ended as {call['outcome']}, and that is not so for {outcome}"


def bad_documents(world: World) -> Broken:
    """Promise 2: whatever the carrier was answered, it can perform."""
    for row in world.rows("inbox"):
        for fault in check_document(row["answer"]) if row["answer"] is not None else []:
            yield f"{row['call']} {row['key']}: {fault}"


def rung_without_a_word(world: World) -> Broken:
    """Nobody is rung unless the caller was told, in the same document, whom and that it pays."""
    # A center that is rung twice on a call may have got another name meanwhile.
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for leg in world.rows("leg"):
        names[leg["call"], leg["phone"]].add(speakable(leg["name"]))
    for row in world.rows("inbox"):
        # A caller who is called back hears it after the key that proves who has picked up: see the next one.
        if row["answer"] and "<Dial" in row["answer"] and CALLERS_NUMBER not in row["answer"]:
            verbs = list(fromstring(row["answer"]))  # noqa: S314 - written by ourselves
            if not _announced(verbs, names, row["call"]):
                yield f"{row['call']} {row['key']} rings unannounced: {row['answer']}"


def returned_without_a_word(world: World) -> Broken:
    """Nobody is connected by a return call who has not heard, before, who it is and that it pays."""
    told = {
        (row["call"], row["center"]): row for row in world.rows("disclosure") if row["what"] == "returning"
    }
    told |= {(row["call"], row["center"]): row for row in world.rows("outbox") if row["what"] == "returning"}
    for tried in world.rows("return_call", outcome="kept"):
        row = told.get((tried["call"], tried["center"]))
        if row is None or speakable(tried["name"]) not in row["words"]:
            yield f"{tried['call']} was connected with {tried['center']} unannounced"
        elif not any(words in row["words"] for words in PAYS):
            yield f"{tried['call']} was not told that {tried['center']} pays"


def returned_by_others(world: World) -> Broken:
    """Promise 1: a listing's call is returned by its center; and a promise ends once, by what ended it."""
    center_of = {row["key"]: row["center"] for row in world.rows("listing")}
    promises = {row["call"]: row for row in world.rows("promise")}
    for tried in world.rows("return_call"):
        listing = promises[tried["call"]]["listing"]
        if listing and tried["center"] != center_of[listing]:
            yield f"{tried['call']} of {listing} was returned by {tried['center']}"
        if tried["outcome"] == "kept" and promises[tried["call"]]["state"] != "kept":
            yield f"{tried['call']} was returned, and its promise is {promises[tried['call']]['state']}"


def _announced(verbs: list[Element], names: dict[tuple[str, str], set[str]], call: str) -> bool:
    *said, dial = verbs
    told = " ".join(verb.text or "" for verb in said if verb.tag == "Say")
    named = any(name in told for name in names[call, dial[0].text or ""])
    return named and any(words in told for words in PAYS)


def amounts_of_something_else(world: World) -> Broken:
    """Promise 3: an amount is the price of partner and kind in force at the arrival, and nothing else."""
    for entry, rate in _entries_with_rates(world):
        if rate is None or (entry["amount"], entry["currency"]) != (rate.price_minor, rate.currency):
            yield f"{entry['call']} was charged {entry['amount']}, its rate is {rate}"


def repeats_that_were_charged(world: World) -> Broken:
    """Promise 3: a caller is charged once within the days of the rate."""
    before: dict[tuple[str, str], list[datetime]] = {}
    standing = _standing(world)
    for entry, rate in _entries_with_rates(world):
        if entry["call"] not in standing:
            continue
        earlier = before.setdefault((entry["partner"], entry["caller_pseudonym"] or entry["call"]), [])
        within = timedelta(days=rate.repeat_days if rate else 0)
        if any(abs(entry["arrived_at"] - at) < within for at in earlier):
            yield f"{entry['call']} was charged as a repeat"
        earlier.append(entry["arrived_at"])


def _entries_with_rates(world: World) -> Iterator[tuple[Row, Rate | None]]:
    calls = {row["sid"]: row for row in world.rows("call")}
    for entry in world.rows("ledger_entry", entry_type="charge"):
        yield entry, _rate(world, calls[entry["call"]], entry["partner"], entry["kind"])


def _standing(world: World) -> set[str]:
    """The calls of which something is left to pay."""
    left: Counter[str] = Counter()
    for entry in world.rows("ledger_entry"):
        left[entry["call"]] += entry["amount"] * (-1 if entry["entry_type"] == "credit" else 1)
    return {call for call, amount in left.items() if amount > 0}


def credits_above_their_charge(world: World) -> Broken:
    """Promise 4: no call is credited more than it was charged."""
    left: Counter[str] = Counter()
    for entry in world.rows("ledger_entry"):
        left[entry["call"]] += entry["amount"] * (-1 if entry["entry_type"] == "credit" else 1)
    yield from (f"{call} has {amount} left" for call, amount in left.items() if amount < 0)


def calls_that_should_have_been_charged(world: World) -> Broken:
    """Promise 4: nothing is lost: an accepted call without a charge was short, a repeat, or had no rate."""
    calls, standing = {row["sid"]: row for row in world.rows("call")}, _standing(world)
    entries = [row for row in world.rows("ledger_entry", entry_type="charge") if row["call"] in standing]
    charged = {row["call"] for row in world.rows("ledger_entry")}
    for leg in _talks(world):
        call = calls[leg["call"]]
        rate = _rate(world, call, leg["partner"], leg["kind"])
        if rate and leg["call"] not in charged and leg["talk_seconds"] >= rate.minimum_seconds:
            same = [
                e
                for e in entries
                if (e["partner"], e["caller_pseudonym"]) == (leg["partner"], call["caller_pseudonym"])
            ]
            apart = [abs(call["arrived_at"] - entry["arrived_at"]) for entry in same]
            if call["caller_pseudonym"] is None or not any(
                a < timedelta(days=rate.repeat_days) for a in apart
            ):
                yield f"{leg['call']} was not charged to {leg['partner']}"


def charges_without_a_call(world: World) -> Broken:
    """Promise 4: a charge is for an accepted leg of its partner, once for each call.

    Where it is told late that nobody was connected, the charge is credited with the next settling.
    """
    accepted = {(leg["call"], leg["partner"], leg["kind"]) for leg in _talks(world)}
    entries = world.rows("ledger_entry", entry_type="charge")
    for call, times in Counter(entry["call"] for entry in entries).items():
        if times > 1:
            yield f"{call} was charged {times} times"
    bears = _standing(world) - {row["call"] for row in world.rows("outbox", fact="ended")}
    for entry in entries:
        if entry["call"] in bears and (entry["call"], entry["partner"], entry["kind"]) not in accepted:
            yield f"{entry['call']} was charged to {entry['partner']}, who did not answer"


def _talks(world: World) -> list[Row]:
    """Whoever talked with a caller: an accepted leg, or a return call that kept its promise."""
    return world.rows("leg", outcome="accepted") + world.rows("return_call", outcome="kept")


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
    tries = world.rows("leg", outcome=None) + world.rows("return_call", outcome=None, has_line=True)
    open_legs = Counter(tried["center"] for tried in tries)
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
    for sid in {row["sid"] for row in world.rows("call")} - {
        row["call"] for row in world.rows("partner_call")
    }:
        yield f"{sid} was not counted"


def room_that_is_kept_for_nothing(world: World) -> Broken:
    """Promise 4: what a leg may cost is reserved until it is given back, or charged; not for ever."""
    for row in world.rows("reservation"):
        yield f"{row['call']} still has {row['amount']} reserved for {row['partner']}"


def totals_that_differ_from_a_recount(world: World) -> Broken:
    """Promise 4: what reports add up is what the rows come to."""
    with world.database.engine.connect() as connection:
        yield from map(str, differences(connection))


def calls_that_are_counted_otherwise(world: World) -> Broken:
    """Promise 4: each call is counted once, and with each partner that had a part in it."""
    rung, talks = _by_call(world.rows("leg")), _by_call(_talks(world))
    counted = _by_call(world.rows("partner_call"))
    for call in world.rows("call"):
        sid, rows = call["sid"], counted.get(call["sid"], [])
        had = {leg["partner"] for leg in rung.get(sid, []) + talks.get(sid, [])} or {""}
        if [row["is_primary"] for row in rows].count(True) != 1 or {row["partner"] for row in rows} != had:
            yield f"{sid} was had by {had}, and is counted as {rows}"
        talked = {leg["partner"]: leg["talk_seconds"] for leg in reversed(talks.get(sid, []))}
        told = {row["partner"]: row["talk_seconds"] for row in rows if row["answered"] or row["kept"]}
        if told != talked:
            yield f"{sid} was talked about with {talked}, and is counted as {told}"


def calls_that_went_round(world: World) -> Broken:
    """Promise 2: a call ends in within_menu_limit time, whatever is pressed."""
    rung = _by_call(world.rows("leg"))
    for call in world.rows("call"):
        # The menus, the request for a message, and last words.
        if call["turn"] - len(rung.get(call["sid"], [])) > MOST_MENUS + 2:
            yield f"{call['sid']} was given {call['turn']} documents"


def numbers_outside_the_vault(world: World) -> Broken:
    """Promise 5: a caller is stored masked; whoever withheld the number is in no vault."""
    sealed = {row["call"] for row in world.rows("sealed_number")}
    led_to = {row["pseudonym"] for row in world.rows("match_value")}
    for call in world.rows("call"):
        known = call["caller_pseudonym"] is not None and call["caller_erased_at"] is None
        if known and call["sid"] not in sealed and not _is_purged(world, "numbers", call):
            yield f"{call['sid']}: the vault has no number of its caller"
        if not known and call["sid"] in sealed:
            yield f"{call['sid']}: the vault has a number of nobody's"
        if known and call["caller_pseudonym"] not in led_to and not _is_purged(world, "match_values", call):
            yield f"{call['sid']}: no number leads to its caller"
        if (call["caller_pseudonym"] is None) != (call["caller"] == WITHHELD):
            yield f"{call['sid']}: its caller is withheld, or has no pseudonym"


def _is_purged(world: World, what: str, call: Row) -> bool:
    """Whether what the vault had of this call is purged. Match values are those of whole months."""
    days = [row["up_to"] for row in world.rows("privacy_act", act="purge") if row[what]]
    arrived = call["arrived_at"].date()
    of_call = arrived.replace(day=1) if what == "match_values" else arrived
    return any(of_call <= day for day in days)


AT_ANY_TIME: tuple[Callable[[World], Broken], ...] = (
    listing_calls_that_strayed,
    listing_promises_of_others,
    outcomes_that_are_not_so,
    bad_documents,
    rung_without_a_word,
    returned_without_a_word,
    returned_by_others,
    amounts_of_something_else,
    repeats_that_were_charged,
    charges_without_a_call,
    credits_above_their_charge,
    decisions_that_come_out_otherwise,
    credits_that_do_not_add_up,
    lines_that_nobody_uses,
    totals_that_differ_from_a_recount,
    calls_that_went_round,
    numbers_outside_the_vault,
)
IN_THE_END: tuple[Callable[[World], Broken], ...] = (
    calls_without_an_end,
    calls_that_should_have_been_charged,
    facts_left_lying,
    calls_that_are_counted_otherwise,
    room_that_is_kept_for_nothing,
)


def _rate(world: World, call: Row, partner: str, kind: str) -> Rate | None:
    """In force at the call's arrival; none where the partner was not there yet."""
    then = world.directory_of(call["directory_version"]).partners.get(partner)
    return then.rate(kind, call["arrived_at"]) if then else None


def _by_call(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["call"], []).append(row)
    return found
