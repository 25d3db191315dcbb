"""Rows of the parties and what they look like."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulator.arrays import Floats, Ints
from simulator.names import FREE_MAIL, REGIONS, TRADES, names
from simulator.observation.sales import OTHER_SALES, core_usual, usual_sales
from simulator.observation.view import Sheets, View, flags, hashes, joined, texts, whole, words

YUAN_A_HEAD = (900_000.0, 500_000.0)
"""Yearly turnover a head, at core enterprises and at suppliers."""

SIZE_CLASSES = ("micro", "small", "medium", "large")
SMALL_FROM, MEDIUM_FROM, LARGE_FROM = 3e6, 2e7, 4e8
"""Yearly revenue in yuan from which an industrial company is small, medium, large (统计规则, by
revenue alone)."""

OWN_MAIL_SHARES = np.array([0.3, 0.6, 0.9, 1.0])
"""Share of each size class with a mail domain of its own."""

OWNERSHIP = ("private", "local_soe", "central_soe", "foreign")

OTHER_NAMES = (
    "无稽商业保理有限公司（虚构）",
    "子夜商业保理有限公司（虚构）",
    "不周仓储有限公司（虚构）",
    "扶桑仓储有限公司（虚构）",
    "蓬莱融资担保有限公司（虚构）",
    "方丈融资担保有限公司（虚构）",
    "瀛洲财产保险有限公司（虚构）",
    "员峤财产保险有限公司（虚构）",
)
"""Names of those after the suppliers, in the order of `simulator.observation.view.OTHERS`."""


def registered_on(view: View) -> Ints:
    """Day on which each party was registered: two months to seven years before the world."""
    begin = view.world.chain.calendar.begin
    days: Ints = begin - view.chance("registration").integers(60, 2500, len(view.parties))
    return days


def yearly_turnover(view: View) -> Floats:
    """Usual yearly turnover in yuan of core enterprises and suppliers."""
    sales = (1 + OTHER_SALES) * usual_sales(view)
    turnover: Floats = np.concatenate([core_usual(view), sales]) * 12 / 100
    return turnover


def size_classes(view: View) -> Ints:
    """Places in `SIZE_CLASSES` of core enterprises and suppliers."""
    return np.digitize(yearly_turnover(view), [SMALL_FROM, MEDIUM_FROM, LARGE_FROM])


def party_sheets(view: View) -> Sheets:
    """Yield parties, profiles and the accounts they are paid on."""
    registered = registered_on(view)
    named = names(_roles(view), _trades(view))
    count = len(view.parties)
    chance = view.chance("parties")
    yield view.sheet(
        "party",
        {
            "ref": view.parties,
            "name": pa.array([*(name for name, _ in named), *OTHER_NAMES], pa.string()),
            "country": "CN",
            "person_linked": False,
            "onboarded_on": pa.array(registered.astype(np.int32)).cast(pa.date32()),
            "established_on": pa.array(
                (registered - chance.integers(200, 6000, count)).astype(np.int32)
            ).cast(pa.date32()),
            "legal_form": words(("joint_stock", "limited"), (np.arange(count) >= view.buyers) * 1),
        },
        registered,
        registered,
    )
    yield _profiles(view, registered[: view.companies], named)
    accounts = np.arange(view.companies)
    yield view.sheet(
        "party_attribute",
        {
            "ref": joined(view.parties[: view.companies], "/account"),
            "party": view.parties[: view.companies],
            "attribute": "bank_account",
            "value_hash": hashes(accounts, view.world.seed),
        },
        registered[: view.companies],
        registered[: view.companies],
    )


def _profiles(view: View, registered: Ints, named: list[tuple[str, str]]) -> tuple[str, pa.Table]:
    chance = view.chance("profiles")
    count = len(named)
    trade, size = np.array(_trades(view)), size_classes(view)
    turnover = yearly_turnover(view)
    core = np.arange(count) < view.buyers
    region = chance.integers(0, len(REGIONS), count)
    own_mail = chance.random(count) < OWN_MAIL_SHARES[size]
    heads = turnover / np.where(core, *YUAN_A_HEAD) * chance.lognormal(0.0, 0.2, count)
    domains = pa.array([domain for _, domain in named], pa.string())
    state_owned = np.where(core, chance.choice(4, count, p=[0.4, 0.3, 0.2, 0.1]), 0)
    mistyped = chance.random(count) < view.world.scenario.mistyped_share
    industry = [f"{trade_name}业" for trade_name, _, _ in TRADES]
    slips = [name[::-1] for name in industry]  # the right signs in the wrong order
    return view.sheet(
        "party_profile",
        {
            "ref": joined(view.parties[: view.companies], "/profile"),
            "party": view.parties[: view.companies],
            "industry": words([*industry, *slips], trade + len(industry) * mistyped),
            "size_class": words(SIZE_CLASSES, size),
            "size_basis": "declared",
            "region": words([code for code, _ in REGIONS], region),
            "phone_area": words([area for _, area in REGIONS], region),
            "mail_domain": pa.compute.if_else(pa.array(own_mail), domains, pa.scalar(FREE_MAIL)),
            "employees": whole(np.maximum(heads, 1)),
            "operating_revenue_minor": whole(100 * turnover * chance.lognormal(0.0, 0.1, count)),
            "currency": "CNY",
            "listed": flags(core & (chance.random(count) < 0.6)),
            "ownership": words(OWNERSHIP, state_owned),
            "tax_credit_grade": texts(
                words(("A", "B", "M", "C"), chance.choice(4, count, p=[0.2, 0.55, 0.2, 0.05])),
                chance.random(count) < 0.3,
            ),
        },
        registered,
        registered,
    )


def _roles(view: View) -> list[str]:
    count = len(view.world.chain.suppliers)
    return ["core"] * view.buyers + ["supplier"] * count


def _trades(view: View) -> list[int]:
    chain = view.world.chain
    return [*chain.buyers.trade.tolist(), *chain.suppliers.trade.tolist()]
