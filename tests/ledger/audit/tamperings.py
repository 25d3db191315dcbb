"""What somebody with all rights in the database might do to a ledger, by seed.

Each tampering is done in an open transaction and returns where it must be found.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Integer,
    LargeBinary,
    select,
    text,
    type_coerce,
)
from sqlalchemy.types import NullType, TypeDecorator

from ledger.kinds import table_of
from ledger.principals import DEFAULT_TENANT
from tests.ledger.made_rows import a_world

Raw = dict[str, Any]
KEYS = {"tenant": ("tenant",), "chain_head": ("tenant", "writer")}
LINKS = ("batch", "score_record")
WITH_ROWS = tuple(a_world())
"""Kinds of facts that the ledger has rows of."""


@dataclass(frozen=True)
class Place:
    """Where a tampering must be found: one of these positions, or this row of a book."""

    seqs: frozenset[int]
    kind: str = ""
    id: str = ""


def at(*seqs: int) -> Place:
    return Place(frozenset(seqs))


def raw_rows(connection: Connection, name: str) -> list[Raw]:
    """The default tenant's rows of a table, as the driver gives them."""
    table = table_of(name)
    order = {"batch": "first_seq", "tenant": "tenant", "chain_head": "writer"}.get(name, "seq")
    asked = select(*(type_coerce(column, NullType()) for column in table.columns))
    found = connection.execute(
        asked.where(table.c.tenant == DEFAULT_TENANT).order_by(table.c[order])
    )
    return [dict(zip(table.columns.keys(), row, strict=True)) for row in found]


def change(connection: Connection, name: str, row: Raw, values: Raw) -> None:
    """UPDATE a row, with values as the driver takes them."""
    keys = KEYS.get(name, ("tenant", "id"))
    settings = ", ".join(f"{field} = :new_{field}" for field in values)
    match = " AND ".join(f"{key} = :{key}" for key in keys)
    given = {f"new_{field}": value for field, value in values.items()}
    connection.execute(
        text(f"UPDATE {name} SET {settings} WHERE {match}"),  # noqa: S608
        {**given, **{key: row[key] for key in keys}},
    )


def delete(connection: Connection, name: str, row: Raw) -> None:
    keys = KEYS.get(name, ("tenant", "id"))
    match = " AND ".join(f"{key} = :{key}" for key in keys)
    connection.execute(text(f"DELETE FROM {name} WHERE {match}"), {k: row[k] for k in keys})  # noqa: S608


def insert(connection: Connection, name: str, row: Raw) -> None:
    names = ", ".join(row)
    marks = ", ".join(f":{field}" for field in row)
    connection.execute(text(f"INSERT INTO {name} ({names}) VALUES ({marks})"), row)  # noqa: S608


def facts(connection: Connection) -> list[tuple[str, Raw]]:
    """Facts and records with the names of their tables, in the order of ``seq``."""
    names = (*WITH_ROWS, "score_record")
    found = [(name, row) for name in names for row in raw_rows(connection, name)]
    return sorted(found, key=lambda one: one[1]["seq"])


def everything_of(connection: Connection) -> list[tuple[str, Raw]]:
    books = [(name, row) for name in ("batch", *KEYS) for row in raw_rows(connection, name)]
    return [*facts(connection), *books]


def other_value(random: Random, name: str, field: str, value: Any) -> Any:
    """Another value that the column of either store takes."""
    declared = table_of(name).c[field].type
    stored = declared.impl_instance if isinstance(declared, TypeDecorator) else declared
    if value is not None and table_of(name).c[field].nullable and random.random() < 0.3:
        return None
    if isinstance(stored, Boolean):
        return not value
    if isinstance(stored, Integer):
        return (value or 0) + random.choice((-1, 1, 7, 1000))
    if isinstance(stored, LargeBinary):
        spot = random.randrange(len(value))
        return value[:spot] + bytes([value[spot] ^ 1 << random.randrange(8)]) + value[spot + 1 :]
    if not value:
        return "X"
    spot = random.randrange(len(value))
    return value[:spot] + ("x" if value[spot] != "x" else "y") + value[spot + 1 :]


def place_of(name: str, row: Raw) -> Place:
    if name == "batch":
        return Place(frozenset({row["first_seq"]}), "batch", row["id"])
    return Place(frozenset(), name) if name in KEYS else at(row["seq"])


