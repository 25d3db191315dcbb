"""Worlds as their observers tell them, made once for all tests of a process."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pyarrow as pa

from simulator.observation.accounts import statement_sheets
from simulator.observation.bureau import bureau_sheets
from simulator.observation.companies import party_sheets
from simulator.observation.disclosures import disclosure_sheets
from simulator.observation.filings import report_sheets, tax_sheets
from simulator.observation.kinship import relation_sheets
from simulator.observation.market_prices import price_sheets
from simulator.observation.pledged_goods import (
    collateral_sheets,
    goods_insurance_sheets,
    receipt_sheets,
    right_sheets,
)
from simulator.observation.promises import guarantee_sheets, insurance_sheets
from simulator.observation.public_records import record_sheets
from simulator.observation.ratings import rating_sheets
from simulator.observation.sources_asked import (
    consent_sheets,
    coverage_sheets,
)
from simulator.observation.view import Sheets, View
from simulator.scenario import read_scenario, size_of
from simulator.world import make_world

LAST_DAY = date(2026, 6, 17)


MIDNIGHT = datetime(2026, 6, 16, 16, tzinfo=UTC)  # in Shanghai the last day begins


OBSERVERS: tuple[Callable[[View], Sheets], ...] = (
    party_sheets,
    report_sheets,
    tax_sheets,
    statement_sheets,
    rating_sheets,
    record_sheets,
    disclosure_sheets,
    bureau_sheets,
    relation_sheets,
    price_sheets,
    receipt_sheets,
    right_sheets,
    collateral_sheets,
    goods_insurance_sheets,
    guarantee_sheets,
    insurance_sheets,
    coverage_sheets,
    consent_sheets,
)


@cache
def view_of(size: str, scenario: str = "baseline", seed: int = 1) -> View:
    return View(make_world(read_scenario(scenario), size_of(size), seed, LAST_DAY))


def facts(view: View) -> dict[str, pa.Table]:
    sheets: dict[str, list[pa.Table]] = {}
    for observer in OBSERVERS:
        for kind, table in observer(view):
            sheets.setdefault(kind, []).append(table)
    return {
        kind: pa.concat_tables(tables, promote_options="default") for kind, tables in sheets.items()
    }


@cache
def told(size: str, scenario: str = "baseline") -> dict[str, pa.Table]:
    return facts(view_of(size, scenario))


@cache
def rows(size: str, kind: str, scenario: str = "baseline") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(size, scenario)[kind].to_pylist()
    return found


def number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def supplier_places(view: View) -> dict[str, int]:
    keys = view.parties[view.buyers : view.companies].to_pylist()
    return {key: place for place, key in enumerate(keys)}


def core_keys(view: View) -> list[str]:
    keys: list[str] = view.parties[: view.buyers].to_pylist()
    return keys


def lines_by_statement(size: str, scenario: str = "baseline") -> dict[str, dict[str, int]]:
    lines: dict[str, dict[str, int]] = {}
    for row in rows(size, "statement_line", scenario):
        lines.setdefault(row["statement"], {})[row["concept"]] = row["amount_minor"]
    return lines
