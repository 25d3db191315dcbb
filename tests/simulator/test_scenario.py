"""Scenario files are read strictly."""

import pytest

from simulator.scenario import (
    UnknownScenario,
    WrongScenario,
    parse_scenario,
    read_scenario,
    scenario_names,
)

GOOD = """
months = 6
core_buyers = 2
small_buyers = 2
suppliers = 2
buyers_a_supplier = 2
orders_a_pair_month = 1.5
median_amount_yuan = 1000.0
log_amount_sd = 0.5
trend_log_odds_a_year = -0.1
silent_party_share = 0.0
missing_report_share = 1
"""


def test_the_scenarios_are_listed_and_can_be_read() -> None:
    assert scenario_names() == ("ci", "demo")
    assert read_scenario("ci").months < read_scenario("demo").months


def test_an_unknown_scenario_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownScenario, match="'atlantis'") as caught:
        read_scenario("atlantis")
    assert caught.value.remedy == "use one of ci, demo"


def test_a_path_is_no_name() -> None:
    with pytest.raises(UnknownScenario):
        read_scenario("../scenarios/ci")


@pytest.mark.parametrize(
    ("line", "instead", "field"),
    [
        ("months = 6", "months = 5", "months"),
        ("months = 6", 'months = "6"', "months"),
        ("months = 6", "months = true", "months"),
        ("months = 6", "", "months"),
        ("months = 6", "months = 6\nweather = 1", "weather"),
        ("suppliers = 2", "suppliers = 1", "suppliers"),
        ("log_amount_sd = 0.5", "log_amount_sd = 0.0", "log_amount_sd"),
        ("log_amount_sd = 0.5", "log_amount_sd = nan", "log_amount_sd"),
        ("missing_report_share = 1", "missing_report_share = 1.1", "missing_report_share"),
    ],
)
def test_a_wrong_field_is_named(line: str, instead: str, field: str) -> None:
    assert parse_scenario(GOOD).months == 6

    with pytest.raises(WrongScenario) as caught:
        parse_scenario(GOOD.replace(line, instead))

    assert caught.value.field == field


def test_what_is_not_toml_is_refused() -> None:
    with pytest.raises(WrongScenario, match="not TOML"):
        parse_scenario("months: 6")
