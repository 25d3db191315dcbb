"""What only the world knows: true chances, what became of everybody, and who deceived.

No fact of the ledger holds any of it. It is written to files of its own, apart from the ledger and
read-only, for tests and benchmarks to compare with. Chances are rounded to 1e-8, so that the files
are the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.arrays import Floats
from simulator.chances import CAUSES
from simulator.collectible import collectible_minor
from simulator.fraud import FRAUDS
from simulator.grades import default_12m
from simulator.lateness import LATE_DAYS
from simulator.observation.financings import REQUEST
from simulator.observation.settlements import CLAIM, claims_seen
from simulator.observation.view import View, days, flags, refs, whole, words
from simulator.regimes import REGIMES
from simulator.world import World

LENDERS = ("nobody", "ours", "rival_a", "rival_b")


@dataclass(frozen=True, eq=False)
class Oracle:
    """Tables of the truth.

    Attributes
    ----------
    requests : Table
        A row for each request, rejected ones and rivals' included.
    receivables : Table
        A row for each told invoice of a core enterprise.
    suppliers : Table
        A row for each supplier.
    """

    requests: pa.Table
    receivables: pa.Table
    suppliers: pa.Table

    def tables(self) -> dict[str, pa.Table]:
        """The tables by name."""
        return {
            "requests": self.requests,
            "receivables": self.receivables,
            "suppliers": self.suppliers,
        }


def write_oracle(oracle: Oracle, folder: Path) -> None:
    """Write the tables as Parquet files, read-only, into a new folder.

    Raises
    ------
    FileExistsError
        Where the folder is there.
    """
    folder.mkdir(parents=True)
    for name, table in oracle.tables().items():
        path = folder / f"{name}.parquet"
        pq.write_table(table, path)
        path.chmod(0o400)


def oracle_of(world: World) -> Oracle:
    """Put the truth of a world into tables."""
    view = View(world)
    return Oracle(_requests(view), _receivables(view), _suppliers(view))


def _requests(view: View) -> pa.Table:
    """One row a request; those of rival A's customers have no row in the ledger."""
    world = view.world
    requests, pairs = world.requests, world.chain.core.pairs
    pair, month = requests.pair, world.chain.calendar.month(requests.day)
    defaulted = world.endings.defaulted
    cash = collectible_minor(world)
    return pa.table(
        {
            "request": refs(REQUEST, np.arange(1, len(requests) + 1)),
            "supplier": view.supplier(pairs.supplier[pair]),
            "buyer": view.buyer(pairs.buyer[pair]),
            "requested_on": days(requests.day),
            "matures_on": days(requests.matures),
            "pd_full": _rounded(world.full.sum(axis=1)),
            "pd": _rounded(world.integrated.sum(axis=1)),
            "pd_state": _rounded(world.by_state.sum(axis=1)),
            **{
                f"pd_full_{cause}": _rounded(world.full[:, place])
                for place, cause in enumerate(CAUSES)
            },
            **{
                f"pd_{cause}": _rounded(world.integrated[:, place])
                for place, cause in enumerate(CAUSES)
            },
            "buyer_pd12": _rounded(
                default_12m(world.chain.buyers, world.chain.grades)[pairs.buyer[pair], month]
            ),
            "supplier_pd12": _rounded(world.chain.suppliers.chance_12m[pairs.supplier[pair]]),
            "fraud": words(FRAUDS, world.fraud),
            "lender": words(LENDERS, world.decisions.lender),
            "approved_at_random": flags(world.decisions.at_random),
            "need": flags(requests.need),
            # how it ended, or would have ended had it been financed
            "defaulted": flags(defaulted),
            "cause": words(CAUSES, world.endings.cause, ~defaulted),
            "loss_share": _rounded(world.endings.loss_share),
            "collectible_12m_minor": whole(np.nan_to_num(cash), np.isnan(cash)),
        }
    )


def _receivables(view: View) -> pa.Table:
    """One row a told receivable: how late it was likely to be, and how late it was."""
    world = view.world
    place = np.flatnonzero(world.story.happened)
    place = place[claims_seen(view, place)]
    flow = world.chain.core
    return pa.table(
        {
            "receivable": refs(CLAIM, place + 1),
            f"p_{LATE_DAYS}_days_late_when_due": _rounded(flow.payments.late_chance[place]),
            "regime_when_due": words(REGIMES, flow.payments.regime[place]),
            "days_late": whole(
                world.story.paid_on[place] - flow.invoices.due[place],
                world.story.paid_on[place] >= world.chain.calendar.end,
            ),
        }
    )


def _suppliers(view: View) -> pa.Table:
    chain = view.world.chain
    failed = chain.ruin_day < chain.calendar.end
    return pa.table(
        {
            "supplier": view.supplier(np.arange(len(chain.suppliers))),
            "tier": whole(chain.suppliers.tier),
            "data_tier": whole(chain.suppliers.data_tier),
            "quality": _rounded(chain.suppliers.quality),
            "dishonesty": _rounded(chain.suppliers.honesty),
            "pd12": _rounded(chain.suppliers.chance_12m),
            "failed_on": days(chain.ruin_day, ~failed),
            "by_contagion": flags(chain.contagion, ~failed),
        }
    )


def _rounded(values: Floats) -> pa.Array[Any]:
    return pa.array(np.round(values, 8), pa.float64())
