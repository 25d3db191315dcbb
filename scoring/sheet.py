"""A score as people read it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ledger.money import decimal_amount

PART_NAMES = {
    "subject": "subject credit 主体信用",
    "object": "object credit 物的信用",
    "data": "data credit 数据信用",
    "cross": "cross terms 交叉项",
}
COLOURS = {
    "APPROVE": "green",
    "APPROVE_REDUCED": "green",
    "REFER": "yellow",
    "DECLINE": "red",
    "CANNOT_SCORE": "red",
}


def sheet(reply: Mapping[str, Any], title: str = "") -> RenderableType:
    """Lay out a reply of `scoring.reply`: the decision, how the probability splits, and why."""
    decision = str(reply["decision"])
    head = Text.assemble(
        (f"{title}  " if title else "", "bold"),
        (decision, f"bold {COLOURS[decision]}"),
        f"  {reply['probability']:.2%} that {reply['event']['en']}  ({reply['points']} points)",
    )
    lines = [Text(line) for line in (*_risk(reply), *_terms(reply))]
    told: list[RenderableType] = [_split(reply), _reasons(reply), *map(Text, _advice(reply))]
    return Group(head, *lines, *told, Text(_foot(reply), "dim"))


def _risk(reply: Mapping[str, Any]) -> Iterator[str]:
    """What a probability of default says besides: grade, interval, the parties' PDs."""
    default = reply["default"]
    if default is not None:
        grade, interval = default["grade"], default["interval"]
        flag = " (beyond the scale)" if grade["flagged"] else ""
        yield f"grade {grade['name']}{flag}: {default['pd_facility_12m']:.2%} within 12 months"
        if interval is not None:
            yield f"5-95 %: {interval['low']:.2%} to {interval['high']:.2%}"
    for role in ("buyer", "supplier"):
        if reply[f"pd_{role}_12m"] is not None:
            yield f"{role} defaults within 12 months: {reply[f'pd_{role}_12m']:.2%}"


def _terms(reply: Mapping[str, Any]) -> Iterator[str]:
    """What could be lost, what it costs and what binds the limit."""
    terms = reply["terms"]
    if terms is not None:
        limit, loss, price = terms["amount"]["limit"], terms["loss"], terms["price"]
        yield (
            f"limit {_money(limit['amount_minor'], reply)}, held by {limit['binding']}; "
            f"{terms['amount']['tenor']['days']} days"
        )
        gap = f", {price['gap_rate']:.2%} short of its risk" if price["gap_rate"] > 0 else ""
        yield (
            f"expected loss {_money(loss['expected_minor'], reply)} "
            f"(LGD {loss['lgd_share']:.0%}); rate {price['quoted_rate']:.2%}{gap}"
        )


def _split(reply: Mapping[str, Any]) -> Table:
    table = Table("credit", "log-odds", "points alone", box=None, padding=(0, 2))
    table.add_row("average request", f"{reply['base']:+.3f}", "")
    for name, words in PART_NAMES.items():
        table.add_row(words, f"{reply['parts'][name]:+.3f}", str(reply["part_points"][name]))
    table.add_row("sum", f"{reply['logit']:+.3f}", str(reply["points"]))
    return table


def _reasons(reply: Mapping[str, Any]) -> Table:
    table = Table("", "", "reason 原因", "because", box=None, padding=(0, 1))
    for rule in reply["rules"]:
        words = escape(f"{rule['en']}\n{rule['zh']}")  # they name keys of the caller
        table.add_row(rule["code"], rule["severity"], words, "rule")
    for why in reply["because"]:
        table.add_row("", "", f"{why['en']}\n{why['zh']}", "policy")
    for colour, reasons in (("red", reply["adverse"]), ("green", reply["favourable"])):
        for reason in reasons:
            table.add_row(
                reason["code"],
                f"[{colour}]{reason['weight']:+.2f}[/]",
                f"{reason['en']}\n{reason['zh']}",
                f"{reason['detail_en']}\n{reason['detail_zh']}",
            )
    return table


def _advice(reply: Mapping[str, Any]) -> Iterator[str]:
    """What would help, where it was asked for."""
    for one in reply["advice"] or ():
        yield f"{one['en']}: {one['decision']} at {one['pd']:.2%}\n{one['zh']}"
    if reply["advice"] == [] and reply["decision"] != "APPROVE":
        yield "no change of structure or evidence helps"


def _foot(reply: Mapping[str, Any]) -> str:
    advance = reply["advance_minor"]
    money = "" if advance is None else f"advance {_money(advance, reply)}; "
    return f"{money}history through {reply['history_through']}, bundle {reply['bundle']}"


def _money(amount_minor: int, reply: Mapping[str, Any]) -> str:
    return f"{decimal_amount(amount_minor, reply['currency'])} {reply['currency']}"
