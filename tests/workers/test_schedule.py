"""The Procfile, the beat and the tasks hold together: whatever is sent arrives where some process takes it."""

import re
import shlex
from pathlib import Path

import pytest
from celery.beat import Scheduler, Service

from config.settings import read_settings
from server.supervisor.procfile import read_procfile
from workers.app import EXTERNAL, celery_app
from workers.outbox_sweeper import PROBED
from workers.wakeup import SETTLE

ROOT = Path(__file__).parents[2]
PROCESSES = read_procfile(ROOT / "Procfile")
APP = celery_app(read_settings({"CALLROUTER_HOME": str(ROOT / "var")}, ROOT / "there is none"))
SCHEDULE = APP.conf.beat_schedule
DEFAULT = APP.conf.task_default_queue
TASKS_OF = {"workers.app": APP.conf.include, "workers.external": ["workers.external"]}
"""the modules whose tasks the worker of a module has"""
OFTEN = [name for name, each in SCHEDULE.items() if isinstance(each["schedule"], float)]


def queue_of(task: str) -> str:
    """Where a message for this task is sent."""
    return str(APP.amqp.router.route({}, task)["queue"].name)


def worker_of(queue: str) -> str:
    """The module that the process runs which takes messages from this queue; there is one."""
    [module] = [
        re.findall(r"-A (workers\.\w+)", command)[0]
        for command in PROCESSES.values()
        if " worker " in f"{command} " and queue in queues_of(command)
    ]
    return str(module)


def queues_of(command: str) -> list[str]:
    named = [word.removeprefix("--queues=") for word in shlex.split(command) if word.startswith("--queues=")]
    return named[0].split(",") if named else [DEFAULT]


@pytest.mark.parametrize("name", SCHEDULE)
def test_whatever_beat_sends_is_taken_by_a_process_that_has_the_task(name: str) -> None:
    module, _, task = SCHEDULE[name]["task"].rpartition(".")
    served_by = worker_of(queue_of(SCHEDULE[name]["task"]))
    assert module in TASKS_OF[served_by]
    text = (ROOT / f"{module.replace('.', '/')}.py").read_text()
    assert re.search(rf"^@app\.task(\(.*\))?\ndef {task}\(", text, re.MULTILINE)


@pytest.mark.parametrize("module", ["tasks", "external"])
def test_every_task_is_sent_by_somebody(module: str) -> None:
    """By beat, by a wakeup, or by the outbox sweeper."""
    tasks = re.findall(
        r"^@app\.task(?:\(.*\))?\ndef (\w+)\(", (ROOT / f"workers/{module}.py").read_text(), re.MULTILINE
    )
    sent = {each["task"] for each in SCHEDULE.values()} | {SETTLE, *PROBED.values()}
    assert tasks
    assert {f"workers.{module}.{task}" for task in tasks} <= sent


def test_whoever_may_have_to_wait_outside_has_a_queue_of_their_own() -> None:
    assert queue_of("workers.external.return_calls") == EXTERNAL
    assert queue_of("workers.tasks.move_promises_on") == DEFAULT
    assert (worker_of(EXTERNAL), worker_of(DEFAULT)) == ("workers.external", "workers.app")


@pytest.mark.parametrize("name", OFTEN)
def test_what_was_not_begun_before_the_next_is_due_is_not_begun_at_all(name: str) -> None:
    entry = SCHEDULE[name]
    assert entry["options"]["expires"] == entry["schedule"]


@pytest.fixture
def scheduler() -> Scheduler:
    """What beat makes of the schedule when it starts."""
    return Service(APP, scheduler_cls=APP.conf.beat_scheduler).get_scheduler()


@pytest.mark.parametrize("name", OFTEN)
def test_what_is_done_often_is_due_when_beat_starts(scheduler: Scheduler, name: str) -> None:
    """So a beat that is started again and again has everything done all the same."""
    assert scheduler.schedule[name].is_due().is_due


def test_the_schedule_is_on_no_disk(
    scheduler: Scheduler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    scheduler.reserve(scheduler.schedule["reap"])
    scheduler.sync()
    scheduler.close()
    assert list(tmp_path.iterdir()) == []
    assert "--schedule" not in PROCESSES["beat"]


def test_one_process_of_the_house_beats() -> None:
    assert [name for name, command in PROCESSES.items() if re.search(r"\bbeat\b", command)] == ["beat"]
