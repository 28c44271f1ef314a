"""Documents to the byte: a call that outlives an update of ours or of Twilio's library gets the same again.

`documents.txt` holds one of each kind. Whoever changes a document on purpose changes it there, too.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.webhooks import test_documents, test_return_documents

KNOWN = Path(__file__).with_name("documents.txt")


def one_of_each_kind() -> dict[str, str]:
    calls = {type(step).__name__: step for step in test_documents.all_steps("en")}
    returns = {type(step).__name__: step for step in test_return_documents.all_steps("en")}
    written = {kind: test_documents.RENDER(step, 3).document for kind, step in calls.items()}
    return written | {kind: test_return_documents.RENDER(step).document for kind, step in returns.items()}


@pytest.mark.parametrize("line", KNOWN.read_text().splitlines())
def test_a_document_stays_as_it_is(line: str) -> None:
    kind, _, document = line.partition(" ")
    assert one_of_each_kind()[kind] == document


def test_each_kind_is_known() -> None:
    assert {line.partition(" ")[0] for line in KNOWN.read_text().splitlines()} == one_of_each_kind().keys()


def test_the_door_imports_nothing_of_twilio_s_rest_api() -> None:
    modules = subprocess.run(
        [sys.executable, "-c", "import sys, webhooks.app; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "twilio.twiml" in modules
    assert not {module for module in modules if module.startswith(("twilio.rest", "twilio.http", "requests"))}
