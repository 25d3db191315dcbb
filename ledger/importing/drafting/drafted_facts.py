"""The facts of a draft: which fields follow how, what is only a default, what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ledger.importing.drafting.field_fits import Table


@dataclass(frozen=True)
class DraftedSource:
    """Where the file comes from, as decided.

    Attributes
    ----------
    name, time_zone, currency : str
        As in ``Source``.
    historical : bool
        As in ``Source``.
    opens : date
        The day from which counts what has no day of its own.
    drafted_on : date
        The day on which the draft is made, there.
    """

    name: str
    time_zone: str
    currency: str
    historical: bool
    opens: date
    drafted_on: date


@dataclass(frozen=True)
class DraftedField:
    """How a field follows, as far as that is known.

    Attributes
    ----------
    name : str
        The field.
    rule : mapping or None
        Its rule; None where none was found and the ledger needs one.
    asks : tuple of str
        What must be decided about it.
    why : str
        Why it is so, where it isn't plain.
    off : bool
        It is written down as a comment only.
    """

    name: str
    rule: Table | None
    asks: tuple[str, ...] = ()
    why: str = ""
    off: bool = False


@dataclass
class DraftedFact:
    """A fact of a draft.

    Attributes
    ----------
    kind : str
        Its kind.
    fields : dict
        By name, in the order in which they are written.
    when : tuple of str
        Columns without which a row yields none.
    asks : tuple of str
        What must be decided about the fact as a whole.
    """

    kind: str
    fields: dict[str, DraftedField] = field(default_factory=dict)
    when: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()

    def put(
        self, name: str, rule: Table | None, *asks: str, why: str = "", off: bool = False
    ) -> None:
        """Say how a field follows, unless that was said."""
        self.fields.setdefault(name, DraftedField(name, rule, asks, why, off))

    def rule(self, name: str) -> Table | None:
        """The rule of a field, or None."""
        return self.fields[name].rule if name in self.fields else None

    @property
    def lacking(self) -> tuple[str, ...]:
        """Needed fields for which nothing was found."""
        return tuple(one.name for one in self.fields.values() if one.rule is None)


@dataclass
class DraftedRow:
    """All that a row of the file tells.

    Attributes
    ----------
    columns : dict
        The columns that are read, and how they are declared.
    keys : dict
        The keys that are made, and of which columns.
    constants : list of DraftedFact
        Facts that no file holds.
    facts : list of DraftedFact
        Facts of each row, parties first.
    """

    columns: dict[str, Table] = field(default_factory=dict)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    constants: list[DraftedFact] = field(default_factory=list)
    facts: list[DraftedFact] = field(default_factory=list)
