"""Fields of recorded replies, picked out by the database: a reply is long, and few are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CTE, JSON, Connection, Select, cast, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from ledger.kinds import table_of
from ledger.long_texts import UNPACKED

Path = tuple[str, ...]

FIELDS: Mapping[str, tuple[Path, str]] = {
    "decision": (("decision",), "text"),
    "mode": (("mode",), "text"),
    "event": (("event", "name"), "text"),
    "kind": (("event", "kind"), "text"),
    "probability": (("probability",), "number"),
    "logit": (("logit",), "number"),
    "advance_minor": (("advance_minor",), "whole"),
    "missing": (("missing",), "value"),
}
"""What is picked out of a reply: where it stands, and what it is."""


def replies(connection: Connection, table: str, columns: Sequence[str], rows: Any) -> CTE:
    """Rows of a table that has a column ``reply``, with `FIELDS` of it.

    Parameters
    ----------
    table : str
        ``score_record`` or ``shadow_score``.
    columns : sequence of str
        Of the table, to be had as they are.
    rows : function of a Select to a Select
        Which rows, and in which order.
    """
    source = table_of(table)
    postgresql = connection.dialect.name == "postgresql"
    # parsed once a row: on PostgreSQL a text is cast each time it is looked into
    read = (
        cast(source.c.reply, JSONB)
        if postgresql
        else type_coerce(getattr(func, UNPACKED)(source.c.reply), JSON)
    )
    asked: Select[Any] = rows(select(*(source.c[name] for name in columns), read.label("read")))
    found = asked.cte(f"{table}_read")
    if postgresql:
        found = found.prefix_with("MATERIALIZED")
    inner = type_coerce(found.c.read, JSONB if postgresql else JSON)
    told = [_field(inner, *where).label(name) for name, where in FIELDS.items()]
    return select(*(found.c[name] for name in columns), *told).cte(f"{table}_told")


def _field(read: Any, path: Path, kind: str) -> Any:
    found = read[path]
    if kind == "number":
        return found.as_float()
    if kind == "value":
        return found
    return found.as_integer() if kind == "whole" else found.as_string()
