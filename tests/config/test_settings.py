"""What may be set, what it becomes, and how a wrong one is told."""

import base64
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from callrouter.cli.settings import MASK, SettingRow, describe
from config.environment import SettingsError
from config.settings import RULES, Settings, read_settings

SID = "AC" + "0123456789abcdef" * 2
KEY, OTHER_KEY = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
HOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MAIL = {"SMTP_URL": "smtp://user:hush@mail.example.org", "ALERT_FROM": "callrouter@example.org"}
ACCOUNT = {
    "TWILIO_ACCOUNT_SID": SID,
    "TWILIO_AUTH_TOKEN": "the-token",
    "PUBLIC_URL": "https://calls.example.org",
}
PRODUCTION = {
    "DATABASE_URL": "postgres://callrouter:pass%23word@db.example.org:5433/callrouter?sslmode=require",
    "CALLROUTER_SECRET_KEY": "s" * 32,
    "CALLROUTER_VAULT_KEY": KEY,
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "var"


def read(home: Path, **environment: str) -> Settings:
    return read_settings({"CALLROUTER_HOME": str(home), **environment}, home.with_name(".env"))


def faults(home: Path, **environment: str) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        read(home, **environment)
    return {fault.name: fault.wrong for fault in caught.value.faults}


def test_nothing_has_to_be_set(home: Path) -> None:
    settings = read(home)
    assert (settings.port, settings.host, settings.web_threads, settings.log_level) == (
        8000,
        "127.0.0.1",
        8,
        "info",
    )
    assert settings.database_url == (
        f"postgresql+psycopg://callrouter@/callrouter?host={home}/postgresql&port=5432"
    )
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.directory is None


def test_settings_cannot_be_changed(home: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        read(home).port = 1  # type: ignore[misc]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_each_spelling_of_postgresql_is_understood(home: Path, scheme: str) -> None:
    settings = read(home, **PRODUCTION | {"DATABASE_URL": f"{scheme}://u:p@db/name?x=1"})
    assert settings.database_url == "postgresql+psycopg://u:p@db/name?x=1"


def test_sqlite_is_refused_with_what_to_set_instead(home: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(home, **PRODUCTION | {"DATABASE_URL": "sqlite:///var/callrouter.sqlite3"})
    assert "expected: the address of a PostgreSQL database" in str(caught.value)
    assert "DATABASE_URL=postgresql://" in str(caught.value)


def test_the_home_of_an_earlier_version_is_refused_in_one_sentence(home: Path) -> None:
    home.mkdir()
    (home / "callrouter.sqlite3").touch()
    with pytest.raises(SettingsError) as caught:
        read(home)
    assert str(caught.value) == (
        f"CALLROUTER_HOME is {home}, where callrouter.sqlite3 is the database of an earlier version, which this one"
        " cannot read: move that directory away, or set another CALLROUTER_HOME"
    )
    assert [path.name for path in home.iterdir()] == ["callrouter.sqlite3"]


def test_a_database_of_ones_own_does_not_look_at_the_home(home: Path) -> None:
    home.mkdir()
    (home / "callrouter.sqlite3").touch()
    assert read(home, **PRODUCTION).database


def test_more_threads_may_have_more_connections(home: Path) -> None:
    few, many = read(home, WEB_THREADS="8"), read(home, WEB_THREADS="256")
    assert few.most_connections >= 8 * 4 + 3 * 16
    assert many.most_connections - few.most_connections == 4 * (256 - 8)


def test_the_embedded_broker_has_an_address_for_each_library(home: Path) -> None:
    settings = read(home)
    assert settings.broker_url == f"redis+socket://{home}/valkey.sock"
    assert settings.redis_url == f"unix://{home}/valkey.sock"


@pytest.mark.parametrize("given", ["unix:///run/redis.sock?db=1", "redis+socket:///run/redis.sock?db=1"])
def test_a_socket_of_ones_own_has_them_too(home: Path, given: str) -> None:
    settings = read(home, REDIS_URL=given)
    assert settings.broker_url == "redis+socket:///run/redis.sock?db=1"
    assert settings.redis_url == "unix:///run/redis.sock?db=1"


def test_a_server_of_ones_own_is_taken_as_it_is(home: Path) -> None:
    settings = read(home, REDIS_URL="rediss://:secret@cache:6380/2")
    assert settings.broker_url == settings.redis_url == "rediss://:secret@cache:6380/2"


def test_the_port_is_in_the_public_origin(home: Path) -> None:
    assert read(home, PORT="8123").public_url == "http://127.0.0.1:8123"


def test_the_public_origin_loses_its_slash(home: Path) -> None:
    assert (
        read(home, PUBLIC_URL="https://calls.example.org:8443/").public_url
        == "https://calls.example.org:8443"
    )


def test_a_relative_home_is_told_absolutely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings({}, Path(".env")).data_dir == tmp_path / "var"


def test_the_file_counts_less_than_the_environment(home: Path) -> None:
    home.with_name(".env").write_text("PORT=8001\nHOST=::1\n")
    settings = read(home, PORT="8002")
    assert (settings.port, settings.host) == (8002, "::1")


def test_an_empty_value_counts_as_none(home: Path) -> None:
    home.with_name(".env").write_text("PORT=8001\nTWILIO_AUTH_TOKEN=\n")
    settings = read(home, PORT="  ")
    assert settings.port == 8001
    assert settings.simulated


def test_a_dollar_sign_in_the_file_is_a_dollar_sign(home: Path) -> None:
    home.with_name(".env").write_text("REDIS_URL=redis://:pa${HOME}ss@cache/0\n")
    assert read(home).redis_url == "redis://:pa${HOME}ss@cache/0"


def test_without_an_account_the_carrier_is_simulated_the_same_way_each_time(home: Path) -> None:
    settings, again = read(home), read(home)
    assert settings.simulated
    assert RULES["twilio_account_sid"].check(settings.account_sid)
    assert (settings.account_sid, settings.auth_tokens) == (again.account_sid, again.auth_tokens)


def test_the_carriers_api_is_at_twilio_or_beside_us_or_where_it_is_said_to_be(home: Path) -> None:
    account = {**ACCOUNT, "TWILIO_AUTH_TOKEN": "one"}
    assert read(home, PORT="8100").carrier_api_url == "http://127.0.0.1:8101"
    assert read(home, PORT="65535").carrier_api_url == "http://127.0.0.1:65534"
    assert read(home, **account).carrier_api_url == "https://api.twilio.com"
    for given in ({}, account):
        assert (
            read(home, TWILIO_API_URL="https://edge.example/", **given).carrier_api_url
            == "https://edge.example"
        )


def test_another_home_simulates_another_account(home: Path, tmp_path: Path) -> None:
    assert read(home).account_sid != read(tmp_path / "other").account_sid


def test_an_account_is_taken_with_both_of_its_tokens(home: Path) -> None:
    settings = read(home, **ACCOUNT | {"TWILIO_AUTH_TOKEN": "one", "TWILIO_AUTH_TOKEN_SECONDARY": "two"})
    assert not settings.simulated
    assert (settings.account_sid, settings.auth_tokens) == (SID, ("one", "two"))


def test_the_first_vault_key_is_the_current_one(home: Path) -> None:
    ring = read(home, CALLROUTER_VAULT_KEY=f"new:{KEY}, old:{OTHER_KEY}").vault_keys
    assert list(ring.items()) == [("new", bytes([1]) * 32), ("old", bytes([2]) * 32)]


def test_a_vault_key_without_an_id_keeps_the_same_one_in_every_ring(home: Path) -> None:
    (alone,) = read(home, CALLROUTER_VAULT_KEY=KEY).vault_keys
    assert list(read(home, CALLROUTER_VAULT_KEY=f"{OTHER_KEY},{KEY}").vault_keys)[1] == alone


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TRUSTED_PROXIES", "proxy.example.org"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "80a"),
        ("PORT", "٨٠"),
        ("HOST", "not a host"),
        ("DATABASE_URL", "mysql://db/name"),
        ("DATABASE_URL", "sqlite:///var/callrouter.sqlite3"),
        ("DATABASE_URL", "db.example.org"),
        ("DATABASE_URL", "postgresql://db:port/name"),
        ("REDIS_URL", "http://cache"),
        ("REDIS_URL", "redis://"),
        ("PUBLIC_URL", "calls.example.org"),
        ("PUBLIC_URL", "ftp://calls.example.org"),
        ("PUBLIC_URL", "https://calls.example.org/twilio"),
        ("PUBLIC_URL", "https://calls.example.org?"),
        ("PUBLIC_URL", "https://calls.example.org/#x"),
        ("PUBLIC_URL", "https://user@calls.example.org"),
        ("PUBLIC_URL", "https://calls.example.org:99999"),
        ("PUBLIC_URL", "https://calls example.org"),
        ("TWILIO_API_URL", "api.twilio.com"),
        ("CALLROUTER_DIRECTORY", "no-such-file.yaml"),
        ("CALLROUTER_SECRET_KEY", "short"),
        ("CALLROUTER_VAULT_KEY", "not base64!"),
        ("CALLROUTER_VAULT_KEY", "c2hvcnQ="),
        ("CALLROUTER_VAULT_KEY", f"{KEY},{KEY}"),
        ("CALLROUTER_VAULT_KEY", f"Not An Id:{KEY}"),
        ("ALERT_EMAIL", "staff"),
        ("ALERT_EMAIL", "staff@example.org,"),
        ("ALERT_EMAIL", "Staff <staff@example.org>"),
        ("ALERT_FROM", "a@example.org,b@example.org"),
        ("INVOICE_FROM", "Billing <billing@example.org>"),
        ("SMTP_URL", "mail.example.org"),
        ("SMTP_URL", "http://mail.example.org"),
        ("SMTP_URL", "smtp://user@mail.example.org"),
        ("SMTP_URL", "smtp://mail.example.org/inbox"),
        ("SMTP_URL", "smtp://mail.example.org:99999"),
        ("ALERT_WEBHOOK_URL", "http://hooks.example.org/callrouter"),
        ("ALERT_WEBHOOK_URL", "http://127.0.0.1.example.org/"),
        ("ALERT_WEBHOOK_URL", "https://user:password@hooks.example.org"),
        ("ALERT_WEBHOOK_URL", "hooks.example.org"),
        ("ALERT_WEBHOOK_SECRET", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("ALERT_WEBHOOK_SECRET", "whsec_not base64!"),
        ("ALERT_WEBHOOK_SECRET", "whsec_c2hvcnQ="),
        ("CONSOLE_OIDC_ISSUER", "http://login.example.org"),
        ("CONSOLE_OIDC_ISSUER", "login.example.org"),
        ("CONSOLE_OIDC_ISSUER", "https://login.example.org/?tenant=1"),
        ("CONSOLE_OIDC_ISSUER", "https://login.example.org/#x"),
        ("CONSOLE_OIDC_CLIENT_ID", "two words"),
        ("CONSOLE_PASSWORDS", "nobody"),
        ("LOG_LEVEL", "loud"),
        ("WEB_THREADS", "0"),
        ("MESSAGE_RETENTION_DAYS", "0"),
        ("MESSAGE_RETENTION_DAYS", "366"),
        ("REVEAL_DAILY_LIMIT", "-1"),
        ("REVEAL_DAILY_LIMIT", "11"),
        ("NUMBER_RETENTION_DAYS", "6"),
        ("NUMBER_RETENTION_DAYS", "731"),
        ("MATCH_RETENTION_MONTHS", "0"),
        ("MATCH_RETENTION_MONTHS", "85"),
    ],
)
def test_a_wrong_setting_is_told_by_name(home: Path, name: str, text: str) -> None:
    assert name in faults(home, **PRODUCTION | {name: text})


@pytest.mark.parametrize(
    ("message_days", "number_days", "refused"),
    [("91", "", True), ("90", "", False), ("30", "29", True), ("30", "30", False), ("", "29", True)],
)
def test_no_message_is_kept_longer_than_its_caller_s_number(
    home: Path, message_days: str, number_days: str, refused: bool
) -> None:
    own = {"MESSAGE_RETENTION_DAYS": message_days, "NUMBER_RETENTION_DAYS": number_days}
    if not refused:
        assert read(home, **own).number_retention_days == int(number_days or 90)
        return
    assert faults(home, **own) == {
        "MESSAGE_RETENTION_DAYS": f"is {message_days or 30}, more than NUMBER_RETENTION_DAYS ({number_days or 90})"
    }


def test_every_fault_is_told_at_once(home: Path) -> None:
    assert faults(home, PORT="x", TWILIO_AUTH_TOKEN="t", DATABASE_URL=PRODUCTION["DATABASE_URL"]) == {
        "PORT": "is 'x'",
        "TWILIO_ACCOUNT_SID": "is missing, while TWILIO_AUTH_TOKEN is set",
        "CALLROUTER_SECRET_KEY": "is missing, while DATABASE_URL is set",
        "CALLROUTER_VAULT_KEY": "is missing, while DATABASE_URL is set",
    }


def test_a_real_account_needs_the_origin_that_it_is_told(home: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(home, TWILIO_ACCOUNT_SID=SID, TWILIO_AUTH_TOKEN="token")
    assert str(caught.value).splitlines() == [
        "PUBLIC_URL is missing, while TWILIO_ACCOUNT_SID is set",
        "  expected: an origin, nothing after the port",
        "  example:  PUBLIC_URL=https://calls.example.org",
    ]


@pytest.mark.parametrize("name", ["TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_SECONDARY"])
def test_a_token_without_its_account_is_a_fault(home: Path, name: str) -> None:
    assert faults(home, **{name: "token"})


def test_alerts_by_mail_need_a_mail_server_and_a_sender(home: Path) -> None:
    assert faults(home, ALERT_EMAIL="staff@example.org") == {
        "SMTP_URL": "is missing, while ALERT_EMAIL is set",
        "ALERT_FROM": "is missing, while ALERT_EMAIL is set",
    }


def test_invoices_by_mail_need_a_mail_server(home: Path) -> None:
    assert faults(home, INVOICE_FROM="billing@example.org") == {
        "SMTP_URL": "is missing, while INVOICE_FROM is set"
    }
    assert read(home, INVOICE_FROM="billing@example.org", **MAIL).invoice_from == "billing@example.org"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"ALERT_WEBHOOK_URL": "https://hooks.example.org"}, "ALERT_WEBHOOK_SECRET"),
        ({"ALERT_WEBHOOK_SECRET": HOOK_SECRET}, "ALERT_WEBHOOK_URL"),
    ],
)
def test_a_webhook_needs_its_secret_and_the_secret_its_webhook(
    home: Path, given: dict[str, str], missing: str
) -> None:
    assert list(faults(home, **given)) == [missing]


