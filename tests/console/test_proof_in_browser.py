"""A caller's own proof in a real browser: it verifies without us, and finds what was changed.

It stands here because all tests share one browser, which is the console's fixture.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from callrouter.evidence.note import NoteSigner
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.evidence.logs import OTHER_KEY
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World
from tests.server.running import free_port
from tests.webhooks.proofs import code_of, proof_app


class Served(NamedTuple):
    """Where the page is, and a code for it."""

    origin: str
    code: str


@pytest.fixture
def site(world: World) -> Iterator[Served]:
    """A listing's caller who chose the helpline, and was answered there; some calls of others are in the log, too."""
    for number in range(5):
        world.caller(f"+131055501{number:02}").dials(NATIONAL)
        world.center("sunrise-la").accepts()
    call = world.caller().presses("", "1", "", "4").dials(NATIONAL)
    assert call.promised
    world.center("sunrise-la").accepts()
    world.caller().takes_the_return_call()
    world.rings_owners(most=1)
    code, port = code_of(world, call), free_port()
    with served(proof_app(world), port):
        yield Served(f"http://127.0.0.1:{port}", code)


def enters(page: Page, code: str, address: str = "/proof") -> None:
    page.goto(address)
    page.locator("#code").fill(code)
    page.locator("form button", has_text="proof" if "es" not in address else "prueba").click()
    # A click does not wait for the page that it opens.
    page.locator("#verify, #problem").wait_for(state="attached")
    page.wait_for_load_state()


def verifies(page: Page) -> str:
    page.locator("#verify").click()
    result = page.locator("#result")
    expect(result).not_to_be_empty()
    return result.inner_text()


def test_the_true_proof_is_verified_without_a_request(chromium: Browser, site: Served) -> None:
    with window(chromium, site.origin) as page:
        enters(page, site.code)
        expect(page.locator("#verify")).to_be_visible()
        page.wait_for_load_state()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.context.set_offline(True)
        assert verifies(page).startswith("Verified: what this page shows is in ")
        assert asked == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("blockquote.textContent = 'You were told something else.'", "the page shows something else"),
        ("blockquote.parentElement.remove()", "the page shows something else"),
        (
            "document.querySelector('time[data-entry]').dateTime = '2026-03-04T18:00:01.000000Z'",
            "the page shows",
        ),
        ("document.querySelector('data[data-field=amount]').value = '1'", "the page shows something else"),
        (
            "file.textContent = file.textContent.replace('Thank you', 'Thank me')",
            "a record is not in the log",
        ),
        ('file.textContent = file.textContent.replace(/"salt":"../, \'"salt":"zz\')', "cannot be read"),
        (
            'file.textContent = file.textContent.replace(/"proof":\\["../, \'"proof":["00\')',
            "a record is not in",
        ),
        (
            "file.textContent = file.textContent.replace(/evidence\\\\n\\d+/, 'evidence\\\\n9')",
            "not signed by this key",
        ),
        (
            "file.textContent = file.textContent.split('\\n').slice(0, 2).join('\\n')",
            "the page shows something else",
        ),
        ("file.textContent = ''", "cannot be read"),
    ],
)
def test_what_was_changed_is_not_verified(chromium: Browser, site: Served, change: str, why: str) -> None:
    with window(chromium, site.origin) as page:
        enters(page, site.code)
        page.evaluate(
            "() => { const blockquote = document.querySelector('.told blockquote');"
            f" const file = document.getElementById('proof'); {change} }}"
        )
        found = verifies(page)
        assert found.startswith("NOT verified: ")
        assert why in found


def test_the_key_of_another_log_verifies_nothing(chromium: Browser, site: Served) -> None:
    with window(chromium, site.origin) as page:
        enters(page, site.code)
        page.locator("#key").fill(NoteSigner(*OTHER_KEY).log_key)
        assert verifies(page) == "NOT verified: the head is not signed by this key."


def test_a_browser_without_ed25519_names_the_offline_verifier(chromium: Browser, site: Served) -> None:
    with window(chromium, site.origin) as page:
        page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new Error('NotSupportedError'))")
        enters(page, site.code)
        assert "Use the offline verifier." in verifies(page)


def test_it_speaks_spanish(chromium: Browser, site: Served) -> None:
    with window(chromium, site.origin, locale="es-MX") as page:
        enters(page, site.code, "/proof?lang=es")
        assert verifies(page).startswith("Verificado: ")
        page.get_by_role("button", name="English").click()
        assert verifies(page).startswith("Verified: ")


def test_it_works_without_script_but_for_the_button(chromium: Browser, site: Served) -> None:
    with window(chromium, site.origin, java_script_enabled=False) as page:
        enters(page, site.code)
        expect(page.get_by_role("heading", name="Who pays whom")).to_be_visible()
        expect(page.get_by_text("The button needs JavaScript.")).to_be_visible()
        expect(page.locator("#verify")).to_be_hidden()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the proof").click()
        assert download.value.suggested_filename == "proof.jsonl"


@pytest.mark.parametrize("width", [1400, 390])
def test_everybody_can_read_it(chromium: Browser, site: Served, width: int) -> None:
    with window(chromium, site.origin, viewport={"width": width, "height": 900}) as page:
        page.goto("/proof")
        has_no_violation(page)
        fits_the_window(page)
        for code in ("1234", site.code):
            enters(page, code)
            has_no_violation(page)
            fits_the_window(page)
        assert verifies(page)
        page.locator("summary").click()
        has_no_violation(page)
        fits_the_window(page)


def test_a_wrong_code_is_said_at_the_top_and_beside_the_field(chromium: Browser, site: Served) -> None:
    with window(chromium, site.origin) as page:
        enters(page, "1234 5678")
        expect(page).to_have_title("Error: Proof of your call")
        expect(page.locator("#problem")).to_be_focused()
        expect(page.locator("#code")).to_have_value("1234 5678")
