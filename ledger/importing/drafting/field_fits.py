"""Whether a column can fill a field, how it is then declared, and by which rule that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, get_args

from ledger.facts import Reported
from ledger.importing.drafting.column_looks import ColumnLook
from ledger.importing.drafting.file_writing import FileWriting
from ledger.importing.drafting.number_writing import PLAIN, read_all
from ledger.importing.drafting.synonyms import holds_part, synonyms
from ledger.importing.field_types import FieldType, field_type, refusal
from ledger.importing.file_formats import ISO_INSTANTS
from ledger.kinds import kind_of

Table = Mapping[str, Any]
"""A table of a mapping, as it will be written."""

MOST = 0.95
MOST_CHOICES = 40
CHECKED = 200
"""Different cells that are tried on a field of text."""


@dataclass(frozen=True)
class Fit:
    """A column that can fill a field.

    Attributes
    ----------
    column : mapping
        How it is declared under ``columns``.
    rule : mapping
        How the field follows from it.
    asks : tuple of str
        What must be decided or looked at, for people.
    """

    column: Table
    rule: Table
    asks: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Misfit:
    """Why a column can't fill a field, for people."""

    why: str


def fit(look: ColumnLook, kind: str, name: str, writing: FileWriting) -> Fit | Misfit:
    """Whether a column can fill the field ``name`` of a kind."""
    row = kind_of(kind).row
    wanted = field_type(row, name)
    if look.holds in ("nothing", "other"):
        what = "is blank in all rows looked at" if look.holds == "nothing" else "can't be read"
        return Misfit(what)
    match wanted:
        case "text":
            choices = _choices(row, name)
            return _choice(look, kind, name, choices) if choices else _text(look, row, name)
        case "boolean":
            return _boolean(look)
        case "day" | "instant":
            return _day(look, writing)
        case _:
            return _number(look, wanted, writing)


def declared_as(look: ColumnLook, writing: FileWriting) -> Table | None:
    """How a column is declared by what it holds alone; None where it can't be read at all."""
    match look.holds:
        case "other":
            return None
        case "integer" | "decimal" if not isinstance(_number(look, "money", writing), Misfit):
            return {"type": "decimal"}
        case "date" | "month" | "instant":
            fitting = _day(look, writing)
            return fitting.column if isinstance(fitting, Fit) else {"type": "text"}
        case _:
            return {"type": "text"}


def _choices(row: type[Reported], name: str) -> tuple[str, ...]:
    """The words that a field of a Literal takes; none for other fields."""
    annotation = row.model_fields[name].annotation
    found = [word for part in (annotation, *get_args(annotation)) for word in get_args(part)]
    return tuple(word for word in found if isinstance(word, str))


def _choice(look: ColumnLook, kind: str, name: str, choices: tuple[str, ...]) -> Fit | Misfit:
    if len(look.values) > MOST_CHOICES:
        return Misfit("has too many different words")
    table = f"{kind}.{name}" if f"{kind}.{name}" in synonyms().words else ""
    known = {
        word: value
        for word in look.values
        if (value := synonyms().value_of(table, word) or _same(word, choices)) in choices
    }
    if not known:
        return Misfit("none of its words is known")
    asks = tuple(
        f"{word!r}: which of {', '.join(choices)} is it? {times} row(s) are rejected for it"
        for word, times in look.values.items()
        if word not in known
    )
    return Fit({"type": "enum", "values": known, "unknown": "reject"}, _column(look), asks)


def _same(word: str, choices: tuple[str, ...]) -> str | None:
    said = word.casefold().replace(" ", "_").replace("-", "_")
    return next((choice for choice in choices if choice.casefold() == said), None)


def _text(look: ColumnLook, row: type[Reported], name: str) -> Fit | Misfit:
    if look.stored == "float":
        return Misfit("is kept as a float, which may have lost digits of a key")
    if look.holds in ("decimal", "date", "instant") or bool in look.natives:
        return Misfit(f"holds {look.holds}s")
    if name == "currency":
        return _currency(look, row)
    tried = list(islice(look.values, CHECKED))
    good = sum(refusal(row, name, text) is None for text in tried)
    if good < MOST * len(tried):
        return Misfit("its texts are refused by the ledger")
    asks = () if good == len(tried) else (f"{len(tried) - good} of its texts are refused",)
    return Fit({"type": "text"}, _column(look), asks)


