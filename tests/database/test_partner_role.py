"""The partners' role: it reads the rows of one partner, whatever is asked, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import combinations

import pytest
import sqlalchemy as sa

from callrouter.database import PARTNER, Database, set_current_partner
from callrouter.database.roles import privileges, role_of
from callrouter.database.row_security import tables_with_wrong_policies
from callrouter.migrations import upgrade
from callrouter.model import PARTNER_GRANTS, PARTNER_ROWS, metadata
from tests.owner import as_owner
from tests.scenarios.two_partners import TwoPartners, two_partners
from tests.scenarios.world import World

# Written by hand, and not read from the classes: who lets a partner read more writes it here too.
READABLE = {
    "account_month": "*",
    "availability": "center calls_in_progress paused_until pause_reason",
    "call": "sid arrived_at ended_at bound_listing helpline caller state language shows_number simulated",
    "center": "*",
    "confirmation": "*",
    "dispute": "*",
    "invoice": "*",
    "invoice_checkpoint": "*",
    "invoice_document": "*",
    "invoice_line": "*",
    "ledger_entry": "id entry_type partner call center helpline kind amount currency reverses rule reason person"
    " posted_at day period arrived_at simulated",
    "leg": "*",
    "listing": "*",
    "partner": "*",
    "partner_call": "call partner center helpline kind day arrived_at simulated caller answered promised kept"
    " wait_seconds talk_seconds",
    "promise": "call owner listing helpline state made_at due_at attempts ended_at message_allowed owned_since rings"
    " next_attempt_at wait_reason expires_at",
    "return_call": "call number center partner kind name phone began_at sid taken_at agreed_at outcome talk_seconds"
    " closed_at",
}
OF_SUNRISE = {
    "account_month": "partner = 'sunrise'",
    "availability": "center LIKE 'sunrise-%%'",
    "call": "sid IN (SELECT call FROM leg WHERE partner = 'sunrise')",
    "center": "partner = 'sunrise'",
    "confirmation": "call IN (SELECT call FROM ledger_entry WHERE partner = 'sunrise')",
    "dispute": "partner = 'sunrise'",
    "invoice": "partner = 'sunrise'",
    "invoice_checkpoint": "invoice IN (SELECT name FROM invoice WHERE partner = 'sunrise')",
    "invoice_document": "invoice IN (SELECT name FROM invoice WHERE partner = 'sunrise')",
    "invoice_line": "invoice IN (SELECT name FROM invoice WHERE partner = 'sunrise')",
    "ledger_entry": "partner = 'sunrise'",
    "leg": "partner = 'sunrise'",
    "listing": "center LIKE 'sunrise-%%'",
    "partner": "key = 'sunrise'",
    "partner_call": "partner = 'sunrise'",
    "promise": "owner LIKE 'sunrise-%%'",
    "return_call": "partner = 'sunrise'",
}
"""the rows that are Sunrise's, by what the application sees"""
denied = pytest.raises(sa.exc.ProgrammingError, match="permission denied")


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = World(database_url)
    yield world
    world.closes()


@pytest.fixture
def partners(database_url: str) -> Iterator[Database]:
    """The database as the console has it for people of partners."""
    with closing(Database(database_url, connections=2, role=PARTNER)) as database:
        yield database


@contextmanager
def of_partner(partners: Database, partner: str | None) -> Iterator[sa.Connection]:
    with partners.engine.begin() as connection:
        if partner is not None:
            set_current_partner(connection, partner)
        yield connection


def columns(table: str) -> str:
    return ", ".join(READABLE[table].split())


def rows_of(connection: sa.Connection, statement: str) -> list[str]:
    return sorted(map(repr, connection.exec_driver_sql(statement)))


def names_of_harbor(calls: TwoPartners, world: World) -> list[str]:
    """What stands in no row that Sunrise may read."""
    own = [f"'{call.sid}'" for call in calls.without_sunrise]
    phones = [row["phone"] for row in world.rows("leg", partner="harbor")]
    return [*own, *phones, "harbor", "Harbor", "SIM-000002", "2319", "4137", "meadow"]


