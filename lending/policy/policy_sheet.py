"""A policy pack, its faults and its differences as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from lending.pack import Pack
from lending.pack_faults import PackFault
from lending.policy.pack_diff import Difference
from lending.policy.rulebook import BY_NAME
from lending.policy.tables import RuleEntry

LONG = ("parameters", "basis")


def pack_sheet(pack: Pack) -> RenderableType:
    """Matrix and rules of a pack."""
    policy = pack.policy
    until = f" to {policy.valid_to}" if policy.valid_to else ""
    head = f"[bold]{pack.id}[/]  {policy.jurisdiction}, from {policy.valid_from}{until}"
    matrix = Table("band", "below", "nothing", "counter", "refer", "block")
    for band in policy.matrix.bands:
        below = ", ".join(f"{name} {end:g}" for name, end in band.below.items())
        matrix.add_row(escape(band.name), below, *(str(answer) for answer in band.answers))
    rules = Table(
        Column("rule", no_wrap=True), "does", "unknown", "scope", "holds", *map(_whole, LONG)
    )
    for name in BY_NAME:
        for entry in policy.rules:
            if entry.name == name:
                rules.add_row(*_row(entry))
    left_out = f"left out: {', '.join(policy.left_out)}" if policy.left_out else ""
    points = ", ".join(f"{kind} {given}" for kind, given in policy.fraud_points.items())
    signs = f"points of signs of fraud: {points}" if points else "no fraud screen"
    return Group(head, matrix, rules, signs, left_out)


def fault_sheet(faults: Sequence[PackFault]) -> RenderableType:
    """Everything that is wrong with a pack."""
    table = Table(_whole("where"), "what is wrong", "what to do")
    for fault in faults:
        table.add_row(escape(fault.field), escape(fault.message), escape(fault.remedy))
    return table


def difference_sheet(before: Pack, after: Pack, found: Sequence[Difference]) -> RenderableType:
    """What the second pack says otherwise."""
    if not found:
        return f"{before.id} and {after.id} say the same"
    table = Table(*map(_whole, ("key", "before", "after")))
    for one in found:
        table.add_row(escape(one.key), *(escape(v or "") for v in (one.before, one.after)))
    return Group(f"before {before.id}", f"after  {after.id}", table)


def _whole(head: str) -> Column:
    """A column whose long words are folded instead of cut."""
    return Column(head, overflow="fold")


def _row(entry: RuleEntry) -> tuple[str, ...]:
    days = (entry.valid_from, entry.valid_to)
    return (
        entry.name,
        entry.severity,
        entry.when_unknown or "",
        entry.scope,
        "always" if days == (None, None) else f"{days[0] or '...'} to {days[1] or '...'}",
        escape(", ".join(f"{name} {_said(value)}" for name, value in entry.parameters.items())),
        escape(entry.basis),
    )


def _said(value: object) -> str:
    return "/".join(str(one) for one in value) if isinstance(value, (list, tuple)) else str(value)
