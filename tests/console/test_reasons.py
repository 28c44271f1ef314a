"""No form puts a caller's number into a table, however it is written in a reason or a note."""

import ast
import re
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from callrouter.database import Base
from callrouter.staff.roles import Role, may
from console.access import requirement
from tests.console.conftest import OpenConsole
from tests.console.pages import KnownPerson, console
from tests.console.test_access import SOME
from tests.module_names import ROOT
from tests.scenarios.three_calls import place_three_calls
from tests.scenarios.world import World

NUMBER = re.compile(r"310\D{0,3}555\D{0,3}0142")
WORDS = "caller +1 310 555 0142 or 3105550142 complains"
TYPED = {
    "number": "(310) 555-0188",
    "center": "harbor-sd",
    "length": "30",
    "as": "kept",
    "name": "mine",
    "amount": "1.00",
    "currency": "USD",
    "day": "2026-11-01",
    "month": "2026-10",
    "decision": "rejected",
    **dict.fromkeys(("reason", "note", "evidence", "explanation", "reason-delete"), WORDS),
    **{f"reason-{act}": WORDS for act in ("claim", "note", "assign", "close")},
}


def test_no_form_of_the_console_stores_a_number_that_stands_in_a_reason(
    world: World, as_role: OpenConsole
) -> None:
    calls = place_three_calls(world)
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.ADMIN))
    for role in (Role.ADMIN, Role.PARTNER):
        opened = as_role(role)
        for rule in app.url_map.iter_rules():
            needed = requirement(app, rule.endpoint)
            if (
                "POST" not in (rule.methods or ())
                or needed.is_public
                or not needed.is_met(partial(may, role))
            ):
                continue
            values = SOME | {"<sid>": calls[1].sid}
            address = re.sub("<[^>]+>", lambda found: values[found[0]], str(rule))  # noqa: B023
            assert opened.post(address, data=TYPED).status_code < 500, address
    reasons = [row["reason"] for row in world.rows("audit_log")]
    assert "caller [number] or [number] complains" in reasons
    assert [name for name in Base.metadata.tables if NUMBER.search(stored(world, name))] == []


def stored(world: World, table: str) -> str:
    """All values of a table."""
    with world.database.engine.connect() as connection:
        rows = connection.execute(sa.select(Base.metadata.tables[table])).all()
    return "\n".join(str(tuple(row)) for row in rows)


def test_a_reason_is_read_from_a_form_in_one_place() -> None:
    """`FormReader.reason`, and `FormField` with `config.free_text`, mask numbers; `form.get("reason")` does not."""
    read = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sorted(Path(ROOT, "console").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call | ast.Subscript) and reads_a_reason(node)
    ]
    assert read == []


def reads_a_reason(node: ast.Call | ast.Subscript) -> bool:
    written = ast.unparse(node)
    return bool(re.fullmatch(r"request\.(form|values)(\.get\(|\[)'(reason|note)[^)]*[)\]]", written))
