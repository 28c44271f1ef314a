"""The external worker as a process purges by beat's message alone, with the settings of the environment."""

import base64
from pathlib import Path

from celery import Celery

from tests.scenarios.places import NATIONAL
from tests.scenarios.world import VAULT_KEY, World
from tests.servers.valkey import ValkeyServer
from tests.workers.test_messages import beat, external_worker, world
from tests.workers.test_whole_house import soon
from workers.schedule import SCHEDULE

__all__ = ["beat", "world"]


def test_numbers_are_purged_by_the_external_worker(
    world: World, valkey: ValkeyServer, beat: Celery, database_url: str, tmp_path: Path
) -> None:
    for number in range(3):
        world.caller(f"+131055501{number:02d}").dials(NATIONAL)
    world.catch_up()
    environment = {
        "DATABASE_URL": database_url.replace("+psycopg", ""),
        "REDIS_URL": valkey.redis_url,
        "CALLROUTER_HOME": str(tmp_path),
        "CALLROUTER_SECRET_KEY": "a secret that only the tests know of",
        "CALLROUTER_VAULT_KEY": f"k1:{base64.b64encode(VAULT_KEY).decode()}",
        "NUMBER_RETENTION_DAYS": "30",
        "LOG_LEVEL": "warning",
    }
    # The world's calls are of a March that is over since long.
    with external_worker(environment):
        beat.send_task(SCHEDULE["purge"]["task"], queue="external")
        assert soon(lambda: world.rows("privacy_act", act="purge completed"))
    assert world.rows("sealed_number") == []
    assert sum(row["numbers"] for row in world.rows("privacy_act")) == 3
    assert {row["person"] for row in world.rows("privacy_act")} == {None}
