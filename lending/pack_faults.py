"""What can be wrong with a policy pack or a table of terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.faults import Fault


@dataclass(frozen=True)
class PackFault:
    """One thing that a pack can't say.

    Attributes
    ----------
    field : str
        Where it stands: ``products.any.most_advance_share``, ``rules.K09.longest``.
    message, remedy : str
        What is wrong, and what would be right.
    """

    field: str
    message: str
    remedy: str


class PackRefused(Fault):
    """A policy pack that can't be read, or is not in force on the day."""

    code = "pack-refused"

    def __init__(
        self, message: str, *, field: str = "", remedy: str = "", faults: Sequence[PackFault] = ()
    ) -> None:
        super().__init__(message, field=field, remedy=remedy)
        self.faults = tuple(faults)
