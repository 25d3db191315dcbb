"""Facts of two parties kept at hand, of whom one thing after another is asked on the same day.

What a relation of history and of what is asked reads of history doesn't change while the day runs:
it is loaded once, and each request brings its receivables.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.almanac import almanac
from features.engine import connect, evaluate, make
from features.feature import Relation
from features.parquet_facts import Facts, corrected
from features.spine import Spine
from features.statements import moved_by_what_is_asked, plan

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


class PairSession:
    """A session of the engine with the history of a spine's parties; for one thread at a time.

    Parameters
    ----------
    facts : mapping of kind to pyarrow.Table
        As of ``features.pipeline.build``.
    time_zone : str
        IANA name of the tenant's time zone.
    spine : Spine
        A request: its parties and its day are those of all that follow.
    relations : sequence of Relation
        What will be asked; none of them comes after another.
    """

    def __init__(
        self, facts: Facts, time_zone: str, spine: Spine, relations: Sequence[Relation]
    ) -> None:
        self._relations = tuple(relations)
        planned = plan(relations, lambda kind: corrected(facts[kind]))
        self._moved = moved_by_what_is_asked(planned)
        self._connection = connect(threads=1)
        self._connection.register("almanac", almanac())
        self._bring(spine)
        make(self._connection, facts, time_zone, planned.without(dict(self._moved)))

    def columns(self, spine: Spine) -> dict[str, Matrix]:
        """What the relations say of a request of these parties on this day.

        Returns
        -------
        dict of relation to float64 array of shape (1, columns)
            As ``features.pipeline.columns_of`` gives them, to the bit: a law says so.
        """
        self._bring(spine)
        for name, sql in self._moved:
            self._connection.execute(f"CREATE OR REPLACE TABLE {name} AS {sql}")
        return {one.name: evaluate(self._connection, one, len(spine)) for one in self._relations}

    def close(self) -> None:
        """Give back its memory."""
        self._connection.close()

    def _bring(self, spine: Spine) -> None:
        self._connection.register("request", spine.request)
        self._connection.register("asked", spine.asked)
