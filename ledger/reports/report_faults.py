"""What stops a report as a whole.

Messages are written for the sender and never hold what a cell held: a name of a column is shown
where it looks like one.
"""

from __future__ import annotations

import re

from ledger.faults import Fault

PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
HIDDEN = "(name not shown)"


class ReportFault(Fault):
    """A report that can't be taken."""

    code = "report-fault"


class UnreadableReport(ReportFault):
    """Rows that can't be read as a whole: not in the form named, cut off or damaged."""

    code = "unreadable-report"


class WrongColumns(ReportFault):
    """Columns that are not the fields of the kind: unknown, missing or there twice."""

    code = "wrong-columns"


class TooManyRows(ReportFault):
    """More rows than one report may have."""

    code = "too-many-rows"


def shown_name(name: str) -> str:
    """A name that came with the rows, or `HIDDEN` where it may be a value out of its place."""
    return name if PLAIN_NAME.fullmatch(name) else HIDDEN
