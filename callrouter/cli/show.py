"""`callrouter show`: one call whole."""

from __future__ import annotations

from datetime import tzinfo

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.story_text import story_in_words
from callrouter.cli.tables import TABLE, format_option, print_rows, readable
from callrouter.cli.zones import zone_option
from callrouter.reports.calls.story import Story
from callrouter.reports.calls.story import story as read_story


@click.command()
@click.argument("callsid")
@format_option
@zone_option
@with_dependencies
def show(dependencies: CommandDependencies, callsid: str, form: str, zone: tzinfo) -> None:
    """Tell one call whole.

    Turns, decisions with skipped seats and reasons, legs, charge, disclosures.

    CALLSID may be cut short, as long as it means one call.

    \b
    Example:
      callrouter show CA0123456789abcdef0123456789abcdef
      callrouter show CA0123 --format json | jq '.[0].legs'
    """
    with dependencies.reading() as connection:
        story = read_story(connection, callsid)
    if form == TABLE:
        click.echo("\n".join(map(readable, story_in_words(story, zone))))
    else:
        print_rows(form, tuple(Story.__annotations__), [story], zone)
