"""Random days of a helpline: directories and their edits, calls that overlap, callbacks late, lost, doubled and in any
order, failures in the middle of a transaction, restarts, the reaper and the settler. After every step the promises
hold; in the end every call has ended, and nothing was lost.
"""

from __future__ import annotations

from contextlib import ExitStack
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from callrouter.directory.directory import Directory
from callrouter.directory.faults import DirectoryFaults
from tests.owner import as_owner
from tests.scenarios.promises import broken_meanwhile, broken_promises
from tests.scenarios.random_days import RandomCall, directories, edited, random_calls
from tests.scenarios.world import World
from tests.servers.databases import Databases

STEPS = 12
NOT_REACHED = {11200, 11205}
"""The carrier's numbers for a server that it could not ask; it has nothing to say against our documents."""
SECTIONS = st.sets(st.sampled_from(["partners", "centers", "listings", "helplines"]), min_size=1)


class RandomDays(RuleBasedStateMachine):
    """The carrier, the staff, the workers and the fates, each in turn."""

    databases: Databases

    @initialize(directory=directories())
    def a_day_begins(self, directory: Directory) -> None:
        self.stack = ExitStack()
        self.world = World(self.stack.enter_context(self.databases.fresh()), directory)
        self.failed = False

    @rule(call=random_calls())
    def somebody_calls(self, call: RandomCall) -> None:
        self._happens(call)

    @rule(call=random_calls())
    def somebody_calls_and_the_end_is_told_later(self, call: RandomCall) -> None:
        self.world.network.holds("dialled", "status", "recorded", "offered")
        self._happens(call, settled=False)
        self.world.network.holds_no_more()

    @rule(call=random_calls(), lost=st.sets(st.integers(1, 12), max_size=4))
    def somebody_calls_and_answers_are_lost(self, call: RandomCall, lost: set[int]) -> None:
        self.world.network.loses_answers(*lost)
        self._happens(call)
        self.world.network.loses_answers()

    @rule(call=random_calls(), at=st.integers(1, 4))
    def somebody_calls_and_something_of_ours_fails(self, call: RandomCall, at: int) -> None:
        self.world.fails_at(at)
        self.failed = True
        self._happens(call)
        self.world.fails_at(0)
        self.failed = False

    @rule(
        call=random_calls(),
        other=directories(),
        sections=SECTIONS,
        after=st.sampled_from(["menu", "dialled", "chosen"]),
    )
    def the_directory_is_edited_during_a_call(
        self, call: RandomCall, other: Directory, sections: set[str], after: str
    ) -> None:
        self.world.network.on(after, lambda: self._edit(other, sections))
        self._happens(call)

    @rule(call=random_calls())
    def the_database_drops_its_connections_during_a_call(self, call: RandomCall) -> None:
        self.world.network.on("dialled", self._drop_connections)
        self.world.network.on("menu", self._drop_connections)
        self._happens(call)

    @rule(other=directories(), sections=SECTIONS)
    def the_directory_is_edited(self, other: Directory, sections: set[str]) -> None:
        self._edit(other, sections)

    @rule()
    def callbacks_under_way_arrive(self) -> None:
        self.world.carrier.settle()

    @rule(seed=st.integers(0, 99), lost=st.booleans())
    def what_was_held_back_arrives(self, seed: int, lost: bool) -> None:
        self.world.network.releases_in_any_order(Random(seed), lose_some=lost)

    @precondition(lambda self: self.world.network.sent)
    @rule(which=st.integers(0, 10_000))
    def a_request_is_made_again(self, which: int) -> None:
        sent = self.world.network.sent
        request = sent[which % len(sent)]
        again = self.world.network.brings(request)
        assert request.failed or again.reply == request.reply

    @rule(minutes=st.sampled_from([1, 20, 61, 300, 1441, 40_000]))
    def time_passes(self, minutes: int) -> None:
        self.world.passes(minutes=minutes)

    @rule()
    def the_reaper_comes(self) -> None:
        self.world.reaps()

    @rule()
    def the_workers_settle(self) -> None:
        self.world.settles()

    @rule()
    def the_server_is_started_again(self) -> None:
        self.world.starts_anew()

    @invariant()
    def the_promises_hold(self) -> None:
        if hasattr(self, "world"):
            assert broken_meanwhile(self.world) == []
            assert self.world.watch.failures == []

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        with self.stack:
            self.world.carrier.settle()
            self.world.passes(hours=6)
            self.world.reaps()
            self.world.settles()
            assert broken_promises(self.world) == []
            self.world.closes()

    def _happens(self, call: RandomCall, *, settled: bool = True) -> None:
        world = self.world
        first = len(world.network.sent)
        story = world.carrier.place_call(
            call.dialled, call.caller, call.centers, faults=call.faults, settled=settled
        )
        if world.watch.failures and self.failed:
            world.watch.failures.clear()
            world.network.mark_as_failed(first)
        else:
            assert story.discrepancies == []
            assert {error.code for error in story.errors} <= NOT_REACHED

    def _edit(self, other: Directory, sections: set[str]) -> None:
        try:
            self.world.loads(edited(self.world.directory, other, sections))
        except DirectoryFaults:
            pytest.fail("the machine made a directory that cannot be loaded")

    def _drop_connections(self) -> None:
        """As when the database is started again, or a firewall forgets."""
        with as_owner(self.world.database) as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.mark.soak
def test_the_promises_hold_on_random_days(databases: Databases) -> None:
    machine = type("RandomDaysOnOneDatabase", (RandomDays,), {"databases": databases})
    many = settings(
        # An example is a whole day; half as many as of other properties are enough.
        max_examples=settings().max_examples // 2,
        stateful_step_count=STEPS,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(machine, settings=many)  # type: ignore[no-untyped-call]
