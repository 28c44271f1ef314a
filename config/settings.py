"""All settings with their rules, and how a process reads them."""

import hmac
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from callrouter.mailbox import mailbox
from callrouter.privacy.retention import Retention
from config import parsers
from config.data_dir import CONSOLE, database_url, refuse_earlier, socket_path, stored_keys
from config.environment import (
    ENV_FILE,
    EnvFile,
    SettingFault,
    SettingRule,
    SettingsError,
    SettingText,
    optional,
    read_env_file,
    set_texts,
    setting,
    unknown_in_environment,
    unknown_in_file,
)
from config.parsers import existing_file, matching, number, one_of, path
from config.proxies import Network, networks
from config.vault_key_command import NAME as VAULT_KEY_COMMAND
from config.vault_key_command import ring_by_command

LAST_PORT = 65535
CONNECTIONS_OF_A_THREAD = 4
"""two pools, which may double"""
CONNECTIONS_OF_OTHERS = 100
INSTEAD = {"CALLROUTER_VAULT_KEY": VAULT_KEY_COMMAND}
"""what may be set in place of a setting that is needed"""
TWILIO = "https://api.twilio.com"
NEEDS = {
    "DATABASE_URL": ("CALLROUTER_SECRET_KEY", "CALLROUTER_VAULT_KEY"),
    "DATABASE_OWNER_URL": ("DATABASE_URL",),
    "TWILIO_ACCOUNT_SID": ("TWILIO_AUTH_TOKEN", "PUBLIC_URL"),
    "TWILIO_AUTH_TOKEN": ("TWILIO_ACCOUNT_SID",),
    "TWILIO_AUTH_TOKEN_SECONDARY": ("TWILIO_AUTH_TOKEN",),
    "ALERT_EMAIL": ("SMTP_URL", "ALERT_FROM"),
    "INVOICE_FROM": ("SMTP_URL",),
    "ALERT_WEBHOOK_URL": ("ALERT_WEBHOOK_SECRET",),
    "ALERT_WEBHOOK_SECRET": ("ALERT_WEBHOOK_URL",),
    "CONSOLE_OIDC_ISSUER": ("CONSOLE_OIDC_CLIENT_ID", "CONSOLE_OIDC_CLIENT_SECRET"),
    "CONSOLE_OIDC_CLIENT_ID": ("CONSOLE_OIDC_ISSUER",),
    "CONSOLE_OIDC_CLIENT_SECRET": ("CONSOLE_OIDC_ISSUER",),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The fields are the settings that were set. The properties are the values that the processes use."""

    port: int = setting("PORT", number(1, LAST_PORT), "a port from 1 to 65535", "8000", default="8000")
    host: str = setting(
        "HOST", matching(r"[0-9A-Za-z.:-]+"), "an address of this machine", "127.0.0.1", default="127.0.0.1"
    )
    data_dir: Path = setting("CALLROUTER_HOME", path, "a directory", "var", default="var")
    database: str | None = optional(
        "DATABASE_URL",
        parsers.database,
        "the address of a PostgreSQL database, the only kind there is; or nothing, for the one of `make run`",
        "postgresql://callrouter:password@db.example.org/callrouter",
        secret=True,
    )
    database_owner: str | None = optional(
        "DATABASE_OWNER_URL",
        parsers.database,
        "the same database by another login, which owns the tables; for `callrouter db upgrade` alone,"
        " together with DATABASE_URL",
        "postgresql://owner:password@db.example.org/callrouter",
        secret=True,
    )
    redis: str | None = optional(
        "REDIS_URL",
        parsers.broker,
        "the address of Redis or Valkey",
        "redis://127.0.0.1:6379/0",
        secret=True,
    )
    public: str | None = optional(
        "PUBLIC_URL", parsers.origin, "an origin, nothing after the port", "https://calls.example.org"
    )
    twilio_account_sid: str | None = optional(
        "TWILIO_ACCOUNT_SID",
        matching(r"AC[0-9a-f]{32}"),
        "AC and 32 hexadecimal digits, together with TWILIO_AUTH_TOKEN",
        "AC" + "0123456789abcdef" * 2,
    )
    twilio_auth_token: str | None = optional(
        "TWILIO_AUTH_TOKEN",
        matching(r"\S+"),
        "the account's auth token, together with TWILIO_ACCOUNT_SID",
        "0123456789abcdef" * 2,
        secret=True,
    )
    twilio_auth_token_secondary: str | None = optional(
        "TWILIO_AUTH_TOKEN_SECONDARY",
        matching(r"\S+"),
        "the other token while one is being rotated, together with TWILIO_AUTH_TOKEN",
        "0123456789abcdef" * 2,
        secret=True,
    )
    twilio_api_url: str | None = optional(
        "TWILIO_API_URL", parsers.origin, "an origin, nothing after the port", "https://api.twilio.com"
    )
    directory: Path | None = optional(
        "CALLROUTER_DIRECTORY", existing_file, "a directory file that is there", "directory.yaml"
    )
    alert_email: tuple[str, ...] | None = optional(
        "ALERT_EMAIL",
        parsers.mailboxes,
        "e-mail addresses with commas, together with SMTP_URL and ALERT_FROM",
        "night@example.org,staff@example.org",
    )
    alert_from: str | None = optional(
        "ALERT_FROM", mailbox, "one e-mail address, without a name", "callrouter@example.org"
    )
    smtp_url: str | None = optional(
        "SMTP_URL",
        parsers.mail_server,
        "a mail server: smtp:// uses STARTTLS, smtps:// TLS from the beginning",
        "smtp://user:password@mail.example.org:587",
        secret=True,
    )
    invoice_issuer: str | None = optional(
        "INVOICE_ISSUER",
        matching(r"[^;]*\S[^;]*(;[^;]+){0,6}"),
        "who bills partners: a name and an address, in up to seven lines with semicolons between them",
        "Addiction Helpline America Inc.; 1 Main Street; Springfield, IL 62701",
    )
    invoice_from: str | None = optional(
        "INVOICE_FROM",
        mailbox,
        "one e-mail address, without a name, together with SMTP_URL",
        "billing@example.org",
    )
    alert_webhook_url: str | None = optional(
        "ALERT_WEBHOOK_URL",
        parsers.receiver,
        "an https address, or http on this machine, together with ALERT_WEBHOOK_SECRET",
        "https://hooks.example.org/callrouter",
        secret=True,
    )
    alert_webhook_secret: str | None = optional(
        "ALERT_WEBHOOK_SECRET",
        parsers.webhook_text,
        "whsec_ and 24 to 64 bytes in base64, together with ALERT_WEBHOOK_URL",
        "(what `echo whsec_$(openssl rand -base64 32)` prints)",
        secret=True,
    )
    secret_key: str = setting(
        "CALLROUTER_SECRET_KEY",
        parsers.secret,
        f"{parsers.SHORTEST_SECRET} characters or more; your own wherever DATABASE_URL is set",
        "(what `openssl rand -hex 32` prints)",
        secret=True,
    )
    vault_key: str = setting(
        "CALLROUTER_VAULT_KEY",
        parsers.vault_keys_text,
        "32 bytes in base64, or several as id:base64 with commas, the current one first;"
        " your own wherever DATABASE_URL is set",
        "(what `openssl rand -base64 32` prints)",
        secret=True,
    )
    vault_key_command: str | None = optional(
        "CALLROUTER_VAULT_KEY_COMMAND",
        parsers.command_line,
        "a command with its arguments that prints what CALLROUTER_VAULT_KEY would be, in place of that",
        "/usr/local/bin/read-vault-key --from our-kms",
        secret=True,
    )
    evidence_key: str | None = optional(
        "CALLROUTER_EVIDENCE_KEY",
        parsers.key_text,
        "32 bytes in base64, the same for ever; or nothing, for the one that is made once in CALLROUTER_HOME",
        "(what `openssl rand -base64 32` prints)",
        secret=True,
    )
    quiet_hours: str = setting(
        "QUIET_HOURS",
        one_of("night", "none"),
        "night, from 21 to 8 where the caller is; or none, only where the carrier is simulated",
        "night",
        default="night",
    )
    message_retention_days: int = setting(
        "MESSAGE_RETENTION_DAYS",
        number(1, 365),
        "how many days a message is kept, from 1 to 365",
        "30",
        default="30",
    )
    number_retention_days: int = setting(
        "NUMBER_RETENTION_DAYS",
        number(7, 730),
        "how many days a caller's number can be read, from 7 to 730; not fewer than MESSAGE_RETENTION_DAYS",
        "90",
        default="90",
    )
    match_retention_months: int = setting(
        "MATCH_RETENTION_MONTHS",
        number(1, 84),
        "how many months a caller is recognized who calls again, from 1 to 84",
        "13",
        default="13",
    )
    reveal_daily_limit: int = setting(
        "REVEAL_DAILY_LIMIT",
        number(0, 10),
        "how many callers' numbers one person may see in 24 hours without a second person, from 0 to 10",
        "10",
        default="10",
    )
    log_level: str = setting(
        "LOG_LEVEL",
        one_of("debug", "info", "warning", "error"),
        "debug, info, warning or error",
        "info",
        default="info",
    )
    web_threads: int = setting("WEB_THREADS", number(1, 256), "a number from 1 to 256", "8", default="8")
    metrics_address: tuple[str, int] | None = optional(
        "METRICS_ADDRESS",
        parsers.listening,
        "host:port of this machine, where /metrics is served and nowhere else",
        "127.0.0.1:9100",
    )
    console_address: tuple[str, int] | None = optional(
        "CONSOLE_ADDRESS",
        parsers.listening,
        "host:port where the console's process listens; or nothing, for a private socket in CALLROUTER_HOME",
        "127.0.0.1:8002",
    )
    trusted_proxies: tuple[Network, ...] | None = optional(
        "TRUSTED_PROXIES",
        networks,
        "addresses and networks, with commas, of the proxies before the web server that write X-Forwarded-For",
        "10.0.0.0/24,192.0.2.7",
    )
    console_oidc_issuer: str | None = optional(
        "CONSOLE_OIDC_ISSUER",
        parsers.issuer,
        "the https address of an OpenID Connect provider, exactly as it names itself, or http on this machine;"
        " together with CONSOLE_OIDC_CLIENT_ID and CONSOLE_OIDC_CLIENT_SECRET",
        "https://login.example.org",
    )
    console_oidc_client_id: str | None = optional(
        "CONSOLE_OIDC_CLIENT_ID",
        matching(r"[!-~]+"),
        "the client ID under which the provider knows the console, together with CONSOLE_OIDC_ISSUER",
        "callrouter",
    )
    console_oidc_client_secret: str | None = optional(
        "CONSOLE_OIDC_CLIENT_SECRET",
        matching(r"[ -~]+"),
        "the client secret that the provider has issued, together with CONSOLE_OIDC_ISSUER",
        "0123456789abcdef" * 2,
        secret=True,
    )
    console_passwords: str = setting(
        "CONSOLE_PASSWORDS",
        one_of("everybody", "admins"),
        "everybody; or admins, so that all other staff sign in through CONSOLE_OIDC_ISSUER alone",
        "everybody",
        default="everybody",
    )
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def database_url(self) -> str:
        """for SQLAlchemy"""
        return self.database or database_url(self.data_dir)

    @property
    def most_connections(self) -> int:
        """The connections that the embedded database must allow: web server, workers and commands."""
        return CONNECTIONS_OF_OTHERS + CONNECTIONS_OF_A_THREAD * self.web_threads

    @property
    def broker_socket(self) -> Path:
        """The socket of the embedded broker."""
        return socket_path(self.data_dir)

    @property
    def console_socket(self) -> Path:
        """Where the console listens, unless CONSOLE_ADDRESS says otherwise."""
        return socket_path(self.data_dir, CONSOLE)

    @property
    def broker_url(self) -> str:
        """The broker, for Celery."""
        return parsers.for_celery(self.redis or f"unix://{self.broker_socket}")

    @property
    def redis_url(self) -> str:
        """The broker, for redis-py."""
        return parsers.for_redis(self.redis or f"unix://{self.broker_socket}")

    @property
    def public_url(self) -> str:
        return self.public or f"http://127.0.0.1:{self.port}"

    @property
    def evidence_origin(self) -> str:
        """The name of the evidence log, from its first entry on."""
        return f"{urlsplit(self.public_url).netloc}/evidence"

    @property
    def evidence_dir(self) -> Path:
        """Where signed heads are written to."""
        return self.data_dir / "evidence"

    @property
    def issuer(self) -> str:
        """The name and address of the biller, line by line; empty if it is not set."""
        return "\n".join(line.strip() for line in (self.invoice_issuer or "").split(";"))

    @property
    def simulated(self) -> bool:
        """Whether the carrier is simulated, because no account is set. Nothing real is dialed then."""
        return self.twilio_account_sid is None

    @property
    def calls_at_any_hour(self) -> bool:
        """Whether callers are called at night too. Never with a real carrier."""
        return self.simulated and self.quiet_hours == "none"

    @property
    def account_sid(self) -> str:
        return self.twilio_account_sid or "AC" + self._derived("simulated account")

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """The tokens whose signatures are accepted. The primary one is first."""
        tokens = (self.twilio_auth_token, self.twilio_auth_token_secondary)
        return tuple(token for token in tokens if token) or (self._derived("simulated token"),)

    @property
    def carrier_api_url(self) -> str:
        """The origin of the carrier's REST API. The simulated carrier listens one port beside ours."""
        beside = self.port + 1 if self.port < LAST_PORT else self.port - 1
        simulated = f"http://127.0.0.1:{beside}"
        return self.twilio_api_url or (simulated if self.simulated else TWILIO)

    @property
    def retention(self) -> Retention:
        """How long numbers, messages and match values are kept."""
        return Retention(self.number_retention_days, self.message_retention_days, self.match_retention_months)

    @property
    def vault_keys(self) -> dict[str, bytes]:
        """The vault keys by id, the current one first."""
        return parsers.vault_keys(self.vault_key)

    @property
    def proof_secret(self) -> bytes:
        """What the codes of callers' proofs are computed with."""
        return hmac.digest(self.secret_key.encode(), b"codes of proofs", "sha256")

    @property
    def alert_webhook_key(self) -> bytes | None:
        """The key that signs alerts."""
        return parsers.webhook_key(self.alert_webhook_secret) if self.alert_webhook_secret else None

    def _derived(self, purpose: str) -> str:
        return hmac.digest(self.secret_key.encode(), purpose.encode(), "sha256").hex()[:32]


# By the name of the field.
RULES: dict[str, SettingRule] = {one.name: one.metadata["rule"] for one in fields(Settings) if one.metadata}


def read_settings(environment: Mapping[str, str] = os.environ, env_file: Path = ENV_FILE) -> Settings:
    """Read and check all settings. SettingsError lists all faults."""
    file = read_env_file(env_file)
    found = set_texts(environment, file)
    faults = (_unknown(environment, file), _wrong(found), _missing(found), _contradictions(found))
    _stop_at([fault for some in faults for fault in some])
    found = found | _by_command(found)
    if "DATABASE_URL" not in found:
        data_dir = _values(found)["data_dir"]
        refuse_earlier(data_dir)
        found = stored_keys(data_dir) | found
        _stop_at(list(_wrong(found)))
    sources = {rule.name: found[rule.name].source for rule in RULES.values() if rule.name in found}
    return Settings(**_values(found), sources=sources)


def _by_command(found: Mapping[str, SettingText]) -> dict[str, SettingText]:
    """The vault keys that a command prints, if one is set."""
    if VAULT_KEY_COMMAND not in found:
        return {}
    ring = ring_by_command(found[VAULT_KEY_COMMAND].text)
    return {"CALLROUTER_VAULT_KEY": SettingText(ring, VAULT_KEY_COMMAND)}


def _unknown(environment: Mapping[str, str], file: EnvFile) -> Iterator[SettingFault]:
    expected_of = {rule.name: rule.expected for rule in RULES.values()}
    yield from unknown_in_file(file.lines, ENV_FILE.name, expected_of)
    names = [name for name, text in environment.items() if text.strip()]
    yield from unknown_in_environment(names, {*environment, *file.values}, expected_of)


def _wrong(found: Mapping[str, SettingText]) -> Iterator[SettingFault]:
    for rule in RULES.values():
        try:
            if rule.name in found:
                rule.check(found[rule.name].text)
        except ValueError:
            yield rule.wrong(found[rule.name].text)


def _missing(found: Mapping[str, SettingText]) -> Iterator[SettingFault]:
    wanted = {needed: name for name in NEEDS if name in found for needed in NEEDS[name]}
    for rule in RULES.values():
        if rule.name in wanted and not {rule.name, INSTEAD.get(rule.name)} & found.keys():
            yield rule.fault(f"is missing, while {wanted[rule.name]} is set")


def _contradictions(found: Mapping[str, SettingText]) -> Iterator[SettingFault]:
    """Nobody real may be called at night, there is one vault key, and everybody needs a way to sign in."""
    if {VAULT_KEY_COMMAND, "CALLROUTER_VAULT_KEY"} <= found.keys():
        yield RULES["vault_key_command"].fault("is set, while CALLROUTER_VAULT_KEY is set: only one may be")
    if "TWILIO_ACCOUNT_SID" in found and "QUIET_HOURS" in found and found["QUIET_HOURS"].text == "none":
        yield RULES["quiet_hours"].fault("is none, while TWILIO_ACCOUNT_SID is set")
    yield from _message_retention(found)
    passwords = found.get("CONSOLE_PASSWORDS")
    if passwords and passwords.text.lower() == "admins" and "CONSOLE_OIDC_ISSUER" not in found:
        yield RULES["console_passwords"].fault("is admins, while CONSOLE_OIDC_ISSUER is not set")


def _message_retention(found: Mapping[str, SettingText]) -> Iterator[SettingFault]:
    """Whoever hears a message must be able to call its caller back."""
    rules = (RULES["message_retention_days"], RULES["number_retention_days"])
    message_days, number_days = (_number(rule, found.get(rule.name)) for rule in rules)
    if message_days and number_days and message_days > number_days:
        yield rules[0].fault(f"is {message_days}, more than NUMBER_RETENTION_DAYS ({number_days})")


def _number(rule: SettingRule, found: SettingText | None) -> int | None:
    """None if it is wrong, which is a fault of its own."""
    try:
        return int(_value(rule, found))
    except ValueError:
        return None


def _values(found: Mapping[str, SettingText]) -> dict[str, Any]:
    return {name: _value(rule, found.get(rule.name)) for name, rule in RULES.items()}


def _value(rule: SettingRule, found: SettingText | None) -> Any:
    text = found.text if found else rule.default
    return None if text is None else rule.check(text)


def _stop_at(faults: Sequence[SettingFault]) -> None:
    if faults:
        raise SettingsError(faults)
