"""How far a run is, told to whoever draws the bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Progress = Callable[[str, float], None]
"""Called with what is being done ("loading clients.csv.gz") and the share of the run done, 0-1."""


def silent(_doing: str, _share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Stage:
    """One reading of all files.

    Attributes
    ----------
    verb : str
        What is done with each file.
    sizes : sequence of int
        Bytes of each file.
    progress : Progress
        Whom to tell.
    """

    verb: str
    sizes: Sequence[int]
    progress: Progress

    def tell(self, index: int, name: str, share: float) -> None:
        """Tell that ``share`` (0-1) of the file at ``index`` was read."""
        total = sum(self.sizes) or 1
        self.progress(
            f"{self.verb} {name}", (sum(self.sizes[:index]) + share * self.sizes[index]) / total
        )
