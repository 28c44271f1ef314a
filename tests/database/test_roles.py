"""The application's role: what it may do with each table, and how it comes to be."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from secrets import token_hex

import pytest
import sqlalchemy as sa

from callrouter.database import Database
from callrouter.database.roles import RoleNotMade, as_role, privileges, role_of
from callrouter.migrations import RoleMissing, check_role, upgrade
from callrouter.model import GRANTS
from tests.owner import as_owner, owners
from tests.server.running import ROOT
from tests.servers.databases import new_name
from tests.servers.postgres import PostgresServer

ADDED = "SELECT INSERT"
WRITTEN = "SELECT INSERT UPDATE"
ALL = "SELECT INSERT UPDATE DELETE"
# Written by hand, and not read from the classes: who adds a table, or a right, writes it here too.
RIGHTS = {
    "account_month": "SELECT",
    "alembic_version": "SELECT",
    "alert": ADDED,
    "alert_delivery": WRITTEN,
    "audit_log": ADDED,
    "availability": WRITTEN,
    "call": WRITTEN,
    "carrier_cdr": WRITTEN,
    "carrier_difference": WRITTEN,
    "carrier_rate_limit": "SELECT UPDATE",
    "center": WRITTEN,
    "closed_month": ADDED,
    "confirmation": ADDED,
    "center_pause": ADDED,
    "connection_record": f"{ADDED} UPDATE(caller_salt)",
    "consent_record": ADDED,
    "data_key": ALL,
    "day_total": "SELECT",
    "decision": f"{ADDED} UPDATE(given_back) UPDATE(undone_after)",
    "decision_result": ADDED,
    "directory_entry_change": ADDED,
    "directory_head": "SELECT UPDATE",
    "directory_import": "SELECT INSERT DELETE",
    "directory_proposal": WRITTEN,
    "directory_version": ADDED,
    "disclosure": ADDED,
    "dispute": WRITTEN,
    "do_not_call": "SELECT INSERT DELETE",
    "evidence_entry": ADDED,
    "evidence_head": ADDED,
    "evidence_log": ADDED,
    "evidence_tile": ADDED,
    "evidence_timestamp": ADDED,
    "heartbeat": "SELECT UPDATE",
    "helpline": WRITTEN,
    "inbox": ADDED,
    "invoice": ADDED,
    "invoice_checkpoint": ADDED,
    "invoice_delivery": WRITTEN,
    "invoice_document": ADDED,
    "invoice_line": ADDED,
    "invoice_series": WRITTEN,
    "ledger_entry": ADDED,
    "leg": WRITTEN,
    "lineup": ADDED,
    "listing": WRITTEN,
    "match_value": ALL,
    "message": ADDED,
    "message_playback": WRITTEN,
    "number": "SELECT INSERT DELETE",
    "number_reveal": f"{ADDED} UPDATE(shown_at) UPDATE(not_shown_at) UPDATE(evidence_position)",
    "outbox": ALL,
    "outbox_lock": "SELECT UPDATE",
    "partner": WRITTEN,
    "partner_call": ALL,
    "privacy_act": ADDED,
    "promise": WRITTEN,
    "proof_code": "SELECT INSERT DELETE",
    "quarter_hour_total": "SELECT",
    "reconciled_day": WRITTEN,
    "recording": WRITTEN,
    "reservation": ALL,
    "return_call": WRITTEN,
    "return_call_queue": WRITTEN,
    "reveal_request": f"{ADDED} UPDATE(decision) UPDATE(decided_at) UPDATE(decided_by) UPDATE(decision_reason)",
    "rotation": WRITTEN,
    "schema": "USAGE",
    "schema_statement": ADDED,
    "sealed_number": ALL,
    "seat": ADDED,
    "spend": WRITTEN,
    "spend_cap_lock": WRITTEN,
    "staff_account": "SELECT INSERT UPDATE",
    "staff_confirmed_act": "SELECT INSERT UPDATE(sentence)",
    "staff_identity": "SELECT INSERT DELETE",
    "staff_invitation": ALL,
    "staff_passkey": ALL,
    "staff_recovery_code": "SELECT INSERT DELETE",
    "staff_refusal": WRITTEN,
    "staff_saved_view": "SELECT INSERT DELETE UPDATE(name)",
    "staff_session": ALL,
    "staff_sign_in_attempt": "SELECT INSERT DELETE",
    "vault_key": "SELECT UPDATE",
    "wording_audio": ADDED,
    "wording_proposal": f"{ADDED} UPDATE(decision) UPDATE(decided_at) UPDATE(decided_by) UPDATE(version)"
    " UPDATE(in_force_at) UPDATE(withdrawn_at) UPDATE(withdrawn_by)",
    "wordings_head": "SELECT UPDATE",
}
KEPT = {
    "center_pause": "center = 'other'",
    "ledger_entry": "amount = 1",
    "disclosure": "words = 'other'",
    "invoice": "total = 1",
    "invoice_checkpoint": "size = 1",
    "invoice_line": "amount = 1",
    "invoice_document": "digest = 'other'",
    "audit_log": "person = 'nobody'",
    "privacy_act": "person = 'nobody'",
    "evidence_entry": "key = 1",
    "evidence_head": "note = 'other'",
    "evidence_log": "origin = 'other'",
    "evidence_tile": "number = 1",
    "evidence_timestamp": "note = 'other'",
    "connection_record": "center = 'other'",
    "consent_record": "words = 'other'",
    "closed_month": "person = 'nobody'",
    "confirmation": "confirmed_at = now()",
    "directory_version": "document = '{}'",
    "inbox": "answer = 'other'",
    "day_total": "amount = 1",
    "account_month": "amount = 1",
    "quarter_hour_total": "answered = 1",
    "decision": "center = 'other'",
    "wording_audio": "seconds = 1",
    "wording_proposal": "changes = '[]'",
}

UPGRADE = "import sys; from callrouter.migrations import upgrade; upgrade(sys.argv[1])"
CURRENT_USER = sa.select(sa.func.current_user())
denied = pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url, connections=2)) as database:
        yield database


def executes(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_the_application_may_do_with_each_table_what_is_written_here(database: Database) -> None:
    with database.engine.connect() as connection:
        found = privileges(connection, role_of(database.engine.url))
    written = {(table, right) for table, rights in RIGHTS.items() for right in rights.split()}
    assert {(table, right.replace(" ", "")) for table, right in found} == written


def test_it_owns_nothing(database: Database) -> None:
    owned = sa.text("SELECT relname FROM pg_class WHERE relowner = to_regrole(:role)::oid")
    with database.engine.connect() as connection:
        role = connection.execute(sa.select(sa.func.current_user())).scalar_one()
        assert role == role_of(database.engine.url)
        assert connection.execute(owned, {"role": f'"{role}"'}).all() == []
        member = sa.text(
            "SELECT rolsuper OR rolcreaterole OR rolcanlogin FROM pg_roles WHERE rolname = :role"
        )
        assert connection.execute(member, {"role": role}).scalar_one() is False


def test_each_table_has_its_class(database: Database) -> None:
    assert set(GRANTS) == set(RIGHTS) - {"schema"}


@pytest.mark.parametrize("table", KEPT)
def test_plain_sql_of_the_application_changes_nothing_that_is_kept(database: Database, table: str) -> None:
    for statement in (
        f"UPDATE {table} SET {KEPT[table]}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ):
        with denied:
            executes(database, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id integer)",
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "DROP TABLE audit_log",
        "SELECT setval('ledger_entry_id_seq', 1)",
        "CREATE TRIGGER mine BEFORE INSERT ON call FOR EACH ROW EXECUTE FUNCTION is_only_added()",
        "SET session_replication_role = replica",
    ],
)
def test_it_changes_no_schema(database: Database, statement: str) -> None:
    with denied:
        executes(database, statement)


def test_webhooks_and_batches_work_as_the_role_too(database_url: str) -> None:
    ways = (
        Database(database_url, connections=1, pipelined=True),
        Database(database_url, connections=1, in_batches=True),
        Database(database_url, connections=1),
    )
    for each in ways:
        with closing(each) as database:
            found = database.transact(lambda session: session.execute(CURRENT_USER).scalar())
        assert found == role_of(sa.make_url(database_url))


def test_another_upgrade_mends_what_was_granted_by_hand(database: Database, database_url: str) -> None:
    role = role_of(database.engine.url)
    with as_owner(database) as connection:
        before = privileges(connection, role)
        connection.exec_driver_sql(f'GRANT DELETE, TRUNCATE ON ledger_entry TO "{role}"')
        connection.exec_driver_sql(f'REVOKE INSERT ON call FROM "{role}"')
    upgrade(database_url)
    with database.engine.connect() as connection:
        assert privileges(connection, role) == before


def test_databases_of_one_cluster_are_migrated_at_once(postgres: PostgresServer) -> None:
    """They make the same role at the same moment."""
    with login(postgres, "LOGIN SUPERUSER") as name:
        databases = [new_name() for _ in range(4)]
        for each in databases:
            postgres.create_database(each)
        urls = [url_of(postgres, each, name) for each in databases]
        try:
            # Alembic runs one migration at a time in a process.
            running = [subprocess.Popen([sys.executable, "-c", UPGRADE, url], cwd=ROOT) for url in urls]
            assert [process.wait(60) for process in running] == [0] * 4
            with closing(Database(urls[0], connections=1)) as database:
                executes(database, "INSERT INTO spend_cap_lock (partner) VALUES ('sunrise')")
        finally:
            for each in databases:
                postgres.drop_database(each)


def test_who_may_make_no_role_is_told_what_an_administrator_runs(postgres: PostgresServer) -> None:
    with login(postgres, "LOGIN") as name, owned(postgres, name) as url:
        with pytest.raises(RoleNotMade) as told:
            upgrade(url)
        assert tables(url) == []
        wanted = "".join(
            f"CREATE ROLE {name}_{kind} NOLOGIN; GRANT {name}_{kind} TO {name}; "
            for kind in ("app", "partner")
        ).rstrip()
        assert wanted in str(told.value)
        for statement in wanted.rstrip(";").split(";"):
            postgres.execute(statement)
        upgrade(url)
        with closing(Database(url, connections=1)) as database:
            executes(database, "INSERT INTO spend_cap_lock (partner) VALUES ('sunrise')")


def test_a_login_that_may_make_roles_needs_no_administrator(postgres: PostgresServer) -> None:
    with login(postgres, "LOGIN CREATEROLE") as name, owned(postgres, name) as url:
        upgrade(url)
        upgrade(url)
        with closing(Database(url, connections=1)) as database, denied:
            executes(database, "DELETE FROM ledger_entry")


def test_of_two_logins_the_one_of_the_application_cannot_become_the_owner(postgres: PostgresServer) -> None:
    with (
        login(postgres, "LOGIN CREATEROLE") as owner,
        login(postgres, "LOGIN") as application,
        owned(postgres, owner) as owner_url,
    ):
        url = sa.make_url(owner_url).set(username=application).render_as_string(hide_password=False)
        early = owners(url)
        told = f"{application} cannot work as the role {application}_app yet"
        with closing(early), early.engine.connect() as connection, pytest.raises(RoleMissing, match=told):
            check_role(connection, early.engine.url)
        upgrade(url, owner_url)
        with closing(Database(url, connections=1)) as database:
            executes(database, "INSERT INTO spend_cap_lock (partner) VALUES ('sunrise')")
            for become in ("SET ROLE NONE", "RESET ROLE", f'SET ROLE "{owner}"'):
                with denied:
                    executes(database, f"{become}; DELETE FROM ledger_entry")


def test_installations_of_one_cluster_have_roles_of_their_own() -> None:
    one, other = (sa.make_url(f"postgresql://{user}@/callrouter") for user in ("a", "b"))
    assert (role_of(one), role_of(other)) == ("a_app", "b_app")
    assert len(role_of(sa.make_url(f"postgresql://{'x' * 70}@/callrouter"))) == 63
    assert role_of(sa.make_url("postgresql:///callrouter?user=c")) == "c_app"


def test_a_role_of_any_name_is_an_option_of_the_connection() -> None:
    assert as_role("two words\\_app") == " -c role=two\\ words\\\\_app"
    assert as_role(None) == ""


@contextmanager
def login(postgres: PostgresServer, attributes: str) -> Iterator[str]:
    """Somebody who may connect; gone at the end, with the roles of the application and of the partners."""
    name = f"callrouter_{token_hex(4)}"
    postgres.execute(f"CREATE ROLE {name} {attributes}")
    yield name
    for each in (f"{name}_app", f"{name}_partner", name):
        postgres.execute(f"DROP ROLE IF EXISTS {each}")


@contextmanager
def owned(postgres: PostgresServer, owner: str) -> Iterator[str]:
    """The URL of an empty database that is the owner's."""
    name = new_name()
    postgres.create_database(name)
    postgres.execute(f"ALTER DATABASE {name} OWNER TO {owner}")
    yield url_of(postgres, name, owner)
    postgres.drop_database(name)


def url_of(postgres: PostgresServer, database: str, user: str) -> str:
    return sa.make_url(postgres.url(database)).set(username=user).render_as_string(hide_password=False)


def tables(url: str) -> list[str]:
    with closing(owners(url)) as database:
        return sa.inspect(database.engine).get_table_names()
