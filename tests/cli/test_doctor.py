"""`callrouter doctor`: what it finds, and how it says to mend it."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from callrouter.alerts.model import AlertDelivery, RaisedAlert
from callrouter.database import APPLICATION, PARTNER
from callrouter.database.roles import role_of
from callrouter.events.heartbeat import PROCESSES, mark_evidence_complete, mark_seen
from callrouter.events.model import OutboxFact
from callrouter.evidence.append import SigningKey, append_records
from config.evidence_key import evidence_seed
from tests.alerts.mail_server import MailServer, taking_mail
from tests.browser import served
from tests.cli.at_the_carrier import AtTheCarrier, carrier_of, with_an_account
from tests.cli.running import SECRETS, CommandLine
from tests.cli.serving import Server, serving
from tests.directories import NATIONAL, a_directory, center, helpline
from tests.owner import as_owner
from tests.server.running import free_port


@pytest.fixture
def running(callrouter: CommandLine, broker_url: str) -> Iterator[Server]:
    """Everything works: a directory, a broker, a worker that was heard of, a web server."""
    callrouter.environment["REDIS_URL"] = broker_url
    callrouter.loads(a_directory(helpline("ash-home")))
    with serving(callrouter.settings) as server:
        server.database.transact(lambda session: mark_seen(session, datetime.now(UTC), *PROCESSES))
        server.database.transact(lambda session: mark_evidence_complete(session, datetime.now(UTC)))
        yield server


def findings(callrouter: CommandLine) -> dict[str, dict[str, Any]]:
    """By the name of the check; the status says whether one of them is not ok."""
    done = callrouter("doctor", "--format", "jsonl")
    rows = callrouter_rows(done.stdout)
    assert done.exit_code == any(row["status"] != "ok" for row in rows)
    return {row["check"]: row for row in rows}


def callrouter_rows(lines: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.splitlines()]


def not_ok(callrouter: CommandLine) -> dict[str, str]:
    return {name: row["status"] for name, row in findings(callrouter).items() if row["status"] != "ok"}


def test_where_everything_works_everything_is_ok(callrouter: CommandLine, running: Server) -> None:
    assert not_ok(callrouter) == {}
    done = callrouter("doctor")
    assert done.exit_code == 0
    assert "simulated: no real number is dialed" in done.stdout


def test_a_fresh_machine_is_told_step_by_step(fresh: CommandLine) -> None:
    assert not_ok(fresh) == {
        "schema": "not ok",
        "rights": "not examined",
        "vault key": "not examined",
        "directory": "not examined",
        "helplines": "not examined",
        "broker": "not ok",
        "workers": "not examined",
        "external": "not examined",
        "beat": "not examined",
        "outbox_sweeper": "not examined",
        "web": "not examined",
        "promises": "not examined",
        "outbox": "not examined",
        "evidence log": "not examined",
        "alerts": "not examined",
        "invoices": "not examined",
        "messages": "not examined",
        "purge": "not examined",
        "web server": "not ok",
        "console": "not examined",
        "signatures": "not ok",
        "numbers": "not examined",
    }
    assert findings(fresh)["schema"]["mend"] == "callrouter db upgrade"


def test_another_vault_key_is_told(callrouter: CommandLine, running: Server) -> None:
    assert callrouter("db", "upgrade").exit_code == 0
    assert not_ok(callrouter) == {}
    callrouter.environment["CALLROUTER_VAULT_KEY"] = "B" * 43 + "="
    row = findings(callrouter)["vault key"]
    assert "is not the key that this database was filled with" in row["found"]
    assert "set the old key back" in row["mend"]


def test_a_schema_of_a_later_release_is_told(callrouter: CommandLine, running: Server) -> None:
    with as_owner(running.database) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert findings(callrouter)["schema"]["mend"] == "run the release that has this revision, or a later one"


def test_rights_that_nobody_listed_are_told(callrouter: CommandLine, running: Server) -> None:
    role, partner = (role_of(running.database.engine.url, kind) for kind in (APPLICATION, PARTNER))
    with as_owner(running.database) as connection:
        connection.exec_driver_sql("GRANT DELETE ON ledger_entry TO PUBLIC")
        connection.exec_driver_sql(f'REVOKE INSERT ON call FROM "{role}"')
    row = findings(callrouter)["rights"]
    assert row["status"] == "not ok"
    assert row["found"].split("; ") == [
        f"{role} may also DELETE on ledger_entry",
        f"{role} may not INSERT on call",
        f"{partner} may also DELETE on ledger_entry",
    ]
    assert row["mend"].startswith("callrouter db upgrade")


def test_partners_who_would_see_more_than_their_own_rows_are_told(
    callrouter: CommandLine, running: Server
) -> None:
    with as_owner(running.database) as connection:
        connection.exec_driver_sql("ALTER POLICY partner ON leg USING (true)")
    row = findings(callrouter)["rights"]
    assert (row["status"], row["found"]) == ("not ok", "the row security of leg is not what it should be")
    assert callrouter("db", "upgrade").exit_code == 0
    assert findings(callrouter)["rights"]["status"] == "ok"


def test_a_wrong_setting_is_told(fresh: CommandLine) -> None:
    fresh.environment["PORT"] = "x"
    row = findings(fresh)["settings"]
    assert (row["found"], row["mend"]) == ("PORT is 'x'", "PORT: a port from 1 to 65535")


def test_an_embedded_database_that_does_not_run_is_told(not_started: CommandLine) -> None:
    row = findings(not_started)["database"]
    assert row["status"] == "not ok"
    assert row["mend"] == "start `make run` in this directory, or set DATABASE_URL"


def test_a_database_that_is_down_is_told_without_its_password(fresh: CommandLine) -> None:
    url = f"postgresql://callrouter:secret@127.0.0.1:{free_port()}/callrouter"
    fresh.environment |= {"DATABASE_URL": url, **SECRETS}
    row = findings(fresh)["database"]
    assert "check DATABASE_URL" in row["mend"]
    assert "secret" not in str(row)


def test_workers_that_are_deaf_are_told(callrouter: CommandLine, running: Server) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=2)
    running.database.transact(lambda session: mark_seen(session, long_ago, "worker"))
    assert not_ok(callrouter) == {"workers": "not ok"}


def test_a_broker_that_is_away_is_told(callrouter: CommandLine, running: Server, tmp_path: Path) -> None:
    callrouter.environment["REDIS_URL"] = f"unix://{tmp_path / 'nobody.sock'}"
    assert not_ok(callrouter) == {"broker": "not ok"}


def test_a_helpline_that_nobody_could_answer_is_told(callrouter: CommandLine, running: Server) -> None:
    callrouter.loads(a_directory(helpline("ash-home"), center("ash-home", hours="off")))
    row = findings(callrouter)["helplines"]
    assert row["found"] == "national has no seat that may be rung now: outside hours (1)"
    assert row["mend"] == "callrouter explain +18445610606"


def test_hours_that_were_loaded_before_and_are_refused_now_are_told(
    callrouter: CommandLine, running: Server
) -> None:
    callrouter.loads(a_directory(helpline("ash-home"), center("ash-home", hours="Mo-Fr 09:00-sunset")))
    row = findings(callrouter)["directory"]
    assert row["status"] == "not ok"
    assert row["found"] == (
        'ash-home has hours "Mo-Fr 09:00-sunset": cannot be read as opening hours from "sunset" on'
    )
    assert row["mend"] == (
        "write times of day; where the center is, is not known; callrouter directory load FILE"
    )


def test_facts_that_kept_failing_are_told(callrouter: CommandLine, running: Server) -> None:
    put_into_outbox(running, datetime.now(UTC), set_aside_at=datetime.now(UTC))
    assert findings(callrouter)["outbox"]["found"] == "1 facts kept failing"


def test_facts_that_wait_for_long_are_told(callrouter: CommandLine, running: Server) -> None:
    put_into_outbox(running, datetime.now(UTC))
    assert not_ok(callrouter) == {}
    put_into_outbox(running, datetime.now(UTC) - timedelta(minutes=3))
    assert "2 facts wait, the oldest for 18" in findings(callrouter)["outbox"]["found"]


def test_an_evidence_log_that_is_not_written_is_told(callrouter: CommandLine, running: Server) -> None:
    assert findings(callrouter)["evidence log"]["found"] == "1 records wait; its key is not on this machine"
    ago = datetime.now(UTC) - timedelta(minutes=2)
    running.database.transact(lambda session: mark_evidence_complete(session, ago))
    row = findings(callrouter)["evidence log"]
    assert row["status"] == "not ok"
    assert "it did not have everything since" in row["found"]
    assert "start outbox_sweeper again" in row["mend"]


def test_another_key_than_that_of_the_evidence_log_is_told(callrouter: CommandLine, running: Server) -> None:
    seed = evidence_seed(callrouter.settings)
    append(running, SigningKey("calls.example/evidence", seed))
    assert findings(callrouter)["evidence log"] == {
        "check": "evidence log",
        "status": "ok",
        "found": "0 records wait",
        "mend": None,
    }
    callrouter.environment["CALLROUTER_EVIDENCE_KEY"] = b64encode(bytes(32)).decode()
    row = findings(callrouter)["evidence log"]
    assert (row["status"], "this machine has another key" in row["found"]) == ("not ok", True)


def test_an_evidence_log_that_was_changed_is_told(callrouter: CommandLine, running: Server) -> None:
    append(running, SigningKey("calls.example/evidence", evidence_seed(callrouter.settings)))
    with as_owner(running.database) as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("UPDATE evidence_entry SET commitment = salt")
    row = findings(callrouter)["evidence log"]
    assert (row["status"], "is not what its head with 1 entries signed" in row["found"]) == ("not ok", True)


def append(running: Server, key: SigningKey) -> None:
    running.database.transact(lambda session: append_records(session, key, datetime.now(UTC)))


def test_where_alerts_go_nowhere_it_is_told_how_to_set_it(callrouter: CommandLine, running: Server) -> None:
    row = findings(callrouter)["alerts"]
    assert row["status"] == "ok"
    assert "to be told, set ALERT_EMAIL, ALERT_FROM and SMTP_URL, or ALERT_WEBHOOK_URL" in row["found"]


def test_it_is_told_where_alerts_go(callrouter: CommandLine, running: Server) -> None:
    callrouter.environment |= {
        "ALERT_EMAIL": "staff@example.org",
        "ALERT_FROM": "callrouter@example.org",
        "SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
        "ALERT_WEBHOOK_URL": "https://hooks.example.org/secret",
        "ALERT_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    }
    told = "by e-mail to staff@example.org and by webhook to https://hooks.example.org/…"
    assert findings(callrouter)["alerts"]["found"] == told


def test_alerts_that_were_given_up_are_told(callrouter: CommandLine, running: Server) -> None:
    with running.database.engine.begin() as connection:
        now = datetime.now(UTC)
        about = {"key": "k", "what": "center-paused", "happened_at": now, "raised_at": now}
        connection.execute(sa.insert(RaisedAlert), {"id": 1, **about})
        sent = {"channel": "email", "recipient": "staff@example.org", "attempts": 7, "attempted_at": now}
        connection.execute(sa.insert(AlertDelivery), {"alert": 1, **sent})
    row = findings(callrouter)["alerts"]
    assert (row["status"], row["found"]) == ("not ok", "1 deliveries were given up")
    assert "callrouter alerts retry ID" in row["mend"]


def put_into_outbox(running: Server, at: datetime, **values: Any) -> None:
    row = {"fact": "ended", "call": "CA1", "at": at, "turn": 0, **values}
    with running.database.engine.begin() as connection:
        connection.execute(sa.insert(OutboxFact), row)


def test_a_server_that_is_not_ready_is_told(callrouter: CommandLine, running: Server) -> None:
    running.ready = False
    assert "/readyz answers 503: {}" in findings(callrouter)["web server"]["found"]


def test_a_server_with_other_secrets_is_told(callrouter: CommandLine, running: Server) -> None:
    callrouter.environment["CALLROUTER_SECRET_KEY"] = "t" * 32
    row = findings(callrouter)["signatures"]
    assert row["found"] == "a signed request gets 403 and an unsigned one 403"


def test_a_public_origin_that_is_not_reached_is_told(callrouter: CommandLine, running: Server) -> None:
    callrouter.environment["PUBLIC_URL"] = f"http://127.0.0.1:{free_port()}"
    assert "check PUBLIC_URL" in findings(callrouter)["signatures"]["mend"]


def test_examining_writes_nothing(callrouter: CommandLine, running: Server) -> None:
    findings(callrouter)
    with running.database.engine.begin() as connection:
        for table in ("call", "inbox", "outbox"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0


def test_an_external_worker_that_does_nothing_is_told(callrouter: CommandLine, running: Server) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    running.database.transact(lambda session: mark_seen(session, long_ago, "external"))
    assert not_ok(callrouter) == {"external": "not ok"}


@pytest.mark.parametrize("kind", ["beat", "outbox_sweeper", "web"])
def test_a_process_that_stands_still_is_told_with_its_age(
    callrouter: CommandLine, running: Server, kind: str
) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    running.database.transact(lambda session: mark_seen(session, long_ago, kind))
    assert not_ok(callrouter) == {kind: "not ok"}
    row = findings(callrouter)[kind]
    assert re.fullmatch(r"last seen 30\d seconds ago", row["found"])
    assert f"start {kind}" in row["mend"]


@pytest.fixture
def account(callrouter: CommandLine, running: Server) -> Iterator[AtTheCarrier]:
    """A real account, as far as anybody knows here; its helpline's number asks somebody else."""
    with_an_account(callrouter)
    with carrier_of(callrouter) as carrier:
        carrier.numbers.listed = tuple
        carrier.owns(NATIONAL, voice_url="https://demo.example/welcome")
        yield carrier


