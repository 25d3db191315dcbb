"""What all observers share: the world, keys of its parties, columns in the ledger's form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.arrays import Flags, Floats, Ints, stream
from simulator.intensities import NEVER
from simulator.world import World

TIME_ZONE = "Asia/Shanghai"
CURRENCY = "CNY"

DAY_MICROS = 86_400_000_000
SHANGHAI_MICROS = 8 * 3_600_000_000
"""Shanghai is eight hours ahead of UTC, without summer time since 1991."""

SHARD_SUPPLIERS = 500
"""Suppliers whose facts are in memory at once."""

OTHERS = ("lender", "warehouse", "guarantor", "insurer")
"""Roles of the parties after core enterprises and suppliers, two of each."""

Columns = Mapping[str, Any]
"""Fields of a kind: Arrow arrays, or one value for all rows."""

THEN = ".then"
"""After the name of a kind: corrections, to be told in a batch after all others."""

Sheets = Iterator[tuple[str, pa.Table]]
"""Rows by the name of their kind."""


@dataclass(frozen=True, eq=False)
class View:
    """A world as it is about to be told.

    Parties are numbered: core enterprises, suppliers in the order of ``chain.suppliers``, and then
    two each of the rival lenders, warehouses, guarantors and insurers.
    """

    world: World

    @property
    def end(self) -> int:
        """The last day: what is known by its first instant is told."""
        return self.world.chain.calendar.last_day

    @property
    def buyers(self) -> int:
        """Number of core enterprises."""
        return len(self.world.chain.buyers)

    @property
    def companies(self) -> int:
        """Number of core enterprises and suppliers: they come first."""
        return self.buyers + len(self.world.chain.suppliers)

    @cached_property
    def parties(self) -> pa.Array[Any]:
        """Keys of all parties."""
        chain = self.world.chain
        first = chain.suppliers.first
        return pa.chunked_array(
            [
                refs("core-", np.arange(1, self.buyers + 1), width(self.buyers)),
                refs("supplier-", np.arange(1, first + 1), width(first)),
                refs(
                    "upstream-",
                    np.arange(1, len(chain.suppliers) - first + 1),
                    width(len(chain.suppliers) - first),
                ),
                pa.array([f"{role}-{one}" for role in OTHERS for one in "ab"], pa.string()),
            ]
        ).combine_chunks()

    def buyer(self, places: Ints) -> pa.Array[Any]:
        """Keys of core enterprises."""
        return self.parties.take(pa.array(places))

    def supplier(self, places: Ints) -> pa.Array[Any]:
        """Keys of suppliers."""
        return self.parties.take(pa.array(places + self.buyers))

    def rival(self, which: Ints) -> pa.Array[Any]:
        """Keys of rival lenders; 0 or 1."""
        return self._other("lender", which)

    def warehouse(self, which: Ints) -> pa.Array[Any]:
        """Keys of warehouses; 0 or 1."""
        return self._other("warehouse", which)

    def guarantor(self, which: Ints) -> pa.Array[Any]:
        """Keys of guarantors; 0 or 1."""
        return self._other("guarantor", which)

    def insurer(self, which: Ints) -> pa.Array[Any]:
        """Keys of insurers; 0 or 1."""
        return self._other("insurer", which)

    def _other(self, role: str, which: Ints) -> pa.Array[Any]:
        return self.parties.take(pa.array(self.companies + 2 * OTHERS.index(role) + which))

    def chance(self, name: str, shard: int = 0) -> np.random.Generator:
        """Where the chance of an observation comes from."""
        return stream(self.world.seed, f"observed {name} {shard}")

    def sheet(
        self, kind: str, columns: Columns, happened: Ints, known: Ints, told: Flags | None = None
    ) -> tuple[str, pa.Table]:
        """Rows of a kind that are known by the last day.

        Parameters
        ----------
        columns : mapping
            By field. A value that is no Arrow array is that of all rows.
        happened, known : int array
            Days; each is told with their first instant in Shanghai.
        told : bool array or None
            Which rows are told at all.
        """
        seen = known <= self.end
        if told is not None:
            seen &= told
        place = pa.array(np.flatnonzero(seen))
        fields: dict[str, pa.Array[Any]] = {}
        for name, values in columns.items():
            whole = isinstance(values, pa.Array)
            fields[name] = values.take(place) if whole else pa.repeat(pa.scalar(values), len(place))
        fields["happened_at"] = instants(happened).take(place)
        fields["known_at"] = instants(known).take(place)
        return kind, pa.table(fields)


def width(count: int) -> int:
    """Digits of a number in a key, at least two."""
    return max(2, len(str(count)))


def refs(prefix: str, numbers: Ints, digits: int = 8) -> pa.Array[Any]:
    """Keys: the prefix and a number with leading zeros."""
    texts = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), digits, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), texts, "")


def joined(*parts: Any) -> pa.Array[Any]:
    """Keys put together from others, text by text."""
    scalars = [pa.scalar(part) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*scalars, "")


def days(numbers: Ints, missing: Flags | None = None) -> pa.Array[Any]:
    """Calendar days; `NEVER` is missing."""
    absent = numbers >= NEVER
    if missing is not None:
        absent = absent | missing
    return pa.array(np.where(absent, 0, numbers).astype(np.int32), mask=absent).cast(pa.date32())


def instants(numbers: Ints) -> pa.Array[Any]:
    """First instant of each day in Shanghai."""
    micros = np.minimum(numbers, 10**6) * DAY_MICROS - SHANGHAI_MICROS
    return pa.array(micros).cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))


def whole(numbers: Ints | Floats, missing: Flags | None = None) -> pa.Array[Any]:
    """Whole numbers."""
    return pa.array(np.rint(numbers).astype(np.int64), mask=missing)


def flags(values: Flags, missing: Flags | None = None) -> pa.Array[Any]:
    """Yes or no."""
    return pa.array(values, mask=missing)


def words(choices: Sequence[str], places: Ints, missing: Flags | None = None) -> pa.Array[Any]:
    """One of some words each."""
    return pa.array(choices, pa.string()).take(pa.array(places, mask=missing))


def texts(values: pa.Array[Any], missing: Flags) -> pa.Array[Any]:
    """The same texts, some of them missing."""
    return pc.if_else(pa.array(missing), pa.scalar(None, values.type), values)


def hashes(numbers: Ints, salt: int) -> pa.Array[Any]:
    """64 hexadecimal digits for each number, as a keyed hash looks; equal for equal ones."""
    parts = []
    state = numbers.astype(np.uint64) + np.uint64(salt * 0x9E3779B97F4A7C15 % 2**64)
    for _ in range(4):  # splitmix64
        state = state + np.uint64(0x9E3779B97F4A7C15)
        mixed = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        parts.append(mixed ^ (mixed >> np.uint64(31)))
    packed = np.stack(parts, axis=1).astype(">u8").tobytes()
    return pa.array([packed[at : at + 32].hex() for at in range(0, len(packed), 32)], pa.string())
