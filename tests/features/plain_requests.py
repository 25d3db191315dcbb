"""One request as a slow plain definition sees it: its day, what is known, what is asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log, sqrt
from statistics import median
from typing import TypeVar

from ledger.clocks import day_of, to_day_number, to_micros
from scoring.asking import Request
from tests.features.plain_claims import KnownClaim, known, known_claims
from tests.features.worlds_of_facts import Row, World

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """A receivable asked for, by its live facts, with its weight in the request."""

    receivable: str
    issued_on: int
    due_on: int
    face_minor: int | None
    rate_ppm: int | None
    weight: float

    @property
    def term_days(self) -> int:
        return self.due_on - self.issued_on


@dataclass(frozen=True)
class Plain:
    """A request of a world, and what its theme takes of it as it is built."""

    world: World
    request: Request
    built: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def supplier(self) -> str:
        return self.request.supplier

    @property
    def buyer(self) -> str:
        return self.request.buyer

    @cached_property
    def day(self) -> int:
        return to_day_number(day_of(self.request.as_of, self.world.book.tz))

    @cached_property
    def claims(self) -> list[KnownClaim]:
        return known_claims(self.world.facts, self.day, self.world.time_zone)

    @cached_property
    def of_buyer(self) -> list[KnownClaim]:
        return [claim for claim in self.claims if claim.buyer == self.buyer]

    @cached_property
    def of_supplier(self) -> list[KnownClaim]:
        return [claim for claim in self.claims if claim.supplier == self.supplier]

    @cached_property
    def of_pair(self) -> list[KnownClaim]:
        return [claim for claim in self.of_buyer if claim.supplier == self.supplier]

    def facts(self, kind: str) -> list[Row]:
        """Facts of a kind as known on the day."""
        return known(self.world.facts.get(kind, ()), self.day, self.world.time_zone)

    @cached_property
    def asked(self) -> list[Asked]:
        live = to_micros(self.request.as_of)
        rows = [
            max(
                (
                    row
                    for row in self.world.facts["receivable"]
                    if row["ref"] == key and row["visible_at"] <= live
                ),
                key=lambda row: int(row["revision"]),
            )
            for key in self.request.receivables
        ]
        faces = [row["face_minor"] for row in rows]
        whole = 0 if None in faces else sum(faces)
        return [
            Asked(
                row["ref"],
                row["issued_on"],
                row["due_on"],
                row["face_minor"],
                row["rate_ppm"],
                row["face_minor"] / whole if whole else 1 / len(rows),
            )
            for row in rows
        ]

    def weighted(self, value: Callable[[Asked], float | None]) -> float | None:
        """Mean over the receivables asked for, by weight, of those that have the value."""
        pairs = [(each.weight, value(each)) for each in self.asked]
        having = [(weight, number) for weight, number in pairs if number is not None]
        whole = sum(weight for weight, _ in having)
        return sum(weight * number for weight, number in having) / whole if whole > 1e-6 else None


def ratio(one: float, other: float) -> float | None:
    """A quotient; missing where the divisor is 0."""
    return one / other if other else None


def mean(values: Iterable[float]) -> float | None:
    given = list(values)
    return sum(given) / len(given) if given else None


def deviation(values: Sequence[int]) -> float | None:
    """Standard deviation, n in the divisor; exact inside for whole numbers."""
    n = len(values)
    if n == 0:
        return None
    return sqrt(n * sum(v * v for v in values) - sum(values) ** 2) / n


def middle(values: Iterable[float]) -> float | None:
    given = list(values)
    return float(median(given)) if given else None


def having(values: Iterable[T | None]) -> list[T]:
    """Those that aren't missing."""
    return [value for value in values if value is not None]


def total(claims: Iterable[KnownClaim]) -> int:
    """Face of claims; one without a face counts for nothing."""
    return sum(claim.face_minor or 0 for claim in claims)


def minus(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def ln_face(face_minor: int | None) -> float | None:
    """ln of a face in minor units; missing where it is 0."""
    return log(face_minor) if face_minor else None
