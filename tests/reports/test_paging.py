"""A list is the same from both ends, whatever the size of its pages."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from callrouter.reports.paging import ListPage, list_page

Lists = st.lists(st.integers(0, 99), unique=True).map(sorted)


def reader(rows: list[int], size: int) -> Callable[..., ListPage[int, int]]:
    """What a table does: the rows after a place, or backward those before it, and one more than a page has."""

    def read(after: int | None = None, before: int | None = None) -> ListPage[int, int]:
        found = [row for row in rows if (after is None or row > after) and (before is None or row < before)]
        if before is not None:
            found.reverse()
        return list_page(found[: size + 1], size, lambda row: row, after=after, before=before)

    return read


@given(Lists, st.integers(1, 7))
def test_every_row_is_on_one_page_in_both_directions(rows: list[int], size: int) -> None:
    read = reader(rows, size)
    page = read()
    assert page.previous is None
    forward = [page.rows]
    while page.following is not None:
        page = read(after=page.following)
        assert page.rows
        forward.append(page.rows)
    backward = [page.rows]
    while page.previous is not None:
        page = read(before=page.previous)
        assert page.rows
        backward.append(page.rows)
    assert [row for found in forward for row in found] == rows
    assert [row for found in backward[::-1] for row in found] == rows
