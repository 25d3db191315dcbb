"""What a mapping file says: the source, its files, their columns, and the facts each row yields.

The meaning against the ledger and against the files is checked in ``mapping_checks``.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import (
    AwareDatetime,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
    field_validator,
    model_validator,
)

from ledger.clocks import zone
from ledger.facts import Currency, Key
from ledger.faults import Fault
from ledger.importing.column_types import Column
from ledger.importing.field_rules import FieldRule
from ledger.importing.file_formats import Formats, Part
from ledger.importing.import_faults import MissingFile, Problem, WrongMapping

Container = Literal["csv", "parquet", "xlsx"]
ENDINGS: dict[str, Container] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
"""Endings of names that tell the kind of a file; all others are csv."""

Operator = Literal["==", "!=", "<", "<=", ">", ">="]


class Source(Part):
    """Where the files come from.

    Attributes
    ----------
    name : str
        ``source_system`` of every fact loaded.
    description, licence : str
        For people: what the data is, and on what terms it may be used.
    time_zone, currency : str
        The tenant's; days begin in this zone, amounts are in this currency unless a rule says
        otherwise.
    historical : bool
        True for onboarding and backfill: facts are visible from ``known_at`` on. False: not before
        they were recorded.
    """

    name: Key
    description: str = ""
    licence: str = ""
    time_zone: str
    currency: Currency
    historical: bool

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            zone(name)
        except Fault as fault:
            raise ValueError(f"{fault.message}; {fault.remedy}") from fault
        return name


class FactRule(Part):
    """One fact that a row yields.

    Attributes
    ----------
    kind : str
        A kind of ``ledger.kinds``.
    when : tuple of str
        Columns that must hold a value; the row yields no such fact where one is missing.
    fields : dict
        For each field of the kind, how it follows.
    """

    kind: str
    when: tuple[str, ...] = ()
    fields: dict[str, FieldRule]


class Requirement(Part):
    """A check between columns of a row that rejects the row where it fails.

    Attributes
    ----------
    column, op : str
        Left side and comparison.
    other : str or None
        Column on the right side.
    value : int, instant, date, str or None
        Constant on the right side; exactly one of ``other`` and ``value`` is given.
    reason : str
        What the report says of a row that fails.

    A row in which either side is missing passes: unknown is not wrong.
    """

    column: str
    op: Operator
    other: str | None = None
    value: StrictInt | AwareDatetime | date | StrictStr | None = None
    reason: str = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _one_right_side(self) -> Self:
        if (self.other is None) == (self.value is None):
            raise ValueError("give exactly one of other (a column) and value (a constant)")
        return self


class FileRule(Part):
    """One file, or several of the same form.

    Attributes
    ----------
    name : str
        File name in the folder, or a glob such as ``invoices-*.csv.gz``; read in name order.
    kind : str or None
        ``csv``, ``parquet`` or ``xlsx``; None follows the ending: .parquet, .xlsx, all else is csv.
    format : Formats
        How text, numbers and days are written.
    columns : dict
        Columns that are read, and their types. Others in the file are ignored.
    keys : dict
        Keys for rows without one: a name, and the columns that make it (``occurrence_keys``).
    fact, require : tuple
        Facts a row yields, and checks it must pass.
    """

    name: str = Field(min_length=1, pattern=r"^[^/\\]+$")
    kind: Container | None = None
    format: Formats = Formats()
    columns: dict[str, Column] = Field(min_length=1)
    keys: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    fact: tuple[FactRule, ...] = Field(min_length=1)
    require: tuple[Requirement, ...] = ()

    @property
    def container(self) -> Container:
        """What kind of file it is, as said or by the ending of the name."""
        if self.kind is not None:
            return self.kind
        found = (kind for ending, kind in ENDINGS.items() if self.name.lower().endswith(ending))
        return next(found, "csv")


class ConstantFact(Part):
    """A fact that no file holds; all its fields are constants."""

    kind: str
    fields: dict[str, FieldRule]


class Mapping(Part):
    """A mapping file.

    Attributes
    ----------
    source : Source
        Where the files come from.
    fact : tuple of ConstantFact
        Facts that no file holds, written first.
    file : tuple of FileRule
        The files, in the order in which they are loaded: parties before who names them.
    """

    source: Source
    fact: tuple[ConstantFact, ...] = ()
    file: tuple[FileRule, ...] = Field(min_length=1)


def read_mapping(path: Path) -> Mapping:
    """Read the mapping file at ``path``, without looking at any data.

    Raises
    ------
    MissingFile
        Where there is no such file.
    WrongMapping
        Where it isn't TOML or says what no mapping can say.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MissingFile(
            f"mapping {path} can't be read", remedy="name a mapping file, such as mappings/x.toml"
        ) from error
    return parse_mapping(data, path.name)


def parse_mapping(data: bytes, name: str) -> Mapping:
    """The mapping in the bytes of a file called ``name``; raise `WrongMapping`."""
    try:
        return Mapping.model_validate(tomllib.loads(data.decode("utf-8")))
    except ValidationError as error:
        raise WrongMapping(_problems(error)) from error
    except ValueError as error:  # TOMLDecodeError, UnicodeDecodeError
        raise WrongMapping(
            [Problem("", f"{name} is not TOML: {error}", "correct it at the place named")]
        ) from error


def _problems(error: ValidationError) -> list[Problem]:
    return [
        Problem(
            place="".join(f"/{part}" for part in found["loc"] if not str(part).startswith("as:")),
            message=found["msg"].removeprefix("Value error, "),
            remedy="docs/mappings.md lists what may stand here",
        )
        for found in error.errors(include_url=False, include_input=False)
    ]
