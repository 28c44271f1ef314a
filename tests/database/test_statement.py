"""SQL with named values, as the server is sent it."""

import pytest

from callrouter.database import sql


def test_named_values_are_numbered_in_the_order_in_which_they_come() -> None:
    statement = sql("SELECT a FROM t WHERE b = :b AND c = :c OR d = :b")
    assert statement.text == "SELECT a FROM t WHERE b = $1 AND c = $2 OR d = $1"
    assert statement.in_order({"c": 3, "b": 2, "not asked for": 1}) == [2, 3]


def test_a_value_that_is_missing_is_told_by_its_name() -> None:
    with pytest.raises(KeyError, match="b"):
        sql("SELECT a FROM t WHERE b = :b").in_order({"a": 1})


def test_a_cast_is_no_value() -> None:
    assert sql("SELECT a::text FROM t WHERE b = :b").text == "SELECT a::text FROM t WHERE b = $1"


def test_statements_are_written_over_several_lines_and_sent_in_one() -> None:
    assert sql("SELECT a\n      FROM t\n     WHERE b").text == "SELECT a FROM t WHERE b"


def test_the_same_text_is_prepared_under_the_same_name_and_another_under_another() -> None:
    one, same, other = sql("SELECT 1"), sql("SELECT  1"), sql("SELECT 2")
    assert one.name == same.name != other.name
    # Names that are longer are cut off by the server, and might become the same.
    assert len(one.name) < 64
