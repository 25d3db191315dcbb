"""How the fields of a reported row are declared: column, limits and documentation in one call.

Each function below declares a field of one type. Its first argument says what the field means, its
second whether it is needed, its third what a missing value means; unit and reference follow from
the type. ``docs/ledger.md`` is made from these words (``ledger.ledger_page``).

Ratios are whole parts per million (5 % is 50,000) and never floats: they are equal to themselves in
both stores, in a digest and in a file, which a float is not, and a ppm is finer than any of them is
known. Quantities are whole thousandths, unit prices whole millionths, for the same reason.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self, get_args

from pydantic import model_validator
from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint
from sqlmodel import Field

from ledger.columns import Day, Instant
from ledger.facts import Reported
from ledger.money import LARGEST_MINOR

Need = Literal["M", "C", "O"]
"""M: mandatory. C: given where it applies or is known, features lean on it. O: optional."""

WHOLE = 1_000_000
"""The whole, in parts per million."""

UNKNOWN = "not known"


def text(
    says: str,
    need: Need = "M",
    missing: str = UNKNOWN,
    *,
    longest: int = 128,
    personal: bool = False,
) -> Any:
    """Declare a short text or code; a personal one is encrypted where it is a natural person's."""
    column: dict[str, Any] = {"sa_type": String(longest), "max_length": longest}
    return _field(says, "", need, missing, personal=personal, **column)


def words(says: str, need: Need = "M", missing: str = UNKNOWN, *, personal: bool = False) -> Any:
    """Declare a name or a longer text; a personal one is encrypted as in `text`."""
    return _field(says, "", need, missing, personal=personal, sa_type=Text, max_length=300)


def choice(says: str, need: Need = "M", missing: str = UNKNOWN) -> Any:
    """Declare one of the words of a Literal."""
    return _field(says, "", need, missing, sa_type=Text)


def names(kind: str, says: str, need: Need = "M", missing: str = UNKNOWN) -> Any:
    """Declare the ``ref`` of a fact of another kind (or of the same): the writer looks it up."""
    return _field(says, "", need, missing, names=kind, sa_type=String(128), max_length=128)


def who(says: str, need: Need = "M", missing: str = UNKNOWN) -> Any:
    """Declare the ``ref`` of a party."""
    return names("party", says, need, missing)


def hashed(says: str, need: Need = "O", missing: str = UNKNOWN) -> Any:
    """Declare 64 hexadecimal digits: a keyed hash (``ledger.hashing``) or a SHA-256."""
    return _field(says, "64 hex digits", need, missing, sa_type=String(64), max_length=64)


def flag(says: str, need: Need = "M", missing: str = UNKNOWN) -> Any:
    """Declare yes or no."""
    return _field(says, "", need, missing)


def whole(
    says: str,
    need: Need = "M",
    missing: str = UNKNOWN,
    *,
    unit: str = "count",
    least: int = 0,
    most: int = 1_000_000_000,
) -> Any:
    """Declare a whole number."""
    return _field(says, unit, need, missing, ge=least, le=most)


def lasting(says: str, need: Need = "M", missing: str = UNKNOWN) -> Any:
    """Declare a number of days."""
    return whole(says, need, missing, unit="days", most=36_500)


def ppm(
    says: str, need: Need = "M", missing: str = UNKNOWN, *, least: int = 0, most: int = WHOLE
) -> Any:
    """Declare a share or a rate in parts per million; at most the whole unless said."""
    return whole(says, need, missing, unit="ppm", least=least, most=most)


def money(says: str, need: Need = "M", missing: str = UNKNOWN, *, signed: bool = False) -> Any:
    """Declare an amount in whole minor units of the row's currency; not negative unless signed."""
    return _field(
        says,
        "minor units",
        need,
        missing,
        sa_type=BigInteger,
        ge=-LARGEST_MINOR if signed else 0,
        le=LARGEST_MINOR,
    )


def fine(says: str, unit: str, need: Need = "M", missing: str = UNKNOWN) -> Any:
    """Declare a quantity in thousandths or a unit price in millionths: whole, 64 bit."""
    return _field(says, unit, need, missing, sa_type=BigInteger, ge=0, le=LARGEST_MINOR)


def micro(says: str, need: Need = "M", missing: str = UNKNOWN) -> Any:
    """Declare a number in whole millionths, 64 bit, of either sign."""
    return _field(
        says,
        "millionths",
        need,
        missing,
        sa_type=BigInteger,
        ge=-LARGEST_MINOR,
        le=LARGEST_MINOR,
    )


