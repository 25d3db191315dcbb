"""The story of the documentation page: three suppliers, what each has traded, what each asks.

A good, a doubtful and a fraudulent one, so that the answers differ: the first has nothing against
it, a rule refers the second to a person, and a rule declines the third whatever the model says. A
number is in every key, so that the story can be told anew, of others, once something was drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.tenants import Book
from service.trade_rows import Told, Trade

Row = dict[str, Any]
Rows = dict[str, list[Row]]

PREFIX, LENDER = "DEMO", "BANK"


@dataclass(frozen=True)
class Case:
    """A supplier that asks for money against its newest claim.

    Attributes
    ----------
    name : str
        Of the example.
    trade : Trade
        Who sells to whom, how past claims were paid, what is offered.
    en, zh : str
        What it is.
    so_en, so_zh : str
        What follows.
    """

    name: str
    trade: Trade
    en: str
    zh: str
    so_en: str
    so_zh: str


GOOD = Case(
    "good",
    Trade("GOOD", "CORE-A", (-1, 0, 0, -2, 0, 0, -1, 0), 21_431_700, series=1),
    "A good one: paid on time, ordered, delivered, confirmed",
    "优质：按期回款，有订单、交货与确权",
    "Nothing speaks against it; its offer can be drawn further down.",
    "无不利因素；可在下方放款。",
)
DOUBTFUL = Case(
    "doubtful",
    Trade("DOUBT", "CORE-B", (0, 9, 0, 2, 14, 0, 1, 3), 43_210_900, series=2),
    "A doubtful one: a slow buyer, and a bank with a floating charge",
    "存疑：买方付款拖延，且他行已登记浮动担保",
    "Rule RK06 refers it to a person.",
    "规则 RK06 转人工审核。",
)
FRAUDULENT = Case(
    "fraudulent",
    Trade("FRAUD", "CORE-A", (0, 0, -1, 0, 0, -1, 0, 0), 280_000_000, series=3, invented=True),
    "A fraudulent one: an invoice financed elsewhere, of goods nobody ordered",
    "欺诈：发票已在他处融资，且无订单与交货",
    "Rule RK06 declines it, and `circumstances.signs` tells the signs of fraud.",
    "规则 RK06 拒绝；`circumstances.signs` 列出欺诈迹象。",
)
CASES = (GOOD, DOUBTFUL, FRAUDULENT)

PARTIES = {
    "CORE-A": "Prompt Motors 准时汽车（演示）",
    "CORE-B": "Slow Appliances 慢付家电（演示）",
    "GOOD": "Good Castings 优质铸造（演示）",
    "DOUBT": "Doubtful Plastics 存疑塑料（演示）",
    "FRAUD": "Fraudulent Fasteners 虚构紧固件（演示）",
    LENDER: "Another Lender 另一家机构（演示）",
}


@dataclass(frozen=True)
class Story:
    """What the page tells.

    Attributes
    ----------
    facts : dict
        Rows by kind: a historical batch.
    requests : dict
        Bodies of ``POST /score``, by the name of the case.
    buyer : str
        Key of the buyer of the good case.
    """

    facts: Rows
    requests: Mapping[str, Row]
    buyer: str


def story(opened: Book, now: datetime, number: int) -> Story:
    """Tell the story on the day of an instant, in the currency and the time zone of a book."""
    told = Told(PREFIX, number, opened, now)
    rows: Rows = {}
    for kind, row in _facts(told):
        rows.setdefault(kind, []).append(row)
    return Story(
        rows,
        {case.name: told.request(case.trade) for case in CASES},
        told.key(GOOD.trade.buyer),
    )


def _facts(told: Told) -> Iterator[tuple[str, Row]]:
    for key, name in PARTIES.items():
        yield "party", told.party(key, name)
    yield from told.standing(GOOD.trade.buyer)
    for case in CASES:
        yield from told.history(case.trade)
    yield "confirmation", told.confirmation(GOOD.trade)
    yield "registration", told.floating_charge(DOUBTFUL.trade, LENDER)
    yield "registration", told.factored(FRAUDULENT.trade, LENDER)
