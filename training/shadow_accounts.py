"""Public accounts that a shadow rating is learned from and tried on, and how each is mapped.

The declared second mapping beside that of a Chinese statement (``models.account_ratios.AMOUNTS``):
of `bankruptcy_us` each amount is a column; the other two sets hold ratios, of which those that mean
the same are taken. What a set doesn't tell is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ledger.faults import Fault
from models.account_ratios import AMOUNTS, BEFORE, NAMES, amounts_read, ratios_of
from models.trees import Matrix, Vector
from training.metrics import Flags

US_FILE = Path("bankruptcy_us") / "firm_years_1999_2014.parquet"
PL_FILE = Path("bankruptcy_pl") / "1year.parquet"
RATINGS_FILE = Path("ratings_us") / "ratings.csv.gz"

US_DATA = (
    "firm-years 1999-2014 of listed US firms, Lombardo et al. 2022, Future Internet 14(8):244, "
    "CC BY 4.0"
)

US_COLUMNS: Mapping[str, str] = {
    "total_assets": "Total Assets",
    "total_liabilities": "Total Liabilities",
    "current_assets": "Current assets",
    "inventory": "Inventory",
    "current_liabilities": "Total Current Liabilitie",
    "retained_earnings": "Retained Earnings",
    "revenue": "Net Sales",
    "cost_of_goods_sold": "Cost of goods sold",
    "ebit": "EBIT",
    "net_profit": "Net Income",
}
"""Each amount of `bankruptcy_us`; equity is what assets and liabilities leave. Its receivables and
long-term debt are wider than the Chinese lines of these names, its market value has none."""

PL_RATIOS: Mapping[str, str] = {
    "leverage": "Attr2",
    "working_capital": "Attr3",
    "current_ratio": "Attr4",
    "quick_ratio": "Attr46",
    "retained": "Attr6",
    "earned": "Attr7",
    "profit": "Attr1",
    "net_margin": "Attr23",
    "turnover": "Attr9",
}
"""Ratios of the Polish set (UCI 365) that mean the same; current liabilities are its short-term
ones, EBIT its profit before tax and interest."""


def _per_cent(column: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda sheet: sheet[column] / 100.0


RATING_RATIOS: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    # return on assets over return on equity is equity over assets
    "leverage": lambda sheet: (
        1.0
        - (sheet["ROA - Return On Assets"] / sheet["ROE - Return On Equity"]).where(
            sheet["ROE - Return On Equity"] != 0.0
        )
    ),
    "current_ratio": lambda sheet: sheet["Current Ratio"],
    "earned": lambda sheet: sheet["EBIT Margin"] / 100.0 * sheet["Asset Turnover"],
    "profit": _per_cent("ROA - Return On Assets"),
    "earned_margin": _per_cent("EBIT Margin"),
    "net_margin": _per_cent("Net Profit Margin"),
    "gross_margin": _per_cent("Gross Margin"),
    "turnover": lambda sheet: sheet["Asset Turnover"],
}
"""Ratios of `ratings_us` that mean the same; its percentages become shares."""

LETTERS = (
    *("AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-", "BB+", "BB", "BB-"),
    *("B+", "B", "B-", "CCC+", "CCC", "CCC-", "CC+", "CC", "C", "D"),
)
"""Agency letters, best first."""


class NoAccounts(Fault):
    """A folder without the accounts to learn from."""

    code = "no-accounts"


@dataclass(frozen=True)
class FirmYears:
    """Accounts of firms, a row a firm and year, in the order of firm and year.

    Attributes
    ----------
    amounts : mapping of `amounts_read` to float64 array of shape (n,)
        NaN where not told.
    year : int array of shape (n,)
        Fiscal year.
    firm : str array of shape (n,)
    failed : bool array of shape (n,)
        Whether the firm went bankrupt within twelve months: it is a failed one, and this is the
        last year of it.
    """

    amounts: Mapping[str, Vector]
    year: np.ndarray[tuple[int], np.dtype[np.int64]]
    firm: np.ndarray[tuple[int], np.dtype[np.str_]]
    failed: Flags

    @property
    def last_told(self) -> int:
        """The last year whose outcome is known.

        In the last year of the set every failed firm ends, whenever it failed: an end of the data
        and not of the firm.
        """
        return int(self.year.max()) - 1

    def ratios(self) -> Matrix:
        """All ratios; shape (n, ratios)."""
        return ratios_of(self.amounts)


def read_us(folder: Path) -> FirmYears:
    """Read `bankruptcy_us` below a folder; raise `NoAccounts` where it isn't there."""
    if not (folder / US_FILE).is_file():
        raise NoAccounts(
            f"{folder / US_FILE} is not there",
            field="data",
            remedy="name the folder that holds bankruptcy_us",
        )
    return firm_years(pd.read_parquet(folder / US_FILE))


