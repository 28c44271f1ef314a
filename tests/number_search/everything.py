"""The whole of it: numbers go through every way that they can take, and every place is searched for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from callrouter.migrations import upgrade
from tests.number_search.callers import calls_of, say_what_happens_when_called_back
from tests.number_search.commands import close_month, run_commands
from tests.number_search.disturbances import (
    DISTURBANCES,
    broken_tables,
    crashes,
    refused_rows,
    send_odd_requests,
)
from tests.number_search.installation import (
    Installation,
    place_calls,
    running_installation,
    talkative_postgres,
)
from tests.number_search.last_month import play_last_month
from tests.number_search.notations import seeded_numbers, typed_notations
from tests.number_search.places import Place, files_of, places_at_rest, places_while_it_runs
from tests.number_search.planted import PLANTERS, plant
from tests.number_search.search import FoundNumber, NumberSearch
from tests.number_search.staff import StaffBrowser, fills_in_every_form, opens_every_page, signs_in
from tests.servers.databases import migrated_databases

OF_LAST_MONTH, OF_A_DISTURBANCE = 0.05, 0.02
"""parts of the numbers"""
SHOWS_NUMBERS = "/console/reveals/numbers/"
FIRST_LINK, INVITATION = re.compile(r"/console/first/\S+"), re.compile(r"/console/invitation/\S+")


@dataclass
class Searched:
    """What was searched, and what was found."""

    search: NumberSearch
    found: list[FoundNumber] = field(default_factory=list)
    places: int = 0
    size: int = 0
    """bytes"""

    def look(self, places: Iterable[Place]) -> None:
        for place, data in places:
            self.places += 1
            self.size += len(data)
            self.found += self.search.find(place, data)


class Everything:
    """Numbers on their way through an installation. `seconds` are what each part took."""

    def __init__(self, installation: Installation, month: str, numbers: Sequence[str], seed: int) -> None:
        self.installation = installation
        self.month = month
        american = [number for number in numbers if number.startswith("+1")]
        self._to_plant = american[-len(PLANTERS) :]
        self.numbers = [number for number in numbers if number not in self._to_plant]
        self.seed = seed
        self.searched = Searched(NumberSearch(numbers))
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, str] = {}
        """the caller of each"""
        self.revealed = ""
        self.statuses: set[int] = set()
        self.forms: set[str] = set()
        self.browsers: list[StaffBrowser] = []
        self.planted: dict[str, str] = {}
        """the place of each"""

    def happens(self) -> None:
        """All of it. Then every place is searched."""
        parts = (self.call, self.disturb, self.use_the_console, self.command, self.crash, self.search)
        for part in parts:
            began = monotonic()
            part()
            self.seconds[part.__name__.replace("_", " ")] = monotonic() - began

    def call(self) -> None:
        say_what_happens_when_called_back(self.installation, self.numbers)
        self._place_calls(self.numbers)

    def disturb(self) -> None:
        for number in self._some()[:5]:
            self.statuses.update(send_odd_requests(self.installation, number))
        for disturbance in DISTURBANCES:
            with disturbance(self.installation):
                self._place_calls(self._some())
                self.searched.look(files_of("installation meanwhile", self.installation.home))

    def use_the_console(self) -> None:
        admin = self._signs_in(FIRST_LINK, self.installation.printed(), name="ada@example.org")
        for written in typed_notations(self.numbers[7]):
            _look_for(admin, written)
        pages = list(opens_every_page(admin))
        self.forms = fills_in_every_form(admin, pages, f"they say {self.numbers[8]} rings at night")
        with refused_rows(self.installation), broken_tables(self.installation):
            _look_for(admin, self.numbers[9])
        self._erase_and_reveal(admin)
        added = self.installation.runs(
            "staff", "add", "pat@sunrise.example", "--role", "partner", "--partner", "sunrise"
        )
        list(opens_every_page(self._signs_in(INVITATION, added.decode())))
        self.searched.look(self.pages())

    def _erase_and_reveal(self, admin: StaffBrowser) -> None:
        number = self.numbers[10]
        admin.confirms("/console/privacy/erase", {"number": number, "reason": f"{number} asked"})
        sid = next(sid for sid, caller in self.calls.items() if caller == self.numbers[0])
        reason = f"to call {self.numbers[0]} back"
        asked = admin.sends(f"/console/calls/{sid}/number", {"number": "caller", "reason": reason})
        page = admin.answers[-1].request.split()[1]
        assert page.startswith(SHOWS_NUMBERS), asked.text
        self.installation.soon(lambda: self.numbers[0] in admin.opens(page).text.replace(" ", ""))
        self.revealed = admin.answers[-1].text

    def pages(self) -> Iterator[Place]:
        """What the console has answered, but for the page that shows a number to whoever has asked for it."""
        for browser in self.browsers:
            for answer in browser.answers:
                if SHOWS_NUMBERS in answer.request:
                    continue
                yield f"console {answer.request} {answer.status}", answer.without_form()

    def command(self) -> None:
        self.searched.look(close_month(self.installation, self.month))
        self.searched.look(run_commands(self.installation, self.month, list(self.calls)[:6], self.numbers))

    def crash(self) -> None:
        self._place_calls(self._some())
        crashes(self.installation)

    def search(self) -> None:
        """For all numbers, and for those that are put into every kind of place for that."""
        self.installation.runs("drain", "--timeout", "60")
        self.planted = plant(self.installation, self._to_plant)
        self.searched.look(places_while_it_runs(self.installation))
        self.installation.server.execute("CHECKPOINT")
        self.searched.look(places_at_rest(self.installation))

    def leaks(self) -> list[FoundNumber]:
        """What was found, and was not put there."""
        return [each for each in self.searched.found if each.number not in self.planted]

    def not_found(self) -> dict[str, str]:
        """What was put somewhere and not found there, with its place."""
        found = {(each.number, each.place) for each in self.searched.found}
        return {
            number: place
            for number, place in self.planted.items()
            if not any(number == each and where.startswith(place) for each, where in found)
        }

    def _place_calls(self, numbers: Sequence[str]) -> None:
        placed = place_calls(self.installation, list(calls_of(numbers, self.seed)))
        self.calls.update((call.sid, call.caller) for call in placed)

    def _signs_in(self, link: re.Pattern[str], text: str, **form: str) -> StaffBrowser:
        found = link.search(text)
        assert found, text
        self.browsers.append(signs_in(self.installation, found[0], **form))
        return self.browsers[-1]

    def _some(self) -> Sequence[str]:
        return self.numbers[: max(6, int(len(self.numbers) * OF_A_DISTURBANCE))]


def _look_for(browser: StaffBrowser, written: str) -> None:
    """In the box above every page, and among the calls."""
    browser.sends("/console/find", {"q": written}, page="/console/calls")
    browser.sends("/console/calls/of-a-number", {"number": written, "reason": f"{written} asked"})


@contextmanager
def everything(place: Path, count: int, seed: int) -> Iterator[Everything]:
    """Everything that is needed for it, running."""
    numbers = seeded_numbers(count + len(PLANTERS), seed)
    with (
        talkative_postgres() as server,
        migrated_databases(server, upgrade) as databases,
        databases.fresh() as url,
    ):
        month = play_last_month(url, numbers[: max(4, int(count * OF_LAST_MONTH))])
        with running_installation(place, server, url) as installation:
            yield Everything(installation, month, numbers, seed)