def test_the_account_is_asked_and_its_numbers_are_compared(
    callrouter: CommandLine, account: AtTheCarrier
) -> None:
    rows = findings(callrouter)
    assert rows["carrier"]["found"] == f"Twilio, account AC{'1' * 32}, active"
    assert "1 wrong: +18445610606 voice_url is 'https://demo.example/welcome'" in rows["numbers"]["found"]
    assert rows["numbers"]["mend"].startswith("callrouter numbers sync")
    assert callrouter("numbers", "sync").exit_code == 0
    assert findings(callrouter)["numbers"]["found"] == "1 right"


def test_a_wrong_token_is_told(callrouter: CommandLine, account: AtTheCarrier) -> None:
    callrouter.environment["TWILIO_AUTH_TOKEN"] = "another"
    rows = findings(callrouter)
    assert "does not let us in: the carrier answered with status 401" in rows["carrier"]["found"]
    assert "TWILIO_AUTH_TOKEN must be the auth token of TWILIO_ACCOUNT_SID" in rows["carrier"]["mend"]
    assert rows["numbers"]["status"] == "not examined"


def test_an_account_that_is_suspended_is_told(callrouter: CommandLine, account: AtTheCarrier) -> None:
    account.knobs.account_status = "suspended"
    assert findings(callrouter)["carrier"]["found"] == "the account is suspended"


