"""Which settings of PostgreSQL have values of statements in its log, and how `callrouter doctor` says so."""

import pytest

from callrouter.cli.doctor.log_check import settings_to_change

AS_SHIPPED = {
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "auto_explain.log_min_duration": None,
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "0",
    "auto_explain.log_parameter_max_length": None,
}


def test_postgresql_as_it_is_shipped_logs_no_values() -> None:
    assert list(settings_to_change(AS_SHIPPED)) == []


@pytest.mark.parametrize(
    ("changed", "to_change"),
    [
        ({"log_statement": "mod"}, "log_parameter_max_length"),
        ({"log_min_duration_statement": "250ms"}, "log_parameter_max_length"),
        ({"log_transaction_sample_rate": "0.01"}, "log_parameter_max_length"),
        ({"log_parameter_max_length_on_error": "-1"}, "log_parameter_max_length_on_error"),
        (
            {"auto_explain.log_min_duration": "3s", "auto_explain.log_parameter_max_length": "-1"},
            "auto_explain.log_parameter_max_length",
        ),
    ],
)
def test_a_setting_that_has_values_logged_is_named(changed: dict[str, str], to_change: str) -> None:
    assert list(settings_to_change({**AS_SHIPPED, **changed})) == [to_change]
    assert list(settings_to_change({**AS_SHIPPED, **changed, to_change: "0"})) == []
