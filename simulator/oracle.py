"""What only the world knows: the true chances, and what became of every receivable.

No fact of the ledger holds any of it. It is written to a file only when asked for, for tests and
benchmarks to compare with.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from simulator.arrays import Floats, Ints
from simulator.lateness import LATE_DAYS
from simulator.regimes import REGIMES


@dataclass(frozen=True, eq=False)
class Oracle:
    """The truth of each receivable; all arrays in the order of ``receivables``.

    Attributes
    ----------
    receivables : tuple of str
        Their keys in the ledger.
    at_issue : float array
        Chance of being paid at least 5 days late, from all there is to know on the day of issue:
        the limit of every model.
    when_due : float array
        The same with the buyer's regime in the month of the due date known.
    regime : int array
        That regime: place in ``simulator.regimes.REGIMES``.
    days_late : int array
        Days from due date to payment, also where the payment falls after the world's last day.
    """

    receivables: tuple[str, ...]
    at_issue: Floats
    when_due: Floats
    regime: Ints
    days_late: Ints

    def table(self) -> pa.Table:
        """The oracle as a table, regimes by name."""
        return pa.table(
            {
                "receivable": pa.array(self.receivables, pa.string()),
                f"p_{LATE_DAYS}_days_late_at_issue": pa.array(self.at_issue, pa.float64()),
                f"p_{LATE_DAYS}_days_late_when_due": pa.array(self.when_due, pa.float64()),
                "regime": pa.array([REGIMES[place] for place in self.regime], pa.string()),
                "days_late": pa.array(self.days_late, pa.int64()),
            }
        )


def write_oracle(oracle: Oracle, path: Path) -> None:
    """Write the oracle as a Parquet file, read-only; raise FileExistsError where there is one."""
    with path.open("xb") as file:
        pq.write_table(oracle.table(), file)
    path.chmod(0o400)