SIGN_ON = {
    "CONSOLE_OIDC_ISSUER": "https://login.example.org/realm",
    "CONSOLE_OIDC_CLIENT_ID": "callrouter",
    "CONSOLE_OIDC_CLIENT_SECRET": "hush hush".replace(" ", "-"),
}


@pytest.mark.parametrize("name", SIGN_ON)
def test_single_sign_on_needs_all_of_its_settings(home: Path, name: str) -> None:
    assert faults(home, **PRODUCTION | {name: SIGN_ON[name]})
    settings = read(home, **PRODUCTION | SIGN_ON | {"CONSOLE_PASSWORDS": "Admins"})
    assert (settings.console_oidc_issuer, settings.console_passwords) == (
        SIGN_ON["CONSOLE_OIDC_ISSUER"],
        "admins",
    )
    assert "hush" not in repr(settings)


def test_passwords_for_admins_alone_need_another_way_for_the_others(home: Path) -> None:
    (fault,) = faults(home, **PRODUCTION | {"CONSOLE_PASSWORDS": "Admins"}).values()
    assert "is admins, while CONSOLE_OIDC_ISSUER is not set" in str(fault)


@pytest.mark.parametrize(("text", "host"), [("127.0.0.1:9100", "127.0.0.1"), ("[::1]:9100", "::1")])
def test_metrics_may_have_an_address_of_their_own(home: Path, text: str, host: str) -> None:
    assert read(home, METRICS_ADDRESS=text).metrics_address == (host, 9100)


