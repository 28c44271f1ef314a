"""`make pictures`: the pictures of README.md and docs/console.md, taken of a demo by a real browser.

It starts a demo of its own on free ports, places some calls that are still in progress, and looks at the pages.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from callrouter.carrier.trial_calls import TrialCall, TrialCalls
from callrouter.database import Database
from callrouter.directory.versions import DirectoryCache
from callrouter.privacy.vault import Vault
from callrouter.reports.reading import reading
from callrouter.staff.roles import Role
from config.settings import Settings, read_settings
from tests.browser import CHROMIUM, FLAGS, served
from tests.console.pages import KnownPerson, console
from tests.server.running import ROOT, free_port

PLACE = ROOT / "docs" / "pictures"
SIZE = {"width": 1200, "height": 820}
COLORS = 96
LARGEST = 120 * 1024
"""bytes of a picture"""
READY = "callrouter is ready."
PATIENCE = 60_000
"""milliseconds"""
HELPLINES = ("+18445610606", "+18445550142", "+19165550160")
CALLERS = ("+16175550112", "+13125550134", "+17135550156", "+13055550178", "+12065550190", "+14045550119")
TALK_SECONDS = 3_000


@contextmanager
def demo(place: Path) -> Iterator[Settings]:
    """A demo that runs; its data are gone afterwards."""
    environment = {"CALLROUTER_HOME": str(place / "var"), "PORT": str(free_port())}
    process = subprocess.Popen(
        [sys.executable, "-m", "server.supervisor", "--demo"],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        said = ""
        while READY not in said:
            said = process.stdout.readline()
            assert said, "the demo has ended before it was ready"
        # What it prints from now on is read and forgotten: a full pipe would stop it.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield read_settings(environment, place / ".env")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Page, TrialCalls]]:
    """The console of an admin in a browser, and the simulated carrier."""
    trial_calls = TrialCalls(settings.account_sid, settings.auth_tokens[0], settings.carrier_api_url)
    person = KnownPerson(Role.ADMIN, "America/New_York", name="dana")
    with closing(Database(settings.database_url, connections=4)) as database, sync_playwright() as playwright:
        vault, port = Vault(settings.vault_keys), free_port()
        app = console(database, vault, lambda: datetime.now(UTC), person, trial_calls)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with served(app, port):
            page = browser.new_page(base_url=f"http://127.0.0.1:{port}", viewport=SIZE)  # type: ignore[arg-type]
            page.set_default_timeout(PATIENCE)
            yield page, trial_calls
        browser.close()


def place_calls(trial_calls: TrialCalls, settings: Settings) -> None:
    """Calls that take as long as real ones: some talk, and some wait."""
    with (
        closing(Database(settings.database_url, connections=1)) as database,
        reading(database.engine) as read,
    ):
        directory = DirectoryCache().in_force(read)
    answers = {center.phone: f"answer:{TALK_SECONDS}" for center in directory.centers.values()}
    silent = {center.phone: "no-answer" for center in directory.centers.values()}
    for number, caller in zip(HELPLINES * 2, CALLERS, strict=True):
        people = silent if caller == CALLERS[-1] else answers
        trial_calls.place(TrialCall(number, caller, behaviors=people, speed=1))


def take_pictures(page: Page) -> None:
    """Each page of the README and of docs/console.md."""
    page.goto("/console/now")
    page.get_by_text("talks").nth(3).wait_for()
    take(page, "now")
    page.goto("/console/calls?columns=arrived,call,caller,outcome,center,talk,charge")
    take(page, "calls")
    page.locator("tr", has_text="credited").locator("a.mono").first.click()
    page.get_by_role("heading", name="What happened").wait_for()
    take(page, "call")
    page.goto("/console/rotation/helplines/national")
    take(page, "rotation")
    month = datetime.now(UTC).replace(day=1)
    page.goto(f"/console/billing?month={month:%Y-%m}&by=partner")
    take(page, "billing")
    page.goto("/console/messages")
    take(page, "messages")
    page.goto("/console/pictures")
    take(page, "charts")


def take(page: Page, name: str) -> None:
    """A picture in few colors, so that it is small."""
    page.wait_for_load_state()
    picture = Image.open(BytesIO(page.screenshot()))
    file = PLACE / f"{name}.png"
    picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(file, optimize=True)
    assert file.stat().st_size <= LARGEST, f"{file} has {file.stat().st_size} bytes"


def main() -> None:
    PLACE.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as directory,
        demo(Path(directory)) as settings,
        opened(settings) as (page, trial_calls),
    ):
        place_calls(trial_calls, settings)
        take_pictures(page)


if __name__ == "__main__":
    main()