def test_it_may_read_what_is_written_here_and_change_nothing(partners: Database) -> None:
    with partners.engine.connect() as connection:
        found = privileges(connection, role_of(partners.engine.url, PARTNER))
    written = {("schema", "USAGE")}
    for table, names in READABLE.items():
        rights = ["SELECT"] if names == "*" else [f"SELECT ({name})" for name in names.split()]
        written |= {(table, right) for right in rights}
    assert found == written


def test_every_readable_table_shows_all_rows_of_that_partner_and_no_others(
    world: World, partners: Database
) -> None:
    calls = two_partners(world)
    foreign = names_of_harbor(calls, world)
    for table in READABLE:
        wanted = f"SELECT {columns(table)} FROM {table}"
        with world.database.engine.begin() as connection:
            own = rows_of(connection, f"{wanted} WHERE {OF_SUNRISE[table]}")
            everything = rows_of(connection, wanted)
        with of_partner(partners, "sunrise") as connection:
            found = rows_of(connection, wanted)
        assert found == own, table
        assert 0 < len(own) < len(everything), table
        assert [name for name in foreign if any(name in row for row in found)] == [], table


def test_without_a_partner_and_with_one_that_nobody_is_there_are_no_rows(
    world: World, partners: Database
) -> None:
    two_partners(world)
    world.caller().dials("+12025550100")
    world.settles()
    assert "" in {row["partner"] for row in world.rows("partner_call")}
    for partner in ("sunrise", None, "", "nobody", "sunrise' OR true --", "%"):
        for table in READABLE:
            with of_partner(partners, partner) as connection:
                found = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            assert (found > 0) == (partner == "sunrise"), (partner, table)


def test_the_partner_is_that_of_one_transaction(world: World, partners: Database) -> None:
    count = "SELECT count(*) FROM center"
    with partners.engine.connect() as connection:
        with connection.begin():
            set_current_partner(connection, "sunrise")
            assert connection.exec_driver_sql(count).scalar_one() == 1
        with connection.begin():
            assert connection.exec_driver_sql(count).scalar_one() == 0


def test_joins_unions_and_functions_show_nothing_foreign_either(world: World, partners: Database) -> None:
    foreign = names_of_harbor(two_partners(world), world)
    crossed = [
        f"SELECT one.*, other.* FROM (SELECT {columns(first)} FROM {first}) AS one"
        f" CROSS JOIN (SELECT {columns(second)} FROM {second}) AS other"
        for first, second in combinations(sorted(READABLE), 2)
    ]
    wrong = [
        "SELECT sid FROM call WHERE true OR helpline IS NULL",
        "SELECT row_to_json(leg) FROM leg RIGHT JOIN invoice ON true",
        "SELECT string_agg(name, ',') FROM invoice",
        "SELECT partner FROM dispute UNION ALL SELECT key FROM partner UNION ALL SELECT partner FROM ledger_entry",
        "SELECT count(*) FILTER (WHERE partner <> 'sunrise') FROM leg",
        "WITH everything AS MATERIALIZED (SELECT * FROM invoice_line) SELECT * FROM everything",
        # A function that is cheap, and tells what it sees, must not be asked before the policy.
        "SELECT key FROM partner WHERE (key || '1')::text ~ 'harbor'",
    ]
    with of_partner(partners, "sunrise") as connection:
        for statement in (*crossed, *wrong):
            found = rows_of(connection, statement)
            assert [name for name in foreign if any(name in row for row in found)] == [], statement


def test_a_function_of_a_condition_never_sees_foreign_rows(world: World, partners: Database) -> None:
    """Division by zero for every partner but Sunrise: an error would tell that there are others."""
    two_partners(world)
    with of_partner(partners, "sunrise") as connection:
        told = "SELECT count(*) FROM partner WHERE 1 / (CASE key WHEN 'sunrise' THEN 1 ELSE 0 END) = 1"
        assert connection.exec_driver_sql(told).scalar_one() == 1


