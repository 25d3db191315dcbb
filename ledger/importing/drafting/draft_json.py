"""A draft as programs read it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ledger.importing.drafting.column_looks import ColumnLook
from ledger.importing.drafting.decisions import Decision
from ledger.importing.drafting.draft import Draft
from ledger.importing.drafting.look_words import holds_words
from ledger.importing.drafting.trial import Trial


def draft_json(draft: Draft) -> dict[str, Any]:
    """What was found out, as a tree of plain values."""
    found = draft.findings
    return {
        "file": found.sample.path.name,
        "container": found.sample.container,
        "rows": found.sample.rows,
        "whole": found.sample.whole,
        "rows_unreadable": dict(found.sample.broken),
        "form": [{"what": what, **asdict(guess)} for what, guess in found.sample.seen],
        "kind": asdict(found.kind),
        "columns": [_column(look, found.uses.get(look.name, ())) for look in found.looks],
        "decisions": [_decision(one) for one in found.decisions],
        "undecided": list(found.undecided),
        "lacking": list(found.lacking),
        "problems": [str(problem) for problem in draft.problems],
        "trial": None if draft.trial is None else _trial(draft.trial),
        "mapping": draft.text,
    }


def _column(look: ColumnLook, fields: tuple[str, ...]) -> dict[str, Any]:
    return {
        "name": look.name,
        "holds": look.holds,
        "seen": holds_words(look),
        "blank_share": round(look.blank_share, 6),
        "different": len(look.values),
        "unique": look.unique,
        "fields": list(fields),
    }


def _decision(made: Decision) -> dict[str, Any]:
    return {
        "name": made.question.name,
        "question": made.question.text,
        "answer": made.answer,
        "taken": made.taken,
        "why": made.question.why,
    }


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "rows": trial.rows,
        "good": trial.good,
        "causes": [
            {"place": place, "fault": fault, "rows": times}
            for (place, fault), times in trial.causes.items()
        ],
    }