def currency(need: Need = "M", missing: str = "no amount in the row") -> Any:
    """Declare the currency of a row's amounts: that of the book."""
    says = "Currency of the amounts, ISO 4217."
    return _field(says, "", need, missing, sa_type=String(3), max_length=3)


def on(says: str, need: Need = "M", missing: str = UNKNOWN) -> Any:
    """Declare a calendar day."""
    return _field(says, "day", need, missing, sa_type=Day)


def at(says: str, need: Need = "M", missing: str = UNKNOWN) -> Any:
    """Declare an instant."""
    return _field(says, "instant", need, missing, sa_type=Instant)


def fact_table(
    table: str, *indexed: str, pair: tuple[str, ...] = ()
) -> tuple[UniqueConstraint | Index, ...]:
    """The key of a table of facts, and an index for each field that rows are looked up by.

    What names one thing is found in the order of ``seq``, so that the last facts of a large buyer
    are read without those before. The index by ``seq`` alone is for whoever reads the ledger in its
    order, from somewhere on: the walk along the chain, the marks of a checkpoint, an export of what
    is new.

    Parameters
    ----------
    pair : tuple of str
        The two parties, and what is sought between them: of a supplier and a buyer that trade a
        lot, one order of that amount is found without the others.
    """
    pairs = [Index(f"{table}_pair", "tenant", *pair)] if pair else []
    return (
        UniqueConstraint("tenant", "ref", "revision"),
        Index(f"{table}_seq", "tenant", "seq"),
        *(Index(f"{table}_{name}", "tenant", name, "seq") for name in indexed),
        *pairs,
    )


def references(row: type[Reported]) -> dict[str, str]:
    """The fields of a row that name a fact, and its kind, in the order of the fields."""
    told = {name: field.json_schema_extra for name, field in row.model_fields.items()}
    return {
        name: str(extra["names"])
        for name, extra in told.items()
        if isinstance(extra, dict) and extra["names"]
    }


def personal_fields(row: type[Reported]) -> tuple[str, ...]:
    """The fields of a row that are encrypted where they name a natural person."""
    told = {name: field.json_schema_extra for name, field in row.model_fields.items()}
    return tuple(
        name for name, extra in told.items() if isinstance(extra, dict) and extra["personal"]
    )


def _field(
    says: str,
    unit: str,
    need: Need,
    missing: str,
    names: str = "",
    *,
    personal: bool = False,
    **column: Any,
) -> Any:
    if need not in get_args(Need):
        raise ValueError(f"{need!r} is no need; use one of {get_args(Need)}")
    if need != "M":
        column |= {"default": None, "nullable": True}
    told = {
        "unit": unit,
        "need": need,
        "missing": "" if need == "M" else missing,
        "names": names,
        "personal": personal,
    }
    return Field(description=says, schema_extra={"json_schema_extra": told}, **column)


class Stated(Reported):
    """A reported row whose fields must fit each other in the ways that it lists.

    Attributes
    ----------
    in_order : tuple of pairs
        Fields of which the second is not before (not below) the first, where both are given.
    spans : tuple of pairs
        The same, and not equal: a period has days, its end is the first day after it.
    differ : tuple of tuples
        Fields that never hold the same party.
    together : tuple of pairs
        Where the first field is given the second is too.
    """

    in_order: ClassVar[tuple[tuple[str, str], ...]] = ()
    spans: ClassVar[tuple[tuple[str, str], ...]] = ()
    differ: ClassVar[tuple[tuple[str, str], ...]] = ()
    together: ClassVar[tuple[tuple[str, str], ...]] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        said = vars(self)
        for first, second in (*self.in_order, *self.spans):
            low, high = said[first], said[second]
            if low is None or high is None:
                continue
            if high < low:
                raise ValueError(f"{second} {high} is before {first} {low}; correct one of them")
            if high == low and (first, second) in self.spans:
                raise ValueError(
                    f"{second} {high} is not after {first}; the end is the first day after it"
                )
        for one, other in self.differ:
            if said[one] is not None and said[one] == said[other]:
                raise ValueError(f"{one} and {other} are the same party")
        for field, other in self.together:
            if said[field] is not None and said[other] is None:
                raise ValueError(f"{field} is given without {other}; give both")
        return self
