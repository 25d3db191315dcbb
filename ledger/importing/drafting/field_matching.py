"""Which column fills which field of a kind: by the words of its header, then by what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ledger.importing.drafting.column_looks import ColumnLook
from ledger.importing.drafting.fact_shapes import Shape
from ledger.importing.drafting.field_fits import Fit, Misfit, fit
from ledger.importing.drafting.file_writing import FileWriting
from ledger.importing.drafting.sureness import Sure
from ledger.importing.drafting.synonyms import Named, compared, synonyms
from ledger.importing.field_types import FieldType, field_type
from ledger.kinds import kind_of

LEAST_MATCH = 0.6
"""A header that names a role by a smaller part of itself may well mean something else."""

RANK_COSTS = 0.03
SURE_MATCH = 0.85
ONLY_ONE = 0.3
"""The match of a column without a known name, if it is the only one left that could fit."""

UNITS = ("_minor", "_ppm", "_days", "_milli", "_micro", "_on")


@dataclass(frozen=True)
class Match:
    """A column for a field.

    Attributes
    ----------
    field : str
        The field.
    look : ColumnLook
        The column.
    fit : Fit
        How it fills the field.
    role : str
        By which role; empty where by what it holds alone.
    merit : float
        How well its name says so, 0 to 1.
    """

    field: str
    look: ColumnLook
    fit: Fit
    role: str
    merit: float

    @property
    def sure(self) -> Sure:
        """How sure it is."""
        if self.merit <= ONLY_ONE:
            return "guess"
        return "sure" if self.merit >= SURE_MATCH else "likely"

    @property
    def why(self) -> str:
        """Why it was taken, for people."""
        if self.role:
            return f"its name says {self.role.replace('_', ' ')}"
        return "the only column left that could be it"


@dataclass(frozen=True)
class Matches:
    """The columns of a kind.

    Attributes
    ----------
    shape : Shape
        Of the kind.
    of : mapping
        The match of each field that has one.
    misfits : mapping
        Fields without, for which a column is named: the column and why it can't be.
    """

    shape: Shape
    of: Mapping[str, Match]
    misfits: Mapping[str, tuple[str, str]]


class Matcher:
    """Matches the columns of a file with the fields of kinds.

    Parameters
    ----------
    looks : sequence of ColumnLook
        The columns.
    writing : FileWriting
        How the file writes what they hold.
    own_buys : bool
        The file's own company is the buyer in its rows, not the seller.
    """

    def __init__(
        self, looks: Sequence[ColumnLook], writing: FileWriting, *, own_buys: bool = False
    ) -> None:
        self._looks = looks
        self._writing = writing
        self._named = {look.name: _named(look.name, own_buys=own_buys) for look in looks}

    def match(self, shape: Shape, taken: Iterable[str] = ()) -> Matches:
        """The columns of a kind; those in ``taken`` serve another fact already."""
        found: dict[str, Match] = {}
        misfits: dict[str, tuple[str, str]] = {}
        used = set(taken)
        for merit, name, look, role in sorted(self._candidates(shape), key=_by_merit):
            if name in found or look.name in used:
                continue
            fitting = self._fit(look, shape, name)
            if isinstance(fitting, Misfit):
                misfits.setdefault(name, (look.name, fitting.why))
            else:
                found[name] = Match(name, look, fitting, role, merit)
                used.add(look.name)
        for name in (*shape.needs, *shape.one_of):
            if name not in found:
                self._only_one(shape, name, found, used)
        open_ones = {name: said for name, said in misfits.items() if name not in found}
        return Matches(shape, found, open_ones)

    def named(self, role: str) -> ColumnLook | None:
        """The column whose name says a role best."""
        return _best(self._looks, self._named, role)

    def _candidates(self, shape: Shape) -> Iterator[tuple[float, str, ColumnLook, str]]:
        for name, roles in shape.roles.items():
            own = {compared(name), *(compared(name.removesuffix(unit)) for unit in UNITS)}
            for look in self._looks:
                if compared(look.name) in own and name != "ref":
                    yield 1.0, name, look, name
                for rank, role in enumerate(roles):
                    merit = _merit(self._named[look.name], role)
                    if merit >= LEAST_MATCH:
                        yield merit - RANK_COSTS * rank, name, look, role

    def _fit(self, look: ColumnLook, shape: Shape, name: str) -> Fit | Misfit:
        if name == "ref" and shape.kind != "party" and not look.unique:
            return Misfit("isn't unique")
        return fit(look, shape.kind, name, self._writing)

    def _only_one(self, shape: Shape, name: str, found: dict[str, Match], used: set[str]) -> None:
        holds = CLEAR.get(field_type(kind_of(shape.kind).row, name))
        unknown = [look for look in self._looks if not self._named[look.name]]
        left = [look for look in unknown if look.name not in used]
        could = [look for look in left if holds is not None and holds(look)]
        if len(could) != 1:
            return
        fitting = self._fit(could[0], shape, name)
        if isinstance(fitting, Fit):
            found[name] = Match(name, could[0], fitting, "", ONLY_ONE)
            used.add(could[0].name)


TURNED = {"own": "other", "other": "own", "own_name": "other_name", "other_name": "own_name"}

CLEAR: Mapping[FieldType, Callable[[ColumnLook], bool]] = {
    "day": lambda look: look.holds in ("date", "instant"),
    "money": lambda look: look.holds == "decimal",
}
"""What a column holds that could be such a field though its name says nothing."""


def best_named(looks: Sequence[ColumnLook], role: str) -> ColumnLook | None:
    """The column whose name says a role best, or None."""
    return _best(looks, {look.name: synonyms().named(look.name) for look in looks}, role)


def _best(
    looks: Sequence[ColumnLook], named: Mapping[str, Mapping[str, Named]], role: str
) -> ColumnLook | None:
    best = max(looks, key=lambda look: _merit(named[look.name], role), default=None)
    return best if best is not None and _merit(named[best.name], role) >= LEAST_MATCH else None


def _named(header: str, *, own_buys: bool) -> Mapping[str, Named]:
    """The roles that a header names; where the own company buys, it has the place of the other."""
    named = synonyms().named(header)
    return {TURNED.get(role, role): one for role, one in named.items()} if own_buys else named


def _merit(named: Mapping[str, Named], role: str) -> float:
    return named[role].match if role in named else 0.0


def _by_merit(candidate: tuple[float, str, ColumnLook, str]) -> float:
    return -candidate[0]
