"""The checks of settings, data directory, database, schema, vault key and broker."""

from __future__ import annotations

from tempfile import TemporaryFile

import sqlalchemy as sa
from redis import Redis
from redis.exceptions import RedisError

from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.doctor.external_checks import PATIENCE
from callrouter.cli.doctor.failed_check import FailedCheck
from callrouter.migrations import (
    NewerSchema,
    RoleMissing,
    StaleSchema,
    check_role,
    check_schema,
    current_revision,
    newest_revision,
)
from callrouter.privacy.key_check import key_fault, key_in_use
from callrouter.reports.reading import reading
from config.parsers import without_password
from config.vault import open_vault, source_of_ring


def settings(dependencies: CommandDependencies) -> str:
    return f"{len(dependencies.settings.sources)} given, the others have their defaults"


def data_directory(dependencies: CommandDependencies) -> str:
    where = dependencies.settings.data_dir
    if dependencies.settings.database and dependencies.settings.redis:
        return "not needed: database and broker are not embedded"
    try:
        TemporaryFile(dir=where).close()
    except OSError as error:
        raise FailedCheck(
            f"{where} cannot be written: {error.strerror}", "set CALLROUTER_HOME to a place of yours"
        ) from error
    return str(where)


def database(dependencies: CommandDependencies) -> str:
    with reading(dependencies.any_database.engine) as connection:
        connection.execute(sa.select(1))
    return without_password(dependencies.settings.database_url)


def schema(dependencies: CommandDependencies) -> str:
    newest = newest_revision()
    with reading(dependencies.any_database.engine) as connection:
        revision = current_revision(connection)
        found = f"revision {revision or 'none'}, the newest is {newest}"
        try:
            check_schema(connection)
            check_role(connection, dependencies.any_database.engine.url)
        except RoleMissing as error:
            raise FailedCheck(str(error), "callrouter db upgrade") from error
        except StaleSchema as error:
            raise FailedCheck(found, "callrouter db upgrade") from error
        except NewerSchema as error:
            raise FailedCheck(found, "run the release that has this revision, or a later one") from error
    return f"revision {revision}"


def vault_key(dependencies: CommandDependencies) -> str:
    vault = open_vault(dependencies.settings)
    with dependencies.reading() as connection:
        if fault := key_fault(connection, vault):
            raise FailedCheck(fault.found, fault.mend)
        in_use = key_in_use(connection)
    first, source = vault.master_keys.first, source_of_ring(dependencies.settings)
    waits = (
        f"; {first!r} stands in front of it and waits for `callrouter privacy rotate`"
        if first != in_use
        else ""
    )
    return f"{in_use!r} opens what is sealed{waits}; the ring is from {source}"


def broker(dependencies: CommandDependencies) -> str:
    url = dependencies.settings.redis_url
    try:
        with Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE) as redis:
            redis.ping()
    except (RedisError, OSError) as error:
        mend = "check REDIS_URL" if dependencies.settings.redis else "`make run` starts the embedded one"
        raise FailedCheck(
            f"{without_password(url)} does not answer ({type(error).__name__})", mend
        ) from error
    return without_password(url)
