"""Warnings by the grade of a financing itself, scored again today and as of before it was drawn."""

from __future__ import annotations

from collections.abc import Mapping

from lending.portfolio.portfolio_rules import GradeRules
from scoring.portfolio.open_book import OpenBook
from scoring.portfolio.rescoring import InLife
from scoring.portfolio.warning_signs import EarlyWarning, Sign


def own_grades(
    opened: OpenBook, in_life: Mapping[str, InLife], rules: GradeRules
) -> list[EarlyWarning]:
    """Financings whose grade fell by the notches of the rules, as warnings about their suppliers.

    Other than the fall of a rating, it has no end: it stands while the financing is open.
    """
    return [
        EarlyWarning(
            day=opened.day,
            sign=Sign.FINANCING,
            party=one.supplier,
            role="supplier",
            since=opened.day,
            figures={
                "grade": seen.current.notch,
                "best_grade": seen.before.notch,
                "pd_12m": seen.current.pd_12m,
            },
            evidence=(f"financing:{one.ref}",),
            exposure_minor=one.out_minor,
            financings=1,
        )
        for one in opened.financings
        if (seen := in_life.get(one.ref)) is not None and seen.fell >= rules.notches
    ]