def firm_years(sheet: pd.DataFrame) -> FirmYears:
    """Map the columns of `bankruptcy_us`; the year before is the row of the firm's year before."""
    sheet = sheet.sort_values(["company_name", "year"], ignore_index=True)
    firms = sheet.groupby("company_name")
    follows = (sheet["year"] - firms["year"].shift(1) == 1).to_numpy()
    told = {name: sheet[column].astype(float) for name, column in US_COLUMNS.items()}
    told["equity"] = told["total_assets"] - told["total_liabilities"]
    amounts: dict[str, Vector] = {}
    for name in amounts_read():
        now = told[name.removesuffix(BEFORE)]
        shifted = now.groupby(sheet["company_name"]).shift(1).where(follows)
        told_then = shifted if name.endswith(BEFORE) else now
        amounts[name] = np.asarray(told_then, dtype=np.float64)
    last = sheet["year"] == firms["year"].transform("max")
    return FirmYears(
        amounts,
        sheet["year"].to_numpy(),
        sheet["company_name"].to_numpy(dtype=str),
        (last & (sheet["Company Status"] == "failed")).to_numpy(),
    )


def less_told(amounts: Mapping[str, Vector], seed: int) -> dict[str, Vector]:
    """The same accounts with amounts left out by chance, as statements leave them out.

    The set tells every amount of every firm: a model of it alone takes what is missing for 0. Each
    amount is left out of a fifth of the accounts, in both years, and the whole year before of half.
    """
    chance = np.random.default_rng(seed)
    rows = len(amounts["total_assets"])
    silent = {one.name: chance.random(rows) < 0.2 for one in AMOUNTS}
    alone = chance.random(rows) < 0.5
    return {
        name: np.where(
            silent[name.removesuffix(BEFORE)] | (alone & name.endswith(BEFORE)), np.nan, values
        )
        for name, values in amounts.items()
    }


def read_pl(file: Path) -> tuple[Matrix, Flags]:
    """Ratios and bankruptcies of Polish firms, each row once; shape (n, ratios) and (n,)."""
    sheet = pd.read_parquet(file).drop_duplicates(ignore_index=True)
    return _columns({name: sheet[column] for name, column in PL_RATIOS.items()}), (
        sheet["class"].to_numpy() == 1
    )


def read_ratings(
    file: Path, first_year: int
) -> tuple[Matrix, Vector, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Ratios, place of the letter (0 best) and firm of each agency rating from a year on.

    The last rating of each firm by each agency: a firm rated often doesn't count more.
    """
    sheet = pd.read_csv(file)
    acted = pd.to_datetime(sheet["Rating Date"], format="%m/%d/%Y")
    sheet = sheet.assign(acted=acted)[acted.dt.year >= first_year]
    sheet = sheet.sort_values("acted", kind="stable").drop_duplicates(
        ["CIK", "Rating Agency"], keep="last"
    )
    ratios = _columns({name: of(sheet) for name, of in RATING_RATIOS.items()})
    place = sheet["Rating"].map(LETTERS.index).to_numpy(dtype=np.float64)
    return ratios, place, sheet["CIK"].to_numpy()


def _columns(told: Mapping[str, pd.Series]) -> Matrix:
    """Ratios in the order of their declarations; NaN where a set doesn't tell one."""
    rows = len(next(iter(told.values())))
    nothing = np.full(rows, np.nan)
    return np.column_stack(
        [told[name].to_numpy(np.float64) if name in told else nothing for name in NAMES]
    )