def test_a_carrier_that_is_not_reached_is_told(callrouter: CommandLine, account: AtTheCarrier) -> None:
    callrouter.environment["TWILIO_API_URL"] = f"http://127.0.0.1:{free_port()}"
    row = findings(callrouter)["carrier"]
    assert "is not reached: no connection to the carrier came about" in row["found"]
    assert row["mend"].startswith("calls go on; check the network")


def test_the_simulated_carrier_s_numbers_are_compared_where_it_runs(
    callrouter: CommandLine, running: Server
) -> None:
    assert findings(callrouter)["numbers"]["found"] == "simulated, by a process that does not run"
    with carrier_of(callrouter):
        assert findings(callrouter)["numbers"]["found"] == "1 right"


def test_a_mail_server_that_lets_us_in_is_well_and_gets_no_mail(fresh: CommandLine) -> None:
    with taking_mail(MailServer()) as server:
        fresh.environment["SMTP_URL"] = f"smtp://user:hush@127.0.0.1:{server.port}"
        row = findings(fresh)["mail"]
        assert (row["status"], server.accepted) == ("ok", [])
    assert "hush" not in str(row)


def test_a_mail_server_that_is_not_there_is_told(fresh: CommandLine) -> None:
    fresh.environment["SMTP_URL"] = f"smtp://user:hush@127.0.0.1:{free_port()}"
    row = findings(fresh)["mail"]
    assert "the mail server was not reached" in row["found"]
    assert "check SMTP_URL" in row["mend"]
    assert "hush" not in str(row)