@pytest.mark.parametrize(
    "text", ["9100", "127.0.0.1", ":9100", "h:0", "h:70000", "http://h:1", "u@h:1", "h:1/"]
)
def test_an_address_of_metrics_is_a_host_and_a_port(home: Path, text: str) -> None:
    assert "METRICS_ADDRESS" in faults(home, METRICS_ADDRESS=text)


def test_several_people_are_alerted_each_once(home: Path) -> None:
    settings = read(home, ALERT_EMAIL="b@x.org, a@x.org,b@x.org", **MAIL)
    assert settings.alert_email == ("b@x.org", "a@x.org")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9000", "[::1]:9000"])
def test_a_webhook_on_this_machine_may_be_http(home: Path, host: str) -> None:
    settings = read(home, ALERT_WEBHOOK_URL=f"http://{host}/hook", ALERT_WEBHOOK_SECRET=HOOK_SECRET)
    assert settings.alert_webhook_url == f"http://{host}/hook"
    assert len(settings.alert_webhook_key or b"") == 24


def test_what_alerts_need_is_shown_without_a_secret(home: Path) -> None:
    hook = {"ALERT_WEBHOOK_URL": "https://hooks.example.org/T0/token", "ALERT_WEBHOOK_SECRET": HOOK_SECRET}
    settings = read(home, ALERT_EMAIL="a@x.org,b@x.org", **MAIL, **hook)
    told = {row.name: row.value for row in describe(settings)}
    assert told["ALERT_EMAIL"] == "a@x.org, b@x.org"
    assert told["SMTP_URL"] == "smtp://user:••••@mail.example.org"
    assert told["ALERT_WEBHOOK_URL"] == "https://hooks.example.org/…"
    assert told["ALERT_WEBHOOK_SECRET"] == MASK
    assert not any(secret in repr(settings) for secret in ("hush", "token", HOOK_SECRET))


