"""A real browser for tests: headless Chromium, which has to be installed (`apt-get install chromium`).

Without it these tests are skipped, loudly; in CI they fail.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)
from werkzeug.serving import make_server

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OURS = {"127.0.0.1", "localhost"}
PATIENCE = 15_000
"""milliseconds"""
SCHEMES = ("light", "dark")
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OVERFLOWING_ELEMENTS = """
    [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > innerWidth)
        .map((each) => each.tagName + "." + each.className + " " + each.getBoundingClientRect().right)
"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser for all tests; each opens a window of its own."""
    if not CHROMIUM.exists():
        text = f"NO PAGE IS TESTED IN A BROWSER: {CHROMIUM} is missing (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Complaints:
    """What a browser had to complain of: errors of scripts and of the CSP, and requests to somewhere else."""

    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser says of each answer of 400 and more that it failed; the tests look at these themselves.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def _see(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme.startswith("http") and parts.hostname not in OURS:
            self.elsewhere.append(request.url)


@contextmanager
def window(chromium: Browser, origin: str, **how: Any) -> Iterator[Page]:
    """A window without cookies; when it closes, the browser must have had nothing to complain of."""
    context: BrowserContext = chromium.new_context(base_url=origin, **how)
    context.set_default_timeout(PATIENCE)
    page, complaints = context.new_page(), Complaints()
    complaints.watch(page)
    try:
        yield page
    finally:
        context.close()
    assert complaints == Complaints()


def has_no_violation(page: Page) -> None:
    """The page that is open, or that is being opened, has no violation in either color scheme."""
    page.wait_for_load_state()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page, options=AXE_RULES)
        assert found.violations_count == 0, f"{page.url} ({scheme}): {found.generate_report()}"


def fits_the_window(page: Page) -> None:
    """Nothing on the page is wider than the window."""
    page.wait_for_load_state()
    width = page.evaluate("innerWidth")
    found = page.evaluate("document.documentElement.scrollWidth")
    assert found <= width, (page.url, page.evaluate(OVERFLOWING_ELEMENTS))


@contextmanager
def served(app: Flask, port: int) -> Iterator[None]:
    """The application on a port of this machine."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
