"""Lists of the API: the newest first, so many to a page, with the address of the next page. *Pure.*"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import eq, ge, le
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from simulator.rest.messages import ApiError, ApiRequest, Pairs

USUAL_PAGE, LARGEST_PAGE = 50, 1000
PAGING = {"PageSize", "Page", "PageToken"}


class HasSid(Protocol):
    @property
    def sid(self) -> str: ...


T = TypeVar("T", bound=HasSid)
Matches = Callable[[Any], bool]
Filter = Callable[[str], Matches]


@dataclass(frozen=True)
class Page:
    """Which page is asked for; after `token`, where one is given, else by its number."""

    size: int
    number: int
    token: str | None

    @classmethod
    def of(cls, query: Pairs) -> Page:
        asked = dict(query)
        size = _number(asked, "PageSize", USUAL_PAGE, least=1)
        return cls(min(size, LARGEST_PAGE), _number(asked, "Page", 0, least=0), asked.get("PageToken"))

    def start(self, sids: Sequence[str]) -> int:
        """The place of the page's first entry."""
        if self.token is None:
            return self.number * self.size
        last = self.token.removeprefix("PA")
        if last not in sids:
            raise ApiError("wrong value", "PageToken")
        return sids.index(last) + 1


def page_of(asked: ApiRequest, name: str, found: Sequence[T], resource: Callable[[T], Any]) -> dict[str, Any]:
    """The document of one page of what was found."""
    paging = Page.of(asked.query)
    start = paging.start([each.sid for each in found])
    page = found[start : start + paging.size]
    more = start + paging.size < len(found)
    following = {"Page": str(paging.number + 1), "PageToken": f"PA{page[-1].sid}"} if more else None
    return {
        "first_page_uri": _uri(asked, paging.size, {"Page": "0"}),
        "end": max(start + len(page) - 1, 0),
        "previous_page_uri": None,
        name: [resource(each) for each in page],
        "uri": _uri(asked, paging.size, {"Page": str(paging.number)}),
        "page_size": paging.size,
        "start": start,
        "next_page_uri": following and _uri(asked, paging.size, following),
        "page": paging.number,
    }


def newest_first(entries: Iterable[T], made: Callable[[T], datetime]) -> list[T]:
    """Of what was made at the same moment, the one that was entered last comes first."""
    return sorted(entries, key=made)[::-1]


def matching(query: Pairs, filters: dict[str, Filter]) -> Matches:
    """What the query's filters let through; an empty one lets everything through, an unknown one too."""
    wanted = [filters[name](value) for name, value in query if value and name in filters]
    return lambda each: all(matches(each) for matches in wanted)


def same(attribute: Callable[[Any], str | None]) -> Filter:
    """What has exactly this value."""
    return lambda value: lambda each: attribute(each) == value


def by_day(name: str, moment: Callable[[Any], datetime | None]) -> dict[str, Filter]:
    """The three filters of a time, which go by the day, and find nothing that has no time yet."""

    def compared(compare: Callable[[date, date], bool]) -> Filter:
        def wanted(value: str) -> Matches:
            day = _day(value)
            return lambda each: (
                (time := moment(each)) is not None and compare(time.astimezone(UTC).date(), day)
            )

        return wanted

    return {name: compared(eq), f"{name}>": compared(ge), f"{name}<": compared(le)}


def _day(written: str) -> date:
    try:
        return datetime.fromisoformat(written).date()
    except ValueError:
        raise ApiError("wrong value", "a time") from None


def _number(asked: dict[str, str], name: str, otherwise: int, least: int) -> int:
    written = asked.get(name, str(otherwise))
    if not (written.isascii() and written.isdecimal()) or int(written) < least:
        raise ApiError("wrong value", name)
    return int(written)


def _uri(asked: ApiRequest, size: int, page: dict[str, str]) -> str:
    kept = [(name, value) for name, value in asked.query if name not in PAGING]
    return f"{asked.path}?{urlencode([*kept, ('PageSize', str(size)), *page.items()])}"