def edit(connection: Connection, random: Random) -> Place:
    name, row = random.choice(everything_of(connection))
    field = random.choice(list(row))
    value = other_value(random, name, field, row[field])
    change(connection, name, row, {field: value})
    if field == "seq":
        return at(min(row["seq"], value))
    return place_of(name, row)


def remove(connection: Connection, random: Random) -> Place:
    found = [one for one in everything_of(connection) if one[0] != "tenant"]
    name, row = random.choice(found)
    delete(connection, name, row)
    return place_of(name, row)


def reorder(connection: Connection, random: Random) -> Place:
    (name, one), (other_name, other) = random.sample(facts(connection), 2)
    change(connection, name, one, {"seq": -1})
    change(connection, other_name, other, {"seq": one["seq"]})
    change(connection, name, one, {"seq": other["seq"]})
    return at(min(one["seq"], other["seq"]))


def swap(connection: Connection, random: Random) -> Place:
    """Exchange what two facts of a kind hold, but for their places: perhaps the seals as well."""
    kind = random.choice([name for name in WITH_ROWS if len(raw_rows(connection, name)) > 1])
    one, other = random.sample(raw_rows(connection, kind), 2)
    kept = {"tenant", "id", "seq", "ref", *random.choice(((), ("seal",)))}
    for row, values in ((one, other), (other, one)):
        taken = {field: value for field, value in values.items() if field not in kept}
        if taken.get("revision") != row["revision"]:
            taken.pop("revision")
        change(connection, kind, row, taken)
    return at(min(one["seq"], other["seq"]))


def truncate(connection: Connection, random: Random) -> Place:
    """Cut the tail off anywhere, with the books set right; what a cut leaves of a batch stays."""
    return _truncated(connection, random.randrange(1, len(facts(connection))))


def truncate_between_commits(connection: Connection, random: Random) -> Place:
    """Cut the tail off so that nothing is left that doesn't fit."""
    firsts = [row["first_seq"] for row in raw_rows(connection, "batch")][1:]
    return _truncated(connection, random.choice(firsts) - 1)


def _truncated(connection: Connection, last: int) -> Place:
    for name, row in facts(connection)[last:]:
        delete(connection, name, row)
    for row in raw_rows(connection, "batch"):
        if row["first_seq"] > last:
            delete(connection, "batch", row)
    set_heads_right(connection)
    return at(last + 1)


def forge(connection: Connection, random: Random) -> Place:
    """Insert a copy of a fact: at the end, at a place that is taken, or between two others."""
    found = facts(connection)
    name, row = random.choice([one for one in found if one[0] not in LINKS])
    place = random.choice((len(found) + 1, random.randrange(1, len(found) + 1)))
    if place <= len(found) and random.random() < 0.5:
        for other_name, other in reversed(found[place - 1 :]):
            change(connection, other_name, other, {"seq": other["seq"] + 1})
    insert(connection, name, {**row, "id": "forged", "ref": "forged", "seq": place})
    change(
        connection,
        "tenant",
        {"tenant": DEFAULT_TENANT},
        {"last_seq": max(row["seq"] for _, row in facts(connection))},
    )
    return at(place)


def set_heads_right(connection: Connection) -> None:
    """Set the book and the heads of its chains to what the rows left say."""
    ends: dict[str, tuple[int, bytes]] = {}
    links = [(row["last_seq"], row) for row in raw_rows(connection, "batch")]
    links += [(row["seq"], row) for row in raw_rows(connection, "score_record")]
    for seq, row in sorted(links, key=lambda one: one[0]):
        ends[row["writer"]] = (seq, row["digest"])
    for head in raw_rows(connection, "chain_head"):
        if head["writer"] not in ends:
            delete(connection, "chain_head", head)
        else:
            last_seq, found = ends[head["writer"]]
            change(connection, "chain_head", head, {"last_seq": last_seq, "digest": found})
    last = max((seq for seq, _ in ends.values()), default=0)
    changes = len(raw_rows(connection, "batch"))
    right = {"last_seq": last, "changes": changes}
    change(connection, "tenant", {"tenant": DEFAULT_TENANT}, right)
