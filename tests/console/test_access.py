"""Every page names the right that it needs, and opens to nobody else."""

import re
from functools import partial

import pytest
from flask import Flask

from callrouter.staff.roles import Right, Role, may
from console.access import guard, requirement
from console.directory.entries.addresses import ENTRY
from tests.console.conftest import OpenConsole
from tests.console.pages import SIGN_IN_PAGE, KnownPerson, console
from tests.scenarios.world import World

SOME = {
    "<sid>": "CA0",
    "<form>": "csv",
    "<path:filename>": "calm.svg",
    "<int:number>": "1",
    "<partner>": "sunrise",
    "<name>": "INV-000001",
    "<key>": "harbor-sd",
    "<act>": "note",
    "<digest>": "0" * 64,
    ENTRY.removeprefix("/directory/"): "centers",
    "<any(partners,helplines):kind>": "helplines",
    "<any(seats,rates):part>": "seats",
    "<token>": "x",
}
"""a value for each parameter of an address"""


def test_every_route_holds_for_every_role_and_for_nobody(world: World, as_role: OpenConsole) -> None:
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.ADMIN))
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    assert len(rules) > 5
    consoles = {role: as_role(role) for role in (None, *Role)}
    for rule in rules:
        needed = requirement(app, rule.endpoint)
        address = re.sub("<[^>]+>", lambda found: SOME[found[0]], str(rule))
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        for role, opened in consoles.items():
            answer = opened.open(address, method=method)
            if needed.is_public or (role and needed.is_met(partial(may, role))):
                assert answer.status_code not in (401, 403), (role, rule)
            elif role is None:
                assert answer.location == SIGN_IN_PAGE, rule
            else:
                assert answer.status_code == 403, (role, rule)


def test_what_no_page_can_read_is_refused_before_a_page_reads_it(world: World, as_role: OpenConsole) -> None:
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.ADMIN))
    admin = as_role(Role.ADMIN)
    for rule in app.url_map.iter_rules():
        needed = requirement(app, rule.endpoint)
        if not needed.is_public and needed.is_met(partial(may, Role.ADMIN)) and "GET" in (rule.methods or ()):
            address = re.sub("<[^>]+>", lambda found: SOME[found[0]], str(rule))
            for unreadable in ("?zone=Mars/Crater", "?sid=%00"):
                assert admin.get(address + unreadable).status_code == 400, (address, unreadable)


def test_a_number_that_no_row_can_have_is_not_found(world: World, as_role: OpenConsole) -> None:
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.ADMIN))
    admin = as_role(Role.ADMIN)
    numbered = [rule for rule in app.url_map.iter_rules() if "<int:number>" in str(rule)]
    assert len(numbered) > 5
    for rule in numbered:
        for number in (str(2**31), "9" * 20, "9" * 5_000):
            text = str(rule).replace("<int:number>", number)
            address = re.sub("<[^>]+>", lambda found: SOME[found[0]], text)
            answer = admin.open(address, method="POST" if "POST" in (rule.methods or ()) else "GET")
            assert answer.status_code == 404, address


EXPORTS_OF = {
    "billing": Right.SEE_MONEY,
    "audit": Right.READ_AUDIT,
    "messages": Right.PLAY_MESSAGES,
    "calls": Right.SEE_CALLS,
    "promises": Right.SEE_CALLS,
}
"""what each page with an export needs: the export needs it, too"""


def test_an_export_needs_the_right_of_its_page_too(world: World, as_role: OpenConsole) -> None:
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.ADMIN))
    exports = [rule for rule in app.url_map.iter_rules() if str(rule).endswith("/export.<form>")]
    of_staff = [rule for rule in exports if not rule.endpoint.startswith("partner_")]
    assert len(of_staff) == 12
    for rule in of_staff:
        needed = set(requirement(app, rule.endpoint).rights)
        assert needed == {Right.EXPORT, EXPORTS_OF[rule.endpoint.split(".")[0]]}, rule
    operations = as_role(Role.OPERATIONS)
    for what in ("", "/accounts", "/accounts/sunrise", "/invoices", "/disputes", "/differences", "/rates"):
        assert operations.get(f"/console/billing{what}/export.csv").status_code == 403, what


def test_a_view_without_a_right_cannot_be_served() -> None:
    app = Flask("careless", static_folder=None)
    app.add_url_rule("/everything", view_func=lambda: "all calls", endpoint="everything")
    with pytest.raises(LookupError, match="everything names no right"):
        guard(app, lambda: None, on_unknown=lambda: "", on_stale=lambda: None)


@pytest.mark.parametrize("right", [right for right in Right if right is not Right.SIGNED_IN])
def test_an_admin_has_every_right_of_staff_and_a_viewer_only_looks(right: Right) -> None:
    of_a_partner = right in {Right.SEE_OWN, Right.DISPUTE_OWN}
    assert may(Role.ADMIN, right) != of_a_partner
    assert may(Role.PARTNER, right) == of_a_partner
    assert may(Role.VIEWER, right) == (right in {Right.SEE_CALLS, Right.SEE_DIRECTORY})


def test_answers_are_kept_by_nobody_and_run_no_script_of_others(as_role: OpenConsole) -> None:
    answer = as_role(Role.VIEWER).get("/console/calls")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
