"""What a feature is: a declaration, and the relation whose SQL yields it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property

from sqlglot import exp, parse_one

from features.views import DERIVED, POINTS, VIEWS

DIALECT = "duckdb"
"""The dialect in which every relation is written."""


DEFINITIONS: dict[str, str] = {
    **{name: sql for name, (sql, _) in VIEWS.items()},
    **{name: sql for name, (sql, _) in DERIVED.items()},
    **POINTS,
}
"""The SQL of everything a relation can read but the spine and the almanac."""


class Credit(StrEnum):
    """The three credits a number can speak for."""

    SUBJECT = "subject"
    OBJECT = "object"
    DATA = "data"


class Risk(IntEnum):
    """How the risk moves when the value rises; the monotone constraint of the model."""

    FALLS = -1
    FREE = 0
    RISES = 1


class Grain(StrEnum):
    """What one row of a relation describes, and so the columns by which it is joined."""

    BUYER = "buyer"
    SUPPLIER = "supplier"
    PAIR = "pair"
    REQUEST = "request"

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that identify a row."""
        return _KEYS[self]


_KEYS: dict[Grain, tuple[str, ...]] = {
    Grain.BUYER: ("buyer", "day"),
    Grain.SUPPLIER: ("supplier", "day"),
    Grain.PAIR: ("supplier", "buyer", "day"),
    Grain.REQUEST: ("row_no",),
}


@dataclass(frozen=True)
class Feature:
    """One number that the model sees.

    Attributes
    ----------
    name : str
        Column of the relation and of the model; unique in the catalogue.
    definition : str
        What it is, exactly, in one sentence.
    risk : Risk
        Direction in which the default risk moves as the value rises; FREE where practice and data
        don't agree on one.
    unit : str
        Unit of the value: days, share (0-1), ln, count, ...
    missing : str
        What a missing value (NaN) means; a feature is missing or finite, never infinite.
    reason : str
        Code of the reason family (``models.reasons``) under which it is told; several features may
        share one.
    en, zh : str
        The value as a phrase in English and in Chinese, with ``{value}`` where the number stands.
    code : str
        Id in the domain catalogue (S01, O01, D01, ...); empty for a number of our own.
    """

    name: str
    definition: str
    risk: Risk
    unit: str
    missing: str
    reason: str
    en: str
    zh: str
    code: str = ""


@dataclass(frozen=True)
class Relation:
    """One SQL statement over the known facts and the days asked for, and the features it yields.

    Attributes
    ----------
    name : str
        Name of the relation; unique in the catalogue.
    credit : Credit
        The credit its features speak for.
    grain : Grain
        What a row of it describes.
    sql : str
        The statement. It reads the known facts and the points of its grain
        (``features.views``) and yields the keys of the grain and one column per feature.
    features : tuple of Feature
        The declarations of these columns.
    """

    name: str
    credit: Credit
    grain: Grain
    sql: str
    features: tuple[Feature, ...]

    @cached_property
    def reads(self) -> frozenset[str]:
        """Names of the views and points the statement reads."""
        tree = parse_one(self.sql, dialect=DIALECT)
        own = {cte.alias for cte in tree.find_all(exp.CTE)}
        return frozenset(table.name for table in tree.find_all(exp.Table)) - own

    def fingerprint(self, feature: Feature) -> str:
        """Digest of the meaning of one of its features: 16 hexadecimal digits.

        Made of the syntax trees of the statement and of the views it reads (so that spacing and
        comments don't matter), the feature's name, direction and definition. A bundle checks those
        of its own features.
        """
        meaning = (feature.name, str(int(feature.risk)), feature.definition)
        return hashlib.sha256("\x1f".join((*self._trees, *meaning)).encode()).hexdigest()[:16]

    @cached_property
    def _trees(self) -> tuple[str, ...]:
        """The statement and all that it stands on, as syntax trees written out again."""
        texts = [
            self.sql,
            *(DEFINITIONS[name] for name in sorted(reads([self]) & set(DEFINITIONS))),
        ]
        return tuple(
            parse_one(text, dialect=DIALECT).sql(dialect=DIALECT, comments=False) for text in texts
        )


def reads(relations: Sequence[Relation]) -> frozenset[str]:
    """Names of all views and points that relations stand on, directly or through shared ones."""
    direct = frozenset[str]().union(*(relation.reads for relation in relations))
    shared = [DERIVED[name][1] for name in direct & DERIVED.keys()]
    return direct.union(*shared)
