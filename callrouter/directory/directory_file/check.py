"""Checks the entries of a directory file against each other. *Pure.*"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from callrouter.directory.attempts import longest_attempt
from callrouter.directory.directory import MONTHLY, Center, Helpline
from callrouter.directory.directory_file.entries import FileEntry
from callrouter.directory.directory_file.syntax_tree import Scalar
from callrouter.directory.document import PER_CALL_TERMS, helpline_from_words
from callrouter.directory.faults import MOST_SHOWN, DirectoryFault, FilePosition, closest, quoted
from callrouter.directory.telephones import shared_telephone, telephones_of_two
from callrouter.money import parse_amount

Sections = Mapping[str, list[FileEntry]]
"""The entries of each section."""

T = TypeVar("T")


def faults_between(sections: Sections) -> Iterator[DirectoryFault]:
    """The faults between entries."""
    for entries in sections.values():
        yield from _keys_used_twice(entries)
    yield from _unknown_references(sections)
    yield from _numbers_used_twice(sections)
    yield from _centers_that_call_us(sections)
    yield from _telephones_of_two_partners(sections)
    for partner in sections["partners"]:
        yield from _rates_that_clash(partner)
        yield from _ceiling_over_nothing(partner)
    for helpline in sections["helplines"]:
        yield from _seats_given_twice(helpline)


def faults_of_time(sections: Sections, centers: Mapping[str, Center]) -> Iterator[DirectoryFault]:
    """Helplines and seats whose attempts do not fit into the wait. `centers` are the valid ones."""
    for entry in sections["helplines"]:
        if entry.sound:
            yield from _attempts_that_never_fit(entry, helpline_from_words(entry.words()), centers)


def _fault(entry: FileEntry, place: FilePosition, what: str, mend: str) -> DirectoryFault:
    return DirectoryFault(place, f"{entry.title}: {what}", mend)


def _in_line(place: FilePosition, *, comma: bool = False) -> str:
    """Where another entry is. An entry that was read from no file has no line."""
    return f"{',' if comma else ''} in line {place.line}" if place.line else ""


def _repeated(items: Iterable[tuple[Hashable, T]]) -> Iterator[tuple[T, T]]:
    """The first entry with an identity, and each later one that repeats it."""
    first: dict[Hashable, T] = {}
    for identity, item in items:
        if identity in first:
            yield first[identity], item
        first.setdefault(identity, item)


def _keys_used_twice(entries: list[FileEntry]) -> Iterator[DirectoryFault]:
    keys = ((key.text, entry) for entry in entries if (key := entry.text_of("key")))
    for first, again in _repeated(keys):
        what = f"the key is used already{_in_line(first.place_of('key'), comma=True)}"
        yield _fault(again, again.place_of("key"), what, "give each entry a key of its own")


def _unknown_references(sections: Sections) -> Iterator[DirectoryFault]:
    """In the order of the file. Suggestions are searched only for faults that are shown."""
    known = {section.removesuffix("s"): _keys(entries) for section, entries in sections.items()}
    unknown = sorted(
        (
            (written, name, entry)
            for entry, name in _references(sections)
            if (written := entry.text_of(name)) and written.text not in known[name]
        ),
        key=lambda found: found[0].place,
    )
    for number, (written, name, entry) in enumerate(unknown):
        meant = closest(written.text, tuple(known[name])) if number < MOST_SHOWN else None
        mend = f'did you mean "{meant}"?' if meant else f"add it under {name}s, or mend the key"
        yield _fault(entry, written.place, f"there is no {name} {quoted(written.text)}", mend)


def _references(sections: Sections) -> Iterator[tuple[FileEntry, str]]:
    """Each entry, or seat, with a key that names another entry."""
    for entry in sections["centers"]:
        yield entry, "partner"
    for entry in sections["listings"]:
        yield entry, "center"
        yield entry, "helpline"
    for entry in sections["helplines"]:
        for seat in entry.parts("seats"):
            yield seat, "center"


def _keys(entries: list[FileEntry]) -> dict[str, None]:
    """In the order of the file."""
    return dict.fromkeys(key.text for entry in entries if (key := entry.text_of("key")))


def _own_numbers(sections: Sections) -> Iterator[tuple[str, tuple[FileEntry, Scalar]]]:
    for entry in (*sections["listings"], *sections["helplines"]):
        for number in entry.texts_of("numbers"):
            yield number.text, (entry, number)


def _numbers_used_twice(sections: Sections) -> Iterator[DirectoryFault]:
    for (owner, _), (entry, number) in _repeated(_own_numbers(sections)):
        if owner is not entry:  # within one entry, the list itself has said so
            what = f"{quoted(number.text)} is a number of {owner.title} already"
            yield _fault(entry, number.place, what, "give each number to one listing or one helpline")


def _centers_that_call_us(sections: Sections) -> Iterator[DirectoryFault]:
    owners = dict(_own_numbers(sections))
    for center in sections["centers"]:
        phone = center.text_of("phone")
        if phone and phone.text in owners:
            owner, _ = owners[phone.text]
            what = (
                f"phone {quoted(phone.text)} is a number of {owner.title}, so its calls would come back to us"
            )
            yield _fault(center, phone.place, what, "write the number that rings at the center")


def _telephones_of_two_partners(sections: Sections) -> Iterator[DirectoryFault]:
    centers = (
        (center.values["phone"], partner.text, center)
        for center in sections["centers"]
        if "phone" in center.values and (partner := center.text_of("partner"))
    )
    for first, again in telephones_of_two(centers):
        owner = f"{first.title}{_in_line(first.place_of('phone'))}"
        yield _fault(again, again.place_of("phone"), *shared_telephone(again.values["phone"], owner))


def _rates_that_clash(partner: FileEntry) -> Iterator[DirectoryFault]:
    rates = partner.parts("rates")
    begins = (((rate.values.get("kind"), rate.values.get("from")), rate) for rate in rates)
    for first, again in _repeated((identity, rate) for identity, rate in begins if None not in identity):
        what = f"another rate of this kind begins that day{_in_line(first.place, comma=True)}"
        yield _fault(again, again.place_of("from"), what, "keep one of them")
    for rate in rates:
        yield from _amount_that_is_none(rate, "price", rate.values.get("currency"))
        yield from _other_currency(rate, rates[0])
        yield from _terms_of_calls_in_a_flat_fee(rate)


def _amount_that_is_none(entry: FileEntry, name: str, currency: str | None) -> Iterator[DirectoryFault]:
    amount = entry.values.get(name)
    if amount is None or currency is None:
        return
    try:
        parse_amount(amount, currency)
    except ValueError as error:
        yield _fault(entry, entry.place_of(name), f"{name} {error}", 'write it like "35.00"')


def _terms_of_calls_in_a_flat_fee(rate: FileEntry) -> Iterator[DirectoryFault]:
    if rate.values.get("kind") == MONTHLY:
        for name in PER_CALL_TERMS:
            if name in rate.nodes:
                what = f"{name} means nothing for a flat fee, which is for no single call"
                yield _fault(rate, rate.place_of(name), what, "take it out")


def _ceiling_over_nothing(partner: FileEntry) -> Iterator[DirectoryFault]:
    """A ceiling limits what calls cost, in the currency of the rates."""
    if "monthly_ceiling" not in partner.values:
        return
    rates = partner.parts("rates")
    if all(rate.values.get("kind") == MONTHLY for rate in rates):
        what = "monthly_ceiling, but no rate for calls, which it could be a ceiling for"
        mend = "add a rate of kind helpline or listing, or take the ceiling out"
        yield _fault(partner, partner.place_of("monthly_ceiling"), what, mend)
    elif rates:
        yield from _amount_that_is_none(partner, "monthly_ceiling", rates[0].values.get("currency"))


def _other_currency(rate: FileEntry, first: FileEntry) -> Iterator[DirectoryFault]:
    one, other = first.values.get("currency"), rate.values.get("currency")
    if one and other and one != other:
        what = f"currency {other}, but this partner's first rate has {one}"
        yield _fault(rate, rate.place_of("currency"), what, "bill a partner in one currency")


def _seats_given_twice(helpline: FileEntry) -> Iterator[DirectoryFault]:
    seats = ((center.text, seat) for seat in helpline.parts("seats") if (center := seat.text_of("center")))
    for first, again in _repeated(seats):
        what = f"the center has a seat already{_in_line(first.place, comma=True)}"
        yield _fault(again, again.place_of("center"), what, "give it one seat, with a larger weight")


def _attempts_that_never_fit(
    entry: FileEntry, helpline: Helpline, centers: Mapping[str, Center]
) -> Iterator[DirectoryFault]:
    wait = helpline.max_wait_seconds
    seats = zip(entry.parts("seats"), helpline.seats, strict=True)
    needed = [(seat, longest_attempt(centers[at.center])) for seat, at in seats if at.center in centers]
    least = min((seconds for _, seconds in needed), default=0)
    if least > wait:
        what = f"not one attempt fits into max_wait_seconds {wait}"
        yield _fault(entry, entry.place_of("max_wait_seconds"), what, f"raise it to at least {least}")
        return
    for seat, seconds in needed:
        if seconds > wait:
            yield _attempt_that_never_fits(seat, seconds, wait)


def _attempt_that_never_fits(seat: FileEntry, seconds: int, wait: int) -> DirectoryFault:
    what = f"an attempt may take {seconds} seconds, and max_wait_seconds is {wait}"
    mend = f"raise it to at least {seconds}, or lower the center's ring_seconds by {seconds - wait}"
    return _fault(seat, seat.place_of("center"), what, mend)
