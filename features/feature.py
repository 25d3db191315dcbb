"""What a feature is: a declaration, and the relation whose SQL yields it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache, cached_property

from sqlglot import exp, parse_one

from features.sources import TIERS, Source
from features.versions import LIVE, kind_viewed, versions
from features.views import DERIVED, POINTS, VIEWS

DIALECT = "duckdb"
"""The dialect in which every relation is written."""


DEFINITIONS: dict[str, str] = {
    **{name: sql for name, (sql, _) in VIEWS.items()},
    **{name: sql for name, (sql, _) in DERIVED.items()},
    **POINTS,
}
"""The SQL of what a relation can read besides the views of a single kind (``features.versions``),
the spine and the almanac."""

SPINE = frozenset({"request", "asked"})
"""The tables of a spine."""

MADE = "made_"
"""Before the name of a relation: the table of its rows, for the relations that come after it."""


class Credit(StrEnum):
    """What a number speaks for: one of the three credits, or only several together."""

    SUBJECT = "subject"
    OBJECT = "object"
    DATA = "data"
    CROSS = "cross"


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
    needs : tuple of Source
        Sources that must have told, all of them; empty for those of its relation.
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
    needs: tuple[Source, ...] = ()


@dataclass(frozen=True, eq=False)
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
        (``features.views``) and yields the keys of the grain and one column per feature and
        measure.
    features : tuple of Feature
        The declarations of these columns.
    needs : tuple of Source
        Sources that its features need, unless they name their own.
    measures : tuple of str
        Further columns: numbers that the model doesn't see, for the relations that come after.
    after : tuple of Relation
        Relations of other grains or files whose rows the statement reads, as ``made_<name>``.
    """

    name: str
    credit: Credit
    grain: Grain
    sql: str
    features: tuple[Feature, ...]
    needs: tuple[Source, ...]
    measures: tuple[str, ...] = ()
    after: tuple[Relation, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """What the statement yields besides the keys: its features, then its measures."""
        return (*(feature.name for feature in self.features), *self.measures)

    @cached_property
    def digest(self) -> str:
        """Digest of the statement and of what it yields: 16 hexadecimal digits."""
        return _digest((*self._trees, *self.columns))

    def needs_of(self, feature: Feature) -> tuple[Source, ...]:
        """Sources that one of its features needs."""
        return feature.needs or self.needs

    def tier(self, feature: Feature) -> int:
        """Data tier, 0-3, from which on there is one of its features."""
        return max(TIERS[source] for source in self.needs_of(feature))

    @cached_property
    def reads(self) -> frozenset[str]:
        """Names of the views and points the statement reads."""
        return tables_of(self.sql)

    @cached_property
    def is_live(self) -> bool:
        """Whether it reads what is asked, live facts and relations before it, and no history."""
        return self.grain is Grain.REQUEST and all(
            name in SPINE or name.startswith((LIVE, MADE)) for name in self.reads
        )

    def fingerprint(self, feature: Feature) -> str:
        """Digest of the meaning of one of its features: 16 hexadecimal digits.

        Made of the syntax trees of the statement and of the views it reads (so that spacing and
        comments don't matter), the feature's name, direction and definition. A bundle checks those
        of its own features.
        """
        meaning = (feature.name, str(int(feature.risk)), feature.definition)
        return _digest((*self._trees, *meaning))

    @cached_property
    def _trees(self) -> tuple[str, ...]:
        """The statement and all that it stands on, as syntax trees written out again."""
        texts = [self.sql, *(_meaning(name) for name in sorted(reads([self])))]
        below = [tree for relation in self.after for tree in relation._trees]
        return (*(_tree(text) for text in texts if text), *below)


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:16]


def _meaning(name: str) -> str:
    """SQL of a view or point; a kind's own view stands for all its columns."""
    viewed = kind_viewed(name)
    if name in DEFINITIONS or viewed is None:
        return DEFINITIONS.get(name, "")
    clock, kind = viewed
    return versions(f"fact_{kind}", ["*"], clock)


@cache
def tables_of(sql: str) -> frozenset[str]:
    """Names of the tables that a statement reads, but for those of its own."""
    tree = parse_one(sql, dialect=DIALECT)
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return frozenset(table.name for table in tree.find_all(exp.Table)) - own


@cache
def _tree(text: str) -> str:
    return parse_one(text, dialect=DIALECT).sql(dialect=DIALECT, comments=False)


def reads(relations: Sequence[Relation]) -> frozenset[str]:
    """Names of all views and points that relations stand on, directly or through shared ones."""
    direct = frozenset[str]().union(*(relation.reads for relation in relations))
    shared = [DERIVED[name][1] for name in direct & DERIVED.keys()]
    return direct.union(*shared)


def with_those_before(relations: Sequence[Relation]) -> tuple[Relation, ...]:
    """Relations and all that they come after, each once, in an order in which they can be made."""
    found: dict[str, Relation] = {}
    for relation in relations:
        for one in (*with_those_before(relation.after), relation):
            found.setdefault(one.name, one)
    return tuple(found.values())


def columns_named(relations: Sequence[Relation], shared: Sequence[str] = ()) -> frozenset[str]:
    """Every name of a column in relations and shared statements: what is kept of the facts."""
    statements = (*(relation.sql for relation in relations), *shared)
    return frozenset[str]().union(*map(_columns_of, statements))


@cache
def _columns_of(sql: str) -> frozenset[str]:
    return frozenset(column.name for column in parse_one(sql, dialect=DIALECT).find_all(exp.Column))
