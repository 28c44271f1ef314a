"""What a reader finds: README fits a few screens, no link leads nowhere, and what the pages name exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from callrouter.cli.summaries import SUMMARIES
from config.settings import RULES
from tests.module_names import ROOT

README = ROOT / "README.md"
PAGES = sorted((ROOT / "docs").glob("*.md"))
DOCUMENTS = [README, *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND = re.compile(
    r"(?:\$ |`|^|^\s*|bin/)callrouter (?!is ready)([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", re.MULTILINE
)
SETTING = re.compile(r"`([A-Z]+(?:_[A-Z]+)*)`")
METRIC = re.compile(r"callrouter_[a-z_]+[a-z]")


def links(document: Path) -> Iterator[tuple[Path, str]]:
    """The files that a document links to, and the places in them."""
    for target in LINK.findall(document.read_text()):
        if "://" not in target:
            path, _, place = target.partition("#")
            yield (document.parent / path if path else document), place


def places(document: Path) -> set[str]:
    """What a link may name in a document: its headings, as GitHub spells them."""
    headings = HEADING.findall(document.read_text())
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_readme_fits_a_few_screens() -> None:
    assert len(README.read_text().splitlines()) <= 150


def test_every_link_of_a_document_leads_somewhere() -> None:
    lost = [
        (document.name, str(path), place)
        for document in DOCUMENTS
        for path, place in links(document)
        if not path.exists() or (place and place not in places(path))
    ]
    assert lost == []


def test_readme_leads_to_every_page() -> None:
    reached: set[Path] = set()
    waiting = [README]
    while waiting:
        found = {path.resolve() for path, _ in links(waiting.pop())} - reached
        reached |= found
        waiting += [path for path in found if path in PAGES]
    assert set(PAGES) <= reached


def test_every_setting_stands_in_the_table_of_settings() -> None:
    table = "\n".join(re.findall(r"^\| (`.+?) \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))
    assert set(SETTING.findall(table)) == {rule.name for rule in RULES.values()}


def test_every_command_that_a_document_names_exists() -> None:
    groups = {name.split()[0] for name in SUMMARIES if " " in name}
    named = {
        f"{command} {subcommand}" if command in groups and subcommand else command
        for document in [README, *PAGES]
        for command, subcommand in COMMAND.findall(document.read_text())
    }
    assert named > {"call", "billing close"}
    assert named - groups - set(SUMMARIES) == set()


def test_every_metric_that_a_page_names_is_exported() -> None:
    exported = set(METRIC.findall((ROOT / "server/status/metrics.py").read_text()))
    named = METRIC.findall((ROOT / "docs/operating.md").read_text())
    assert {name.removesuffix("_total") for name in named} == exported


def test_a_word_stands_in_the_glossary_once() -> None:
    words = re.findall(r"^\| (.+?) \|", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    words = [word for word in words if word not in {"word", "---"}]
    assert len(words) == len(set(words)) > 100
