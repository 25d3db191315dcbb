"""The figures behind terms: what ships, and what no file may say."""

from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

import ledger.entities.cover
import ledger.entities.finance
import ledger.entities.security
import lending.packs
from lending.loss_rules import CAUSES, COLLATERALS, GUARANTEES
from lending.offered_claims import CASH_CONTROL
from lending.pack_faults import PackRefused
from lending.terms import Product, Terms, load_terms
from tests.lending.financings import TERMS

SHIPPED = (Path(lending.packs.__path__[0]) / "terms.toml").read_text(encoding="utf-8")


def test_causes_are_those_that_outcomes_have() -> None:
    assert get_args(ledger.entities.finance.Cause) == CAUSES


def test_kinds_of_cover_and_product_are_those_of_the_ledger() -> None:
    def kinds(row: type[BaseModel], field: str) -> tuple[str, ...]:
        return get_args(row.model_fields[field].annotation)

    assert kinds(ledger.entities.cover.GuaranteeRow, "guarantee") == GUARANTEES
    assert kinds(ledger.entities.security.CollateralItemRow, "collateral") == COLLATERALS
    assert get_args(ledger.entities.finance.Product) == get_args(Product)
    account = ledger.entities.finance.FinancingRow.model_fields["account"].annotation
    assert get_args(get_args(account)[0]) == tuple(CASH_CONTROL)


def test_the_shipped_rates_of_causes_are_those_of_the_domain() -> None:
    """Start values of domain.md section 3.3, in its order of causes."""
    rates = [TERMS.loss.causes[cause] for cause in CAUSES]

    assert [one.buyer_share for one in rates] == [
        0.35, 0.90, 0.75, 0.60, 0.05, 0.35, 0.10, 0.50, 0.90,
    ]  # fmt: skip
    assert [one.supplier_share for one in rates] == [
        0.25, 0.10, 0.50, 0.60, 0.10, 0.20, 0.10, 0.15, 0.50,
    ]  # fmt: skip
    assert all(9 * 30 <= one.recover_days <= 18 * 30 for one in rates)


def test_terms_are_known_by_their_content(tmp_path: Path) -> None:
    copy = tmp_path / "mine.toml"
    copy.write_text(SHIPPED, encoding="utf-8")
    same = load_terms(copy)
    copy.write_text(SHIPPED + "\n", encoding="utf-8")

    assert same == load_terms()
    assert same.id.startswith("terms-2026-11-")
    assert load_terms(copy).id != same.id
    assert load_terms(copy).table == same.table


WRONG = {
    "no share": ("workout_share = 0.05", "workout_share = 1.5", "workout_share"),
    "no number": ("downturn_share = 0.08", "downturn_share = nan", "downturn_share"),
    "a cause that is none": ("DISPUTE = {", "QUARREL = {", "QUARREL"),
    "a cause that is missing": ("DIVERSION = {", "#", "no rates for DIVERSION"),
    "a key that is none": ("liquidity_rate", "liquid_rate", "liquid_rate"),
    "a treatment that is none": ("actual_if_self_liquidating", "actual", "maturity"),
    "no floor of the PD": ("pd_floor = 0.0005", "pd_floor = 0.0", "pd_floor"),
    "sizes that don't rise": ("highest_sales = 50", "highest_sales = 5", "highest_sales"),
    "a rule book without a rule": (
        "[capital.small_firms.basel]",
        "[price.basel]",
        "small_firms has no basel",
    ),
    "days of funding that don't rise": ("[180, 0.023]", "[90, 0.023]", "days of funding"),
    "a highest rate below the lowest": (
        "liquidity_rate",
        "lowest_rate = 0.05\nhighest_rate = 0.04\nliquidity_rate",
        "highest_rate",
    ),
    "shares of causes that don't add up": (
        "OPERATIONAL = 0.14",
        "OPERATIONAL = 0.15",
        "cause_shares.recourse adds up to 1.01",
    ),
    "a kind of guarantee that is missing": ("general = {", "#", "no rates for general"),
    "a kind of collateral that is missing": ("ip = {", "#", "no rates for ip"),
    "a product that is none": ('"bill_discount"', '"bills"', "purchased"),
    "a cap of too many digits": ("cap_share = 0.80", "cap_share = 0.8000001", "cap_share"),
    "no TOML": ("[tenor]", "[tenor", "line"),
}


@pytest.mark.parametrize("how", WRONG)
def test_terms_that_can_t_be_right_are_refused(tmp_path: Path, how: str) -> None:
    old, new, named = WRONG[how]
    path = tmp_path / "terms.toml"
    assert old in SHIPPED
    path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(PackRefused, match=named) as refused:
        load_terms(path)
    assert refused.value.field == str(path)
    assert "terms.toml" in refused.value.remedy


def test_terms_hold_from_their_first_day_to_before_their_last() -> None:
    ended = TERMS.model_copy(update={"valid_to": date(2026, 7, 1)})

    assert not Terms("t", ended, "").in_force(date(2025, 12, 31))
    assert Terms("t", ended, "").in_force(date(2026, 6, 30))
    assert not Terms("t", ended, "").in_force(date(2026, 7, 1))
    assert Terms("t", TERMS, "").in_force(date(2199, 1, 1))
