"""What the registry tells of models, as people read it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

GATES = {
    "passed": "[green]passed[/]",
    "failed": "[red]failed[/]",
    "untested": "[yellow]untested[/]",
}


def list_sheet(bundles: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Every bundle in a line."""
    table = Table("bundle", "version", "trained to", "made by", "gates", "is", box=None)
    table.columns[0].no_wrap = True
    for one in bundles:
        state = ", ".join(one["aliases"]) or ("[dim]retired[/]" if one["retired"] else "")
        row = (one["bundle"], str(one["version"]), one["trained_through"][:10], _maker(one))
        table.add_row(*row, GATES[one["gates"]], state)
    return table


def show_sheet(one: Mapping[str, Any]) -> RenderableType:
    """All that is known of a bundle."""
    state = ", ".join(one["aliases"]) or ("retired" if one["retired"] else "no alias")
    lines = [
        f"[bold]{one['bundle']}[/]: {state}",
        f"version {one['version']} of {one['model']}, trained to {one['trained_through'][:10]}, "
        f"signed with key {one['signing_key']}, made by {_maker(one)}",
        *_card(one["card"]),
    ]
    tables = [validation_sheet(one["validation"]), _history(one["history"])]
    return Group(*lines, *tables)


def compare_sheet(both: Mapping[str, Any]) -> RenderableType:
    """Two bundles side by side."""
    first, second = both["bundles"]
    table = Table("", first["bundle"], second["bundle"], box=None)
    for name in ("version", "trained_through", "gates"):
        table.add_row(name.replace("_", " "), str(first[name])[:10], str(second[name])[:10])
    for name, validation in zip(("tested", "rows"), (_period, _rows), strict=True):
        table.add_row(name, *(validation(one) for one in both["validations"]))
    for name, (one, other) in both["figures"].items():
        table.add_row(name.replace("_", " "), _figure(one), _figure(other))
    note = (
        "tested on the same rows"
        if both["same_rows"]
        else "[yellow]not tested on the same rows: the figures can't be compared one by one[/]"
    )
    return Group(table, note, *_inputs(both["features"], first["bundle"], second["bundle"]))


def gate_sheet(gates: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Every gate with what was found and asked for."""
    table = Table("gate", "found", "asked for", "", box=None)
    for gate in gates:
        mark = GATES["passed" if gate["passed"] else "failed"]
        table.add_row(gate["name"], _figure(gate["found"]), gate["asked"], mark)
    return table


def validation_sheet(proof: Mapping[str, Any] | None) -> RenderableType:
    """What a test period told, and the gates."""
    if proof is None:
        return "[yellow]not tested[/]: train with --test-until"
    figures = Table("figure", "found", box=None)
    for name, value in proof["figures"].items():
        figures.add_row(name.replace("_", " "), _figure(value))
    told = f"tested {_period(proof)} on {_rows(proof)}, signed with key {proof['key']}"
    return Group(told, figures, gate_sheet(proof["gates"]))


def _card(card: Mapping[str, Any] | None) -> Iterator[str]:
    if card is None:
        yield "[dim]what is in the bundle is told with --bundles FOLDER[/]"
        return
    event = card["event"]
    yield f"event: {escape(event['en'])} {escape(event['zh'])}"
    yield f"data: {escape(card['data'])}"
    for credit, names in card["features"].items():
        yield f"{credit} credit: {len(names)} features: {', '.join(names)}"


def _history(said: Sequence[Mapping[str, Any]]) -> RenderableType:
    table = Table("step", "at", "by", "key", "what", "why", box=None)
    for one in said:
        what = f"{one['act']} {one.get('alias', '')}".strip()
        if "before" in one:
            what += f" instead of {one['before']}"
        row = (str(one["number"]), one["at"][:19], escape(one["by"]), one["key"], what)
        table.add_row(*row, escape(one.get("reason", "")))
    return table


def _inputs(inputs: Mapping[str, Any] | None, first: str, second: str) -> Iterator[str]:
    if inputs is None:
        yield "[dim]what they learn from is told with --bundles FOLDER[/]"
        return
    yield f"{inputs['both']} features in both"
    for bundle, names in ((first, inputs["first_only"]), (second, inputs["second_only"])):
        if names:
            yield f"only in {bundle}: {', '.join(names)}"


def _maker(one: Mapping[str, Any]) -> str:
    maker = one["maker"]
    return "[yellow]nobody signed[/]" if maker is None else f"{escape(maker['name'])}"


def _period(proof: Mapping[str, Any] | None) -> str:
    return "not tested" if proof is None else f"{proof['since']} to {proof['until']}"


def _rows(proof: Mapping[str, Any] | None) -> str:
    return "" if proof is None else f"{proof['rows']:,} rows, {proof['events']:,} events"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
