"""The shape of a row: which fields its kind has, of which type, and which of them it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ledger.importing.field_types import FieldType, field_type
from ledger.kinds import kind_of

PLAIN: Mapping[FieldType, FieldType] = {"money": "integer", "ppm": "integer"}
"""Amounts and rates are whole numbers here: their unit is in the name of the field."""


@dataclass(frozen=True)
class RowShape:
    """What a row of a kind holds.

    Attributes
    ----------
    kind : str
        Name of the kind.
    types : Mapping
        Type of each field, in the order of the row class: text, integer, boolean, day or instant.
    needed : tuple of str
        Fields that every row has.
    """

    kind: str
    types: Mapping[str, FieldType]
    needed: tuple[str, ...]


@cache
def shape_of(kind: str) -> RowShape:
    """The shape of the rows of a kind; raise `UnknownKind` where there is none of that name."""
    row = kind_of(kind).row
    found = {name: field_type(row, name) for name in row.model_fields}
    return RowShape(
        kind,
        {name: PLAIN.get(one, one) for name, one in found.items()},
        tuple(name for name, field in row.model_fields.items() if field.is_required()),
    )
