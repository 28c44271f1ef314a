"""`callrouter wordings`: the texts that callers hear, and how two people change them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path

import click
import sqlalchemy as sa

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.free_text import REASON
from callrouter.cli.parameter_types import MOMENT
from callrouter.cli.tables import TABLE, format_option, print_result, print_rows, readable
from callrouter.cli.user import user
from callrouter.cli.zones import zone_option
from callrouter.directory.directory import LANGUAGES
from callrouter.errors import NotKnown
from callrouter.reports.wording_scenes import ROUTES, place_in_words
from callrouter.reports.wordings import (
    ListedWording,
    WordingInLanguage,
    listed_wordings,
    rules_of,
    wording_in_language,
)
from callrouter.wordings.audio_files import store_audio
from callrouter.wordings.change import ChangedText, CheckedTexts, TextDifference, as_written
from callrouter.wordings.coming import at_in_words
from callrouter.wordings.history import TextVersion, WordingsVersion, wordings_versions
from callrouter.wordings.proposals import (
    COMING,
    ListedWordingProposal,
    NewProposal,
    base_of,
    changes_of,
    check_now,
    wording_proposals,
)
from callrouter.wordings.proposals import approve as approve_proposal
from callrouter.wordings.proposals import (
    propose as propose_texts,
)
from callrouter.wordings.proposals import withdraw as withdraw_proposal
from callrouter.wordings.versions import WordingsCache

_texts = click.option(
    "--text",
    "texts",
    nargs=3,
    multiple=True,
    metavar="KEY LANGUAGE TEXT",
    help="A new text; several belong to one change.",
)
_audio = click.option(
    "--audio",
    "files",
    nargs=3,
    multiple=True,
    type=(str, str, click.Path(exists=True, dir_okay=False, path_type=Path)),
    metavar="KEY LANGUAGE FILE",
    help="A WAV file that is played in place of a text without names.",
)
_language = click.option("--language", type=click.Choice(LANGUAGES), help="Only texts in it.")
_BEFORE_IT_WAITS = TextDifference._fields


@click.group()
def wordings() -> None:
    """What callers hear: texts with a version, which two people change.

    \b
    Example:
      callrouter wordings list --language en
      callrouter wordings show connecting
      callrouter wordings check --text goodbye en "Thank you for calling. Goodbye."
    """


@wordings.command("list")
@_language
@click.option("--route", type=click.Choice(ROUTES), help="Only texts that are heard on it.")
@format_option
@with_dependencies
def list_(dependencies: CommandDependencies, form: str, language: str | None, route: str | None) -> None:
    """List the texts in force, in the order in which a call goes on, with where each is heard.

    `seconds` is how long a text takes to say at 150 words a minute, `version` what brought it.

    \b
    Example:
      callrouter wordings list --language es --route helpline
    """
    with dependencies.reading() as connection:
        rows = listed_wordings(connection, WordingsCache().in_force(connection), language, route)
    columns = tuple(ListedWording.__annotations__)
    shown = (
        tuple(name for name in columns if name not in ("states", "listener")) if form == TABLE else columns
    )
    print_rows(form, shown, rows)
    if form == TABLE:
        _tell_what_comes(dependencies)


def _tell_what_comes(dependencies: CommandDependencies) -> None:
    with dependencies.reading() as connection:
        open_proposals = wording_proposals(connection, decided_too=False)
    for each in open_proposals:
        if each["state"] == COMING and each["effective_at"]:
            click.echo(
                f"{', '.join(each['texts'])} will be changed at {at_in_words(each['effective_at'])} by proposal"
                f" {each['number']} of {each['proposed_by']}, approved by {each['decided_by']}."
            )


@wordings.command()
@click.argument("key")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the text."
)
@format_option
@zone_option
@with_dependencies
def show(dependencies: CommandDependencies, form: str, zone: tzinfo, key: str, language: str) -> None:
    """Show one wording: where it is heard, what it must say, its texts of before, and how it sounds, as TwiML.

    \b
    Example:
      callrouter wordings show connecting --language es
    """
    with dependencies.reading() as connection:
        found = wording_in_language(connection, WordingsCache().in_force(connection), key, language)
    if form == TABLE:
        click.echo(readable_lines(_about(found)))
    print_rows(form, tuple(TextVersion.__annotations__), found.history, zone)


@wordings.command()
@_texts
@format_option
@with_dependencies
def check(dependencies: CommandDependencies, form: str, texts: Sequence[tuple[str, str, str]]) -> None:
    """Check new texts: every fault, or what they would do to the wait of callers. Nothing is stored.

    \b
    Example:
      callrouter wordings check --text goodbye en "Thank you for calling. Goodbye."
    """
    with dependencies.reading() as connection:
        before = WordingsCache().in_force(connection)
        checked = check_now(connection, before, _changed(texts))
    _print_change(form, checked)
    click.echo("No rule refuses it.", err=True)


@wordings.command()
@_texts
@_audio
@click.option("--reason", type=REASON, required=True, help="Why; who approves it reads this.")
@click.option(
    "--effective",
    "effective_at",
    type=MOMENT,
    metavar="TIME",
    help="A date (UTC) or time at which it comes into force.  [default: when it is approved]",
)
@format_option
@with_dependencies
def propose(
    dependencies: CommandDependencies,
    form: str,
    texts: Sequence[tuple[str, str, str]],
    files: Sequence[tuple[str, str, Path]],
    reason: str,
    effective_at: datetime | None,
) -> None:
    """Propose new texts. They wait for another person, and nothing of them is heard until then.

    Audio says the same as its text: the one of this change, or else the one in force.

    \b
    Example:
      callrouter wordings propose --text goodbye en "Thank you for calling. Goodbye." --reason "thanks everybody"
      callrouter wordings propose --audio or-stay en stay.wav --reason "our own voice" --effective 2027-01-01
    """
    with dependencies.database.engine.begin() as connection:
        changes = _with_audio(connection, _changed(texts), files, dependencies.now())
        wanted = NewProposal(changes, reason, effective_at)
        proposed = propose_texts(connection, wanted, dependencies.now(), user())
    _print_change(form, proposed.checked)
    click.echo(
        f"It waits as proposal {proposed.number} of {proposed.proposed_by}. Another person has to approve it:\n"
        f"  callrouter wordings approve {proposed.number}",
        err=True,
    )


@wordings.command()
@click.option("--all", "decided_too", is_flag=True, help="Those that are decided, too.")
@format_option
@zone_option
@with_dependencies
def proposals(dependencies: CommandDependencies, form: str, zone: tzinfo, *, decided_too: bool) -> None:
    """List the changes that wait for a second person, and those that were approved for a later time.

    \b
    Example:
      callrouter wordings proposals --all --format json
    """
    with dependencies.reading() as connection:
        rows = wording_proposals(connection, decided_too=decided_too)
    print_rows(form, tuple(ListedWordingProposal.__annotations__), rows, zone)


@wordings.command()
@click.argument("number", type=int)
@format_option
@with_dependencies
def diff(dependencies: CommandDependencies, number: int, form: str) -> None:
    """Show what a proposal changes, text by text, and what it does to the wait of callers.

    \b
    Example:
      callrouter wordings diff 3
    """
    with dependencies.reading() as connection:
        changes, base = changes_of(connection, number), base_of(connection, number)
        checked = check_now(connection, base, changes)
    _print_change(form, checked)


@wordings.command()
@click.argument("number", type=int)
@format_option
@with_dependencies
def approve(dependencies: CommandDependencies, number: int, form: str) -> None:
    """Approve a proposal, as another person than the one who made it.

    It is in force for calls that arrive from now on, or from the time on that it names. What it changes is shown
    before by `diff NUMBER`.

    \b
    Example:
      callrouter wordings approve 3
    """
    with dependencies.database.engine.begin() as connection:
        checked, comes_at = approve_proposal(connection, number, dependencies.now(), user())
    _print_change(form, checked)
    if comes_at:
        click.echo(
            f"It comes into force at {at_in_words(comes_at)}. Until then it can be withdrawn.", err=True
        )
    else:
        click.echo(
            f"Version {checked.after.version} is in force for calls that arrive from now on.", err=True
        )


@wordings.command()
@click.argument("number", type=int)
@format_option
@with_dependencies
def withdraw(dependencies: CommandDependencies, number: int, form: str) -> None:
    """Take back a proposal that waits or comes, whoever made it; nothing of it comes into force.

    \b
    Example:
      callrouter wordings withdraw 3
    """
    with dependencies.database.engine.begin() as connection:
        withdraw_proposal(connection, number, dependencies.now(), user())
    print_result(form, {"proposal": number, "state": "withdrawn"}, f"Proposal {number} is withdrawn.")


@wordings.command()
@format_option
@zone_option
@with_dependencies
def versions(dependencies: CommandDependencies, form: str, zone: tzinfo) -> None:
    """List the versions of the wordings, the newest first: since when, by whom, why, and which texts.

    \b
    Example:
      callrouter wordings versions
    """
    with dependencies.reading() as connection:
        rows = wordings_versions(connection)
    print_rows(form, tuple(WordingsVersion.__annotations__), rows, zone)


def _changed(texts: Sequence[tuple[str, str, str]]) -> list[ChangedText]:
    return [ChangedText(key, language, as_written(text)) for key, language, text in texts]


def _with_audio(
    connection: sa.Connection,
    changes: Sequence[ChangedText],
    files: Sequence[tuple[str, str, Path]],
    now: datetime,
) -> list[ChangedText]:
    """The changes with the files stored. A file without a new text stands for the one in force."""
    in_force = WordingsCache().in_force(connection)
    found = {(change.key, change.language): change for change in changes}
    for key, language, file in files:
        if (key, language) not in in_force.texts:
            raise NotKnown(f"there is no wording {key} {language}; `callrouter wordings list` shows them all")
        change = found.get((key, language), ChangedText(key, language, in_force.text(key, language)))
        audio = store_audio(connection, file.read_bytes(), now, user())
        found[key, language] = change._replace(audio=audio.digest)
    return list(found.values())


def _print_change(form: str, checked: CheckedTexts) -> None:
    if form != TABLE:
        print_rows(form, _BEFORE_IT_WAITS, [each._asdict() for each in checked.differences])
        return
    for difference in checked.differences:
        click.echo(readable_lines(difference.in_words()))
        click.echo(f"  {place_in_words(difference.key)}")
    for effect in checked.effects:
        click.echo(effect.in_words())


def readable_lines(text: str) -> str:
    """The lines of a text, without what a terminal would obey."""
    return "\n".join(map(readable, text.splitlines()))


def _about(found: WordingInLanguage) -> str:
    listed, heard = found.listed, found.preview
    states = ", ".join(listed["states"]) or "none of the call itself"
    lines = [
        f"{listed['key']} {listed['language']}, version {listed['version']}, {listed['seconds']} seconds:",
        f"  {listed['text']}",
        f"Heard by {listed['listener']}: {listed['heard']}.",
        f"States: {states}. Routes: {', '.join(listed['routes'])}.",
        "It keeps these rules:",
        *(f"  {rule}" for rule in rules_of(listed["key"])),
        f"The whole document, {heard.seconds} seconds:",
        *(f"  {sentence['words']}" for sentence in heard.sentences),
        *(f"    {line}" for line in heard.twiml.splitlines()),
        "Its texts, the newest first:",
    ]
    return "\n".join(lines)
