"""An attacker who knows this code: changes a row, then hashes every later row and head anew."""

from random import Random
from typing import Any

from sqlalchemy import Connection

from ledger.audit.chain import genesis, link
from ledger.audit.digests import possible_digests, seal_over
from ledger.audit.stored_rows import plain_values, tagged_values
from ledger.principals import DEFAULT_TENANT
from tests.ledger.audit.tamperings import (
    Place,
    Raw,
    at,
    change,
    facts,
    other_value,
    raw_rows,
    set_heads_right,
)

NOT_REPORTED = {"tenant", "id", "seq", "batch", "digest", "seal", "writer", "previous", "last_seal"}
PLACES = {"first_seq", "last_seq", "ref", "revision"}


def rehash(connection: Connection, *, through: int | None = None) -> None:
    """Make the whole chain right again from the rows, or only up to a position."""
    (book,) = raw_rows(connection, "tenant")
    heads: dict[str, bytes] = {}
    batches = {row["id"]: row for row in raw_rows(connection, "batch")}
    seal = b""
    for name, row in facts(connection):
        if through is not None and row["seq"] > through:
            return
        if name == "score_record":
            _relink(connection, name, row, heads, book)
            continue
        batch = batches[row["batch"]]
        if row["seq"] == batch["first_seq"]:
            seal = _head(heads, batch["writer"], book)
        seal = _reseal(connection, name, row, seal)
        if row["seq"] == batch["last_seq"]:
            _relink(connection, "batch", {**batch, "last_seal": seal}, heads, book)
    set_heads_right(connection)


def edit_and_rehash(connection: Connection, random: Random) -> Place:
    """Change something said, and rehash: without a checkpoint nobody can tell."""
    name, row, field = _target(connection, random)
    change(connection, name, row, {field: other_value(random, name, field, row[field])})
    rehash(connection)
    if name == "batch":
        return Place(frozenset({row["last_seq"]}), "batch", row["id"])
    return at(row["seq"])


def edit_and_reseal(connection: Connection, random: Random) -> Place:
    """Change a row and hash anew only a few rows from it on: the seal, or to the end of a batch."""
    name, row, field = _target(connection, random, facts_only=True)
    change(connection, name, row, {field: other_value(random, name, field, row[field])})
    rehash(connection, through=row["seq"] + random.choice((0, 0, 1, 3)))
    return at(row["seq"])


def _target(
    connection: Connection, random: Random, *, facts_only: bool = False
) -> tuple[str, Raw, str]:
    found = facts(connection)
    if not facts_only:
        found += [("batch", row) for row in raw_rows(connection, "batch")]
    name, row = random.choice(found)
    fields = [field for field in row if field not in NOT_REPORTED | PLACES]
    return name, row, random.choice(fields)


def _head(heads: dict[str, bytes], writer: str, book: Raw) -> bytes:
    return heads.get(writer) or genesis(
        DEFAULT_TENANT, writer, book["time_zone"], book["base_currency"]
    )


def _relink(
    connection: Connection, name: str, row: Raw, heads: dict[str, bytes], book: Raw
) -> None:
    new: dict[str, Any] = {**row, "previous": _head(heads, row["writer"], book)}
    new["digest"] = link(name, plain_values(name, new))
    hashes = {"previous", "digest", "last_seal"}
    change(connection, name, row, {field: new[field] for field in new if field in hashes})
    heads[row["writer"]] = new["digest"]


def _reseal(connection: Connection, name: str, row: Raw, before: bytes) -> bytes:
    fields = tagged_values(name, row)
    possible = possible_digests(name, fields)
    new = row["digest"] if row["digest"] in possible else possible[1]
    seal = seal_over(before, name, {**fields, "digest": f"x{new.hex()}"})
    change(connection, name, row, {"digest": new, "seal": seal})
    return seal
