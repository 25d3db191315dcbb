"""The page ``docs/ledger.md``, made from the tables: what to send, in which order, with which need.

``python -m ledger.ledger_page`` writes it; a test compares it with what lies on disk.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from ledger.declaring import Stated
from ledger.kinds import KINDS, Kind

PAGE = Path(__file__).resolve().parents[1] / "docs" / "ledger.md"

_ENTITY = re.compile(r" \((?:domain\.md )?[E0-9., ]+\)")
"""Pointers into the design, which an integrator doesn't have."""

PREFACE = """# The ledger: what to send

<!-- Made by `python -m ledger.ledger_page` from the tables; edit those. -->

A *fact* is a row of one of the kinds below. Rows of any kinds come together in a *batch*, which is
written wholly or not at all (or, where that is asked, without its bad rows). Send the kinds in the
order of this page: what is named comes before what names it. Within a batch the order is ours.

## How to send rows

Over HTTP ([README](../README.md#send-facts); `/docs` of a running service has forms to try):
`POST /facts/KIND?source_system=NAME`, rows of one kind a request.

| content type | rows | line in an error |
|---|---|---|
| `application/json` | an array of objects, or one object | number of the row, from 1 |
| `application/x-ndjson` | one object a line | the line |
| `text/csv` | RFC 4180; the first line names the fields, an empty cell is missing | the line |
| `application/vnd.apache.parquet` | a column a field | number of the row, from 1 |

Lines are counted from 1, with the header and with empty ones.
Text is UTF-8, with or without a byte order mark; nothing is compressed. Keys and columns are the
fields below, each once; unknown ones are refused. Each value has one form:

| type | JSON | CSV | Parquet |
|---|---|---|---|
| text | `"NA"` | `NA` stays the text NA, `007` keeps its zeros, blanks stay | string |
| whole | `1230` | `1230`; not `1230.0`, `1,230`, `01230` | any integer |
| yes or no | `true`, `false` | `true`, `false` | bool |
| day | `"2026-03-01"` | `2026-03-01` | date32 |
| instant | `"2026-03-01T09:30:00+08:00"` | the same | timestamp with a zone |

Without `keep_good=true` one bad row stops all of them; with it the good rows are loaded and the
others told. `historical=true` declares onboarding or backfill. A file that can't be read to its end
loads nothing. `GET /facts/KIND` and `GET /enterprises/REF` tell what was known at any time. Exports
that aren't in this form come in by a mapping ([mappings.md](mappings.md)).

## What every row has

| field | type | need | meaning |
|---|---|---|---|
| `ref` | text, 1-128 | M | your key of the fact, one a kind; other rows name it by this key |
| `happened_at` | instant | M | when it happened in the world; never later than now |
| `known_at` | instant | C | when the lender could first know it; missing: the kind's delay later |

A delay never reaches beyond the batch: what the ledger has got is known.

Need: **M** mandatory; **C** given where it applies or is known, features use it; **O** optional.
Unknown is null, never 0 and never an empty text. A feature over a source that nobody asked is
missing: send `source_coverage` to say that it was asked and had nothing.

Money is whole minor units in the currency of the book (12.30 is 1230). Shares and rates are whole
parts per million (5 % is 50000), quantities thousandths, unit prices millionths: whole numbers are
the same in every store, file and digest. Instants carry an offset; days are calendar days; where a
field is the end of a period it is the first day after it. Numbers in texts are refused. A natural
person's attributes come as keyed hashes (`ledger.hashing`), 64 hexadecimal digits; a raw value has
another form and is refused.

## Natural persons

What names a natural person (the fields marked below, of a party that is `person_linked`) is kept
encrypted under a key of that person, in facts and in the requests of scores. Give the ledger its
secret, 64 hexadecimal digits (`openssl rand -hex 32`), in `TRICREDIT_PERSON_SECRET`: always the
same, and nowhere near the database. Without it rows that name a person are refused, and names are
told as null. Erasing a person (`ledger.persons.erase`, for an admin) destroys the key: the name is
gone for good, also for us, while every fact, score and chain stays valid. A backup made before
still has the key; erase it there too. A `ref` should say nothing: it is not encrypted.

## What happens to a row

- **Sent again** with the same content: nothing; it is counted as unchanged.
- **Wrong, and sent right later** under the same `ref`: a new fact that supersedes the old one.
  That one stays, and a score of the time before is still rebuilt from it. Nothing is deleted.
- **Late**: a live fact counts from when the ledger got it, whatever `known_at` says; one of a batch
  declared historical (onboarding, backfill) counts from `known_at` on.
- **Two rows of one `ref` that differ** in one batch: both refused: which is right can't be told.
- **Naming what isn't there** (`names` below): refused, and so is what names a refused row.
- **Contradicting what it names**: a delivery more than a year before its order; a red note above
  its invoice; allocations above their payment, or to an invoice of another buyer where the payment
  doesn't say `third_party`: refused.
- **Odd, not wrong** (a statement out of balance by more than 0.5 %, an organisation code that
  doesn't check, a size class against its figures): written; `ledger.doubts` tells.

Every refusal names kind, row, field and reason.

## Kinds, in the order to send
"""


def ledger_page() -> str:
    """The page as Markdown."""
    return PREFACE + "".join("\n" + "\n".join(_section(kind)) + "\n" for kind in KINDS)


def _section(kind: Kind) -> Iterator[str]:
    yield f"### {kind.name}"
    yield ""
    yield _ENTITY.sub("", " ".join((kind.row.__doc__ or "").split()))
    days = kind.latency.days
    yield f"Known {f'{days} day(s) later' if days else 'at once'} where `known_at` is missing."
    yield ""
    yield "| field | type | unit | need | meaning | missing means |"
    yield "|---|---|---|---|---|---|"
    for name, field in kind.row.model_fields.items():
        if isinstance(field.json_schema_extra, dict):
            yield _line(name, field, field.json_schema_extra)
    rules = list(_rules(kind))
    if rules:
        yield ""
        yield f"Together: {'; '.join(rules)}."


def _line(name: str, field: FieldInfo, told: dict[str, Any]) -> str:
    named = told["names"]
    form = f"names a `{named}`" if named else form_of(field.annotation)
    says = str(field.description).rstrip(".")
    says += "; encrypted where it is a person's" if told["personal"] else ""
    cells = (f"`{name}`", form, told["unit"], told["need"], says, told["missing"])
    return f"| {' | '.join(str(cell).replace('|', '&#124;') for cell in cells)} |"


def form_of(annotation: Any) -> str:
    """The type of a field in words: its words where it is one of several, or text, number, day."""
    origin = get_origin(annotation)
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in get_args(annotation))
    if origin in (Union, types.UnionType):
        (one,) = (part for part in get_args(annotation) if part is not type(None))
        return form_of(one)
    if origin is Annotated:
        return form_of(get_args(annotation)[0])
    return {bool: "yes or no", int: "whole", str: "text", date: "day", datetime: "instant"}[
        annotation
    ]


def _rules(kind: Kind) -> Iterator[str]:
    if not issubclass(kind.row, Stated):
        return
    for first, second in kind.row.in_order:
        yield f"`{second}` not before `{first}`"
    for first, second in kind.row.spans:
        yield f"`{second}` after `{first}`"
    for one, other in kind.row.differ:
        yield f"`{one}` is not `{other}`"
    for field, other in kind.row.together:
        yield f"`{field}` comes with `{other}`"


if __name__ == "__main__":
    PAGE.write_text(ledger_page(), encoding="utf-8")