def test_a_fault_tells_what_is_expected_and_an_example(home: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(home, PORT="x")
    assert str(caught.value) == "PORT is 'x'\n  expected: a port from 1 to 65535\n  example:  PORT=8000"


@pytest.mark.parametrize("name", [rule.name for rule in RULES.values() if rule.secret])
def test_a_wrong_secret_is_not_shown(home: Path, name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(home, **PRODUCTION | {name: "se cret"})
    assert "se cret" not in str(caught.value)


def test_every_example_passes_its_own_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "directory.yaml").touch()
    checked = [rule.check(rule.example) for rule in RULES.values() if not rule.example.startswith("(what")]
    assert len(checked) == len(RULES) - 4


def test_a_fault_makes_no_key(home: Path) -> None:
    faults(home, PORT="x")
    assert not home.exists()


def test_keys_of_ones_own_are_wanted_where_the_database_is_ones_own(home: Path) -> None:
    assert read(home, **PRODUCTION).secret_key == "s" * 32
    assert not home.exists()


def test_a_file_that_is_no_text_is_a_fault(home: Path) -> None:
    home.with_name(".env").write_bytes(b"PORT=\xff\xfe")
    assert str(home.with_name(".env")) in faults(home)


def test_a_damaged_key_is_told_and_not_replaced(home: Path) -> None:
    read(home)
    (home / "vault.key").write_text("damaged")
    assert "CALLROUTER_VAULT_KEY" in faults(home)
    assert (home / "vault.key").read_text() == "damaged"


def test_no_secret_is_in_the_representation(home: Path) -> None:
    settings = read(home, **PRODUCTION, **ACCOUNT)
    assert not any(secret in repr(settings) for secret in ("pass%23word", "s" * 32, KEY, "the-token"))


def test_the_description_has_every_setting_and_no_secret(home: Path) -> None:
    rows = describe(
        read(
            home,
            **PRODUCTION,
            **ACCOUNT,
            REDIS_URL="redis://:hush@c",
        )
    )
    assert [row.name for row in rows] == [rule.name for rule in RULES.values()]
    told = " ".join(row.value for row in rows)
    assert not any(
        secret in told for secret in ("pass%23word", "require", "s" * 32, KEY, "the-token", "hush")
    )


def test_the_description_tells_each_source(home: Path) -> None:
    home.with_name(".env").write_text("LOG_LEVEL=DEBUG\n")
    rows = {row.name: row for row in describe(read(home, PORT="8001"))}
    assert rows["PORT"] == SettingRow("PORT", "8001", "environment")
    assert rows["LOG_LEVEL"] == SettingRow("LOG_LEVEL", "debug", ".env")
    assert rows["HOST"] == SettingRow("HOST", "127.0.0.1", "default")
    assert rows["CALLROUTER_SECRET_KEY"] == SettingRow("CALLROUTER_SECRET_KEY", MASK, "made once")


@pytest.mark.parametrize("line", ['PORT="9999', "just words", "PORT=8001\nHOST='open"])
def test_a_line_of_the_file_that_is_not_understood_stops_the_start(home: Path, line: str) -> None:
    home.with_name(".env").write_text(f"LOG_LEVEL=info\n{line}\n")
    with pytest.raises(
        SettingsError, match=r"\.env line \d is not understood\n  expected: a text with NAME=value"
    ):
        read(home)


def test_a_file_that_is_a_directory_stops_the_start(home: Path) -> None:
    home.with_name(".env").mkdir()
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        read(home)


def test_with_a_real_account_nobody_is_called_at_night(home: Path) -> None:
    assert read(home, QUIET_HOURS="none").calls_at_any_hour
    assert not read(home, **ACCOUNT).calls_at_any_hour
    assert faults(home, **ACCOUNT, QUIET_HOURS="none") == {
        "QUIET_HOURS": "is none, while TWILIO_ACCOUNT_SID is set"
    }