def test_a_mail_server_that_refuses_our_password_is_told(fresh: CommandLine) -> None:
    with taking_mail(MailServer(refuses={"AUTH": "535 no"})) as server:
        fresh.environment["SMTP_URL"] = f"smtp://user:hush@127.0.0.1:{server.port}"
        assert "the mail server answered 535" in findings(fresh)["mail"]["found"]


def test_without_a_mail_server_there_is_nothing_to_find(fresh: CommandLine) -> None:
    assert findings(fresh)["mail"]["found"] == "no SMTP_URL is set: nothing is sent by e-mail"


def a_provider(port: int, **changes: Any) -> Flask:
    """The part of a provider of single sign-on that doctor asks."""
    app, origin = Flask("provider"), f"http://127.0.0.1:{port}"
    document = {
        "issuer": origin,
        **{f"{each}_endpoint": f"{origin}/{each}" for each in ("authorization", "token")},
        "jwks_uri": f"{origin}/keys",
    }
    app.get("/.well-known/openid-configuration")(lambda: document | changes)
    app.add_url_rule(
        "/keys", view_func=lambda: {"keys": changes.get("keys", [{"kty": "RSA"}])}, endpoint="keys"
    )
    return app


def trusts(callrouter: CommandLine, port: int) -> None:
    callrouter.environment |= {
        "CONSOLE_OIDC_ISSUER": f"http://127.0.0.1:{port}",
        "CONSOLE_OIDC_CLIENT_ID": "callrouter",
        "CONSOLE_OIDC_CLIENT_SECRET": "hush",
    }


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({}, "ok", "people return to http://127.0.0.1:"),
        ({"issuer": "https://login.example.org/"}, "not ok", "names itself 'https://login.example.org/'"),
        (
            {"jwks_uri": "http://login.example.org/keys"},
            "not ok",
            "jwks_uri is missing, or is no https address",
        ),
        ({"keys": []}, "not ok", "publishes no keys"),
    ],
)
def test_a_provider_of_single_sign_on_is_asked_what_it_says_of_itself(
    fresh: CommandLine, changes: dict[str, Any], status: str, said: str
) -> None:
    port = free_port()
    trusts(fresh, port)
    with served(a_provider(port, **changes), port):
        row = findings(fresh)["single sign-on"]
    assert row["status"] == status
    assert said in row["found"]
    assert "hush" not in str(row)


def test_a_provider_of_single_sign_on_that_is_down_is_told(fresh: CommandLine) -> None:
    trusts(fresh, free_port())
    row = findings(fresh)["single sign-on"]
    assert "does not answer" in row["found"]
    assert "whoever has a password can sign in" in row["mend"]


def test_without_a_provider_of_single_sign_on_there_is_nothing_to_find(fresh: CommandLine) -> None:
    assert findings(fresh)["single sign-on"]["found"].startswith("no CONSOLE_OIDC_ISSUER is set")
