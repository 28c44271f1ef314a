"""One SQL text says the same to both databases."""

import pytest

from callrouter.database import sql


def test_named_values_are_numbered_for_postgresql_and_stay_named_for_sqlite() -> None:
    statement = sql("SELECT a FROM t WHERE b = :b AND c = :c OR d = :b")
    assert statement.for_sqlite == "SELECT a FROM t WHERE b = :b AND c = :c OR d = :b"
    assert statement.for_postgresql == "SELECT a FROM t WHERE b = $1 AND c = $2 OR d = $1"
    assert statement.in_order({"c": 3, "b": 2, "not asked for": 1}) == [2, 3]


def test_a_value_that_is_missing_is_told_by_its_name() -> None:
    with pytest.raises(KeyError, match="b"):
        sql("SELECT a FROM t WHERE b = :b").in_order({"a": 1})


def test_whether_a_column_is_one_of_a_list_is_said_in_each_ones_words() -> None:
    statement = sql("SELECT a FROM t WHERE AMONG(t.a, :all) AND b = :b")
    assert statement.for_postgresql == "SELECT a FROM t WHERE t.a = ANY($1) AND b = $2"
    assert (
        statement.for_sqlite == "SELECT a FROM t WHERE t.a IN (SELECT value FROM json_each(:all)) AND b = :b"
    )


@pytest.mark.parametrize("lock", [" FOR UPDATE", " FOR UPDATE OF t", " FOR UPDATE OF t, u"])
def test_row_locks_are_left_out_where_writers_queue_for_the_whole_file(lock: str) -> None:
    statement = sql(f"SELECT a FROM t{lock}")
    assert (statement.for_sqlite, statement.for_postgresql) == ("SELECT a FROM t", f"SELECT a FROM t{lock}")


def test_a_cast_is_no_value() -> None:
    assert sql("SELECT a::text FROM t WHERE b = :b").for_postgresql == "SELECT a::text FROM t WHERE b = $1"


def test_statements_are_written_over_several_lines_and_sent_in_one() -> None:
    assert sql("SELECT a\n      FROM t\n     WHERE b").for_sqlite == "SELECT a FROM t WHERE b"


def test_the_same_text_is_prepared_under_the_same_name_and_another_under_another() -> None:
    one, same, other = sql("SELECT 1"), sql("SELECT  1"), sql("SELECT 2")
    assert one.name == same.name != other.name
    # Names that are longer are cut off by the server, and might become the same.
    assert len(one.name) < 64