@pytest.mark.parametrize("table", sorted(set(metadata.tables) - set(READABLE)))
def test_it_has_no_business_with_the_other_tables(partners: Database, table: str) -> None:
    with of_partner(partners, "sunrise") as connection, denied:
        connection.exec_driver_sql(f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize("table", sorted(READABLE))
def test_it_changes_nothing(partners: Database, table: str) -> None:
    column = next(iter(metadata.tables[table].columns)).name
    for statement in (
        f"INSERT INTO {table} DEFAULT VALUES",
        f"UPDATE {table} SET {column} = NULL",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
        f"SELECT 1 FROM {table} FOR UPDATE",
    ):
        with of_partner(partners, "sunrise") as connection, denied:
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "table", sorted(set(READABLE) - {key for key, names in READABLE.items() if names == "*"})
)
def test_a_column_that_is_left_out_cannot_be_asked_for(partners: Database, table: str) -> None:
    for column in {each.name for each in metadata.tables[table].columns} - set(READABLE[table].split()):
        with of_partner(partners, "sunrise") as connection, denied:
            connection.exec_driver_sql(f"SELECT {column} FROM {table}")


def test_no_sequence_and_no_policy_is_its_to_change(partners: Database) -> None:
    for statement in ("SELECT nextval('dispute_id_seq')", "CREATE TABLE mine (id integer)"):
        with of_partner(partners, "sunrise") as connection, denied:
            connection.exec_driver_sql(statement)
    for statement in ("DROP POLICY partner ON leg", "ALTER TABLE leg DISABLE ROW LEVEL SECURITY"):
        with (
            of_partner(partners, "sunrise") as connection,
            pytest.raises(sa.exc.ProgrammingError, match="owner"),
        ):
            connection.exec_driver_sql(statement)
    with of_partner(partners, "sunrise") as connection, pytest.raises(sa.exc.ProgrammingError):
        connection.exec_driver_sql("SET LOCAL row_security = off; SELECT * FROM leg")


def test_the_application_sees_everything_and_plans_as_without_policies(world: World) -> None:
    """Its policy says `true`, which is dropped before the planner looks for indexes.

    Costs and estimates are the same, too, but for operators that might tell what they see, such as LIKE.
    """
    two_partners(world)
    role = role_of(world.database.engine.url)
    with as_owner(world.database) as connection, connection.begin_nested() as tried:
        for table in READABLE:
            connection.exec_driver_sql(f"ANALYZE {table}")
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        with_policies = plans(connection, role)
        for table in READABLE:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        assert plans(connection, role) == with_policies
        assert any("Index" in plan for plan in with_policies)
        tried.rollback()


def plans(connection: sa.Connection, role: str) -> list[str]:
    """How the role would do something of each kind with each table."""
    connection.exec_driver_sql(f'SET LOCAL ROLE "{role}"')
    found = []
    for table in READABLE:
        keys = [column.name for column in metadata.tables[table].primary_key.columns]
        same = " AND ".join(f"one.{key} = other.{key}" for key in keys)
        for statement in (
            f"SELECT * FROM {table} AS one WHERE {keys[0]} IS NOT NULL ORDER BY {', '.join(keys)} LIMIT 50",
            f"SELECT * FROM {table} AS one JOIN {table} AS other ON {same} WHERE one.{keys[0]} > '5'",
            f"SELECT count(*) FROM {table} WHERE {keys[0]} = '5' OR {keys[0]} IS NULL",
        ):
            plan = connection.exec_driver_sql(f"EXPLAIN (VERBOSE) {statement}")
            found.append("\n".join(plan.scalars()))
    connection.exec_driver_sql("RESET ROLE")
    return found


def test_another_upgrade_mends_policies_that_were_changed_by_hand(world: World, database_url: str) -> None:
    url = sa.make_url(database_url)
    roles = role_of(url), role_of(url, PARTNER)

    def unsecured() -> list[str]:
        with world.database.engine.connect() as connection:
            return tables_with_wrong_policies(connection, *roles, PARTNER_ROWS)

    assert unsecured() == []
    with as_owner(world.database) as connection:
        for statement in (
            "ALTER POLICY partner ON leg USING (true)",
            "ALTER TABLE invoice DISABLE ROW LEVEL SECURITY",
            f'CREATE POLICY another ON dispute TO "{roles[1]}" USING (true)',
            "DROP POLICY application ON call",
            "ALTER TABLE staff_account ENABLE ROW LEVEL SECURITY",
        ):
            connection.exec_driver_sql(statement)
    assert unsecured() == ["call", "dispute", "invoice", "leg", "staff_account"]
    upgrade(database_url)
    assert unsecured() == []


def test_each_readable_table_has_its_policy() -> None:
    assert set(PARTNER_ROWS) == set(PARTNER_GRANTS) == set(READABLE)
