"""How far a run is, told to whoever draws the bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Progress = Callable[[str, float], None]
"""Called with what is being done ("loading clients.csv.gz") and the share of the run done, 0-1."""

ROWS_A_STEP = 5_000
"""Rows between two calls."""


def silent(_doing: str, _share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Stage:
    """One reading of all files, as a stretch of the run.

    Attributes
    ----------
    verb : str
        What is done with each file.
    begin, end : float
        The stretch, as shares of the run.
    sizes : sequence of int
        Bytes of each file.
    progress : Progress
        Whom to tell.
    """

    verb: str
    begin: float
    end: float
    sizes: Sequence[int]
    progress: Progress

    def tell(self, index: int, name: str, share: float) -> None:
        """Tell that ``share`` (0-1) of the file at ``index`` was read."""
        total = sum(self.sizes) or 1
        done = (sum(self.sizes[:index]) + share * self.sizes[index]) / total
        self.progress(f"{self.verb} {name}", self.begin + done * (self.end - self.begin))
