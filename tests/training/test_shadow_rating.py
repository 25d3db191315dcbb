"""The shadow rating learned: mappings by hand, nothing learned from later, and what it is worth."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer
from sklearn.metrics import roc_auc_score
from typer.testing import CliRunner, Result

from ledger.audit.signing_keys import make_keys
from models.account_ratios import NAMES, amounts_read, ratios_of
from models.shadow_model import load
from tests.command_results import told
from training import shadow_rating
from training.shadow_accounts import (
    LETTERS,
    PL_RATIOS,
    US_COLUMNS,
    US_FILE,
    FirmYears,
    firm_years,
    less_told,
    read_pl,
    read_ratings,
    read_us,
)
from training.shadow_rating import report_of, train

THROUGH = 2011


def named(ratios: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> list[dict[str, float]]:
    """Each row without what is missing."""
    rows = [dict(zip(NAMES, row, strict=True)) for row in ratios.tolist()]
    return [{name: value for name, value in row.items() if not np.isnan(value)} for row in rows]


def us_sheet(*rows: tuple[str, int, str, float]) -> pd.DataFrame:
    """Firm, year, status and net income; all else is the same in each row."""
    same = {column: 10.0 * at for at, column in enumerate(US_COLUMNS.values(), start=1)}
    return pd.DataFrame(
        [
            {**same, "company_name": firm, "year": year, "Company Status": status}
            | {"Net Income": income}
            for firm, year, status, income in rows
        ]
    )


def test_the_year_before_is_of_the_same_firm_and_no_gap_is_bridged() -> None:
    firms = firm_years(
        us_sheet(
            ("b", 2003, "alive", 4.0),  # not in the order of years
            ("a", 2000, "failed", 1.0),
            ("a", 2001, "failed", 3.0),
            ("b", 2001, "alive", 2.0),
        )
    )

    assert list(zip(firms.firm, firms.year.tolist(), strict=True)) == [
        *(("a", 2000), ("a", 2001), ("b", 2001), ("b", 2003))
    ]
    before = firms.amounts["net_profit_before"]
    assert np.isnan(before).tolist() == [True, False, True, True]
    assert before[1] == 1.0
    # total assets 10, liabilities 20, ... in the order of the mapping
    second = named(firms.ratios())[1]
    assert second["leverage"] == 2.0
    assert second["profit_change"] == pytest.approx((3.0 - 1.0) / 10.0)
    assert second["equity_change"] == 0.0


def test_a_failed_firm_fails_after_its_last_year_only() -> None:
    rows = [("a", 2000, "failed", 0.0), ("a", 2001, "failed", 0.0), ("b", 2002, "alive", 0.0)]
    firms = firm_years(us_sheet(*rows))

    assert firms.failed.tolist() == [False, True, False]
    assert firms.last_told == 2001


def test_amounts_left_out_are_so_in_both_years_and_nothing_else_changes() -> None:
    amounts = {name: np.arange(1.0, 4_001.0) for name in amounts_read()}
    found = less_told(amounts, 1)

    silent = {name: np.isnan(values) for name, values in found.items()}
    assert all(0.17 < silent[name].mean() < 0.23 for name in US_COLUMNS)
    for name in ("revenue", "net_profit", "total_assets"):
        assert silent[f"{name}_before"][silent[name]].all()
        assert 0.55 < silent[f"{name}_before"].mean() < 0.65
    for name, values in found.items():
        assert (values[~silent[name]] == amounts[name][~silent[name]]).all()


def test_the_polish_ratios_are_taken_by_name_and_each_row_once(tmp_path: Path) -> None:
    sheet = pd.DataFrame({f"Attr{n}": [n / 100] * 2 for n in range(1, 65)} | {"class": [1, 1]})
    sheet.to_parquet(tmp_path / "pl.parquet")
    rows, failed = read_pl(tmp_path / "pl.parquet")

    assert failed.tolist() == [True]
    (ratios,) = named(rows)
    assert ratios == {name: int(attr[4:]) / 100 for name, attr in PL_RATIOS.items()}


def test_agency_ratios_become_shares_and_the_last_rating_counts(tmp_path: Path) -> None:
    told = {
        "Rating Agency": "A",
        "CIK": 1,
        "Current Ratio": 1.5,
        "ROA - Return On Assets": 4.0,
        "ROE - Return On Equity": 16.0,
        "EBIT Margin": 10.0,
        "Net Profit Margin": 5.0,
        "Gross Margin": 40.0,
        "Asset Turnover": 0.8,
    }
    dated = [("6/15/2012", "BBB"), ("5/1/2015", "BB+"), ("1/1/2010", "AAA")]
    sheet = pd.DataFrame([{**told, "Rating Date": day, "Rating": grade} for day, grade in dated])
    no_equity = {**told, "CIK": 2, "ROE - Return On Equity": 0.0, "Rating Date": "1/1/2013"}
    sheet = pd.concat([sheet, pd.DataFrame([{**no_equity, "Rating": "D"}])])
    sheet.to_csv(tmp_path / "ratings.csv", index=False)
    rows, place, firm = read_ratings(tmp_path / "ratings.csv", 2012)

    found = dict(zip(firm.tolist(), zip(place.tolist(), named(rows), strict=True), strict=True))
    letter, ratios = found[1]
    assert letter == LETTERS.index("BB+")
    assert ratios == pytest.approx(
        {
            "leverage": 0.75,
            "current_ratio": 1.5,
            "earned": 0.08,
            "profit": 0.04,
            "earned_margin": 0.1,
            "net_margin": 0.05,
            "gross_margin": 0.4,
            "turnover": 0.8,
        }
    )
    assert "leverage" not in found[2][1]


def made_up(folder: Path) -> None:
    """Accounts of 80 firms that follow nothing, of which 36 fail; under the name of the US set."""
    chance = np.random.default_rng(0)
    sheet = pd.DataFrame(
        [
            {"company_name": f"f{firm}", "year": year}
            | {"Company Status": "failed" if firm < 36 else "alive"}
            | {column: 1.0 + chance.random() for column in US_COLUMNS.values()}
            for firm in range(80)
            for year in range(1999, (2003 + firm % 12 if firm < 36 else 2014) + 1)
        ]
    )
    (folder / US_FILE).parent.mkdir(parents=True)
    sheet.to_parquet(folder / US_FILE)


def learn(*words: str | Path) -> Result:
    """Run ``python -m training.shadow_rating`` in this process."""
    script = typer.Typer()
    script.command()(shadow_rating.main)
    return CliRunner().invoke(script, [str(word) for word in words])


def test_the_named_key_signs_and_the_manifest_tells_the_rehearsals(tmp_path: Path) -> None:
    private, public = make_keys(tmp_path / "mine")
    made_up(tmp_path / "data")
    out = tmp_path / "here" / "bundles"

    result = learn("--data", tmp_path / "data", "--out", out, "--sign", private)

    assert result.exit_code == 0, result.output
    folder = Path(result.stdout.split()[-1])
    model = load(folder, public)
    manifest = model.source.manifest
    assert (folder.parent, folder.name) == (out, model.id)
    assert not (tmp_path / "here" / "keys").exists()
    assert [day.year for day in (manifest.trained_from, manifest.trained_through) if day] == [
        *(2000, 2013)
    ]
    # 2007-2011: 44 firms that live on, and 24, 21, 18, 15, 12 of the others, 3 of which fail a year
    assert (manifest.metrics["rehearsed"], manifest.metrics["rehearsed_events"]) == (310, 15)
    assert 0.3 < manifest.metrics["rehearsal_auc"] < 0.7  # what follows nothing can't be learned


def test_wrong_use_says_what_is_wrong(tmp_path: Path) -> None:
    options = ("--data", tmp_path, "--out", tmp_path / "bundles")

    told(learn(*options), "no-accounts")
    told(learn(*options, "--sign", tmp_path / "none.pem"), "wrong-key-file")
    assert not (tmp_path / "bundles").exists()


def some(firms: FirmYears, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> FirmYears:
    """Some of the rows."""
    amounts = {name: values[kept] for name, values in firms.amounts.items()}
    return replace(
        firms,
        amounts=amounts,
        year=firms.year[kept],
        firm=firms.firm[kept],
        failed=firms.failed[kept],
    )


def test_it_learns_from_real_accounts_and_from_nothing_later(
    real_data: Path, tmp_path: Path
) -> None:
    """A fifth of the firms and few trees: enough to rank, and quick."""
    every = read_us(real_data)
    names = np.unique(every.firm)
    firms = some(every, np.isin(every.firm, names[::5]))
    model = train(firms, tmp_path, THROUGH, rounds=20)
    known = (firms.year > THROUGH) & (firms.year <= firms.last_told)

    assert firms.failed[known].sum() >= 10
    chances = model.probabilities(firms.ratios())
    assert roc_auc_score(firms.failed[known], chances[known]) >= 0.75
    early = some(firms, firms.year <= THROUGH)
    assert train(early, tmp_path, THROUGH, rounds=20).id == model.id


@pytest.mark.long
def test_it_is_worth_what_its_page_says(real_data: Path, tmp_path: Path) -> None:
    firms = read_us(real_data)
    model = train(firms, tmp_path, THROUGH)
    report = report_of(model, firms, real_data, THROUGH)
    test = report["test"]

    assert (test["all"]["n"], test["all"]["failed"]) == (10_296, 198)
    assert test["all"]["shadow"]["auc"] >= 0.74
    assert test["known"]["shadow"]["auc"] >= 0.84
    assert test["strangers"]["shadow"]["auc"] >= 0.82
    assert test["half_told"]["shadow"]["auc"] >= 0.78
    assert 0.7 <= test["known"]["shadow"]["calibration_slope"] <= 1.4
    for part in ("all", "known"):
        for measure in ("auc", "average_precision"):
            assert test[part]["shadow"][measure] > test[part]["untuned"][measure]
    chance = model.probabilities(ratios_of(firms.amounts))[firms.year == THROUGH + 1]
    assert 0.004 <= chance.mean() <= 0.014  # 26 of 3,423 failed
    assert report["abroad"]["auc"] >= 0.64
    assert report["agencies"]["rank_correlation"] >= 0.28
