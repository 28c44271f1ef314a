"""Walks through the pages of a list by its links, as a reader does."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from flask.testing import FlaskClient


def link(here: str, text: str, relation: str) -> str:
    """Where the link to the page before (`prev`) or after (`next`) leads; empty where there is none."""
    found = re.search(rf'rel="{relation}" href="([^"]+)"', text)
    return urljoin(here, found[1].replace("&amp;", "&")) if found else ""


def walk(page: FlaskClient, address: str, row: re.Pattern[str], relation: str) -> tuple[list[list[Any]], str]:
    """The rows of each page, from an address on, and the address of the last page."""
    pages, last = [], address
    while address:
        text = page.get(address).text
        pages.append(row.findall(text))
        last, address = address, link(address, text, relation)
    return pages, last


def walked_both_ways(page: FlaskClient, address: str, row: re.Pattern[str]) -> list[Any]:
    """The rows of all pages. Walking back from the last page shows the same pages."""
    forward, last = walk(page, address, row, "next")
    backward, _ = walk(page, last, row, "prev")
    assert len(forward) > 1
    assert all(forward)
    assert backward == forward[::-1]
    return [found for rows in forward for found in rows]