def _currency(look: ColumnLook, row: type[Reported]) -> Fit | Misfit:
    if all(refusal(row, "currency", text) is None for text in look.values):
        return Fit({"type": "text"}, _column(look))
    known = {
        word: code
        for word in islice(look.values, MOST_CHOICES)
        if (code := synonyms().value_of("currency", word) or word)
        and refusal(row, "currency", code) is None
    }
    if not known:
        return Misfit("none of its words is a currency")
    asks = tuple(f"{word!r}: which currency is it?" for word in look.values if word not in known)
    return Fit({"type": "enum", "values": known, "unknown": "reject"}, _column(look), asks)


def _boolean(look: ColumnLook) -> Fit | Misfit:
    yes = [word for word in look.values if word.lower() in synonyms().yes]
    no = [word for word in look.values if word.lower() in synonyms().no]
    if bool in look.natives:
        yes, no = ["true"], ["false"]
    elif len(yes) + len(no) < len(look.values) or not yes:
        return Misfit("its words aren't yes and no")
    asks: tuple[str, ...] = ()
    if not no:
        no = [""]
        asks = (f"only {yes[0]!r} and blanks: is a blank 'no'? If it is unknown, leave this out",)
    return Fit({"type": "boolean", "true": yes, "false": no}, _column(look), asks)


def _day(look: ColumnLook, writing: FileWriting) -> Fit | Misfit:
    if look.worded_days:
        return Misfit("writes months in letters, which isn't read: export days in digits")
    if look.days is None:
        return Misfit("holds no days")
    formats = writing.formats_of(look)
    asks: tuple[str, ...] = ()
    if look.days.order_open:
        order = "month" if writing.month_first else "day"
        asks = (f"no day above 12 was seen; read with the {order} first",)
    if look.holds == "month":
        table = {"type": "month"} | ({} if formats in ((), ("%Y-%m",)) else {"formats": formats})
        return Fit(table, {"month": look.name}, (*asks, "only the month is known: its first day"))
    if look.holds == "instant":
        usual = set(formats) <= set(ISO_INSTANTS)
        return Fit(
            {"type": "instant"} | ({} if usual else {"formats": formats}), {"day": look.name}, asks
        )
    table = {"type": "date"}
    if formats not in ((), writing.dates):
        return Fit({**table, "formats": formats}, {"day": look.name}, asks)
    return Fit(table, {"day": look.name}, asks)


def _number(look: ColumnLook, wanted: FieldType, writing: FileWriting) -> Fit | Misfit:
    if look.decorated is not None:
        return Misfit(f"writes {look.decorated!r} at its numbers: export them without")
    if look.numbers is None or look.leading_zeros:
        return Misfit("holds no numbers")
    if look.is_text and writing.form.value not in look.numbers.forms:
        return Misfit("writes numbers otherwise than the other columns of the file")
    if wanted == "integer":
        if not _is_whole(look, writing):
            return Misfit("holds numbers that aren't whole")
        return Fit({"type": "integer"}, _column(look))
    if wanted == "ppm":
        return _ratio(look, writing)
    if holds_part(look.name, synonyms().scaled):
        return Misfit("is told in thousands or the like, and no rule multiplies: export it in full")
    return Fit({"type": "decimal"}, {"money": look.name})


def _ratio(look: ColumnLook, writing: FileWriting) -> Fit:
    numbers = sorted(abs(number) for number in numbers_of(look, writing))
    middle = numbers[len(numbers) // 2]
    form = "share" if middle < Decimal("0.5") else "percent"
    ask = f"taken for a {form}, the middle one is {middle}: is that so, and for a month or a year?"
    return Fit({"type": "decimal"}, {form: look.name}, (ask,))


def _is_whole(look: ColumnLook, writing: FileWriting) -> bool:
    return all(number == number.to_integral_value() for number in numbers_of(look, writing))


def numbers_of(look: ColumnLook, writing: FileWriting) -> list[Decimal]:
    """The different numbers of a column."""
    form = writing.form.value if look.is_text else PLAIN
    return list(read_all(form, look.values).values())


def _column(look: ColumnLook) -> Table:
    return {"column": look.name}
