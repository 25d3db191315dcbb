"""A draft as people read it in a terminal, and as programs read it."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from ledger.importing.drafting.draft import Draft
from ledger.importing.drafting.look_words import holds_words
from ledger.importing.drafting.toml_text import printable

MOST_NAMED = 12
"""So many decisions and causes are listed; the draft itself has them all."""


def draft_sheet(draft: Draft) -> RenderableType:
    """Lay out what was seen, what was guessed and what must be decided."""
    found = draft.findings
    table = Table("column", "holds", "becomes")
    for look in found.looks:
        uses = ", ".join(found.uses.get(look.name, ())) or "[dim]not read[/]"
        table.add_row(escape(printable(look.name)), escape(holds_words(look)), uses)
    kind = found.kind.value or "of no known kind"
    of = "all" if found.sample.whole else "the first"
    lines = [
        f"{of} {found.sample.rows:,} rows looked at; a row is [bold]{kind}[/] "
        f"({found.kind.sure}: {escape(found.kind.why)})",
        *(f"[red]lacking[/] {name}: no column was found for it" for name in found.lacking),
        *_trial_lines(draft),
    ]
    asks = found.undecided
    if asks:
        lines.append(f"{len(asks)} thing(s) to decide, marked with # ? in the draft:")
        lines += [f"  {escape(printable(ask))}" for ask in asks[:MOST_NAMED]]
        lines += [f"  and {len(asks) - MOST_NAMED} more"] if len(asks) > MOST_NAMED else []
    return Group(table, *lines)


def _trial_lines(draft: Draft) -> list[str]:
    trial = draft.trial
    if trial is None:
        problems = [f"  {escape(printable(str(problem)))}" for problem in draft.problems]
        return ["[red]the draft can't be used as it stands[/]:", *problems[:MOST_NAMED]]
    lines = [f"{trial.good:,} of {trial.rows:,} rows would load as the draft stands"]
    for (place, fault), times in list(trial.causes.items())[:MOST_NAMED]:
        lines.append(f"  {times:,} row(s): {escape(printable(place))} {fault}")
    return lines


def draft_json(draft: Draft) -> dict[str, Any]:
    """What was found out, for a program."""
    found, trial = draft.findings, draft.trial
    return {
        "file": found.sample.path.name,
        "container": found.sample.container,
        "rows": found.sample.rows,
        "whole": found.sample.whole,
        "rows_unreadable": dict(found.sample.broken),
        "form": [
            {"what": what, "value": guess.value, "sure": guess.sure, "why": guess.why}
            for what, guess in found.sample.seen
        ],
        "kind": {"value": found.kind.value, "sure": found.kind.sure, "why": found.kind.why},
        "columns": [
            {
                "name": look.name,
                "holds": look.holds,
                "seen": holds_words(look),
                "blank_share": round(look.blank_share, 6),
                "different": len(look.values),
                "unique": look.unique,
                "fields": list(found.uses.get(look.name, ())),
            }
            for look in found.looks
        ],
        "decisions": [
            {
                "name": one.question.name,
                "question": one.question.text,
                "answer": one.answer,
                "taken": one.taken,
                "why": one.question.why,
            }
            for one in found.decisions
        ],
        "undecided": list(found.undecided),
        "lacking": list(found.lacking),
        "problems": [str(problem) for problem in draft.problems],
        "trial": None
        if trial is None
        else {
            "rows": trial.rows,
            "good": trial.good,
            "causes": [
                {"place": place, "fault": fault, "rows": times}
                for (place, fault), times in trial.causes.items()
            ],
        },
        "mapping": draft.text,
    }
