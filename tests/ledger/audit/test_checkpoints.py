"""Signed checkpoints and their keys: written once, refused when touched."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from ledger.audit.checkpoints import Checkpoint, make_checkpoint, read_checkpoint, write_checkpoint
from ledger.audit.signing_keys import key_id, load_private, load_public, make_keys
from ledger.audit.verifying import verify
from ledger.database import reading
from ledger.faults import FileInTheWay, WrongCheckpoint, WrongKeyFile
from tests.ledger.audit.made_chains import a_busy_ledger
from tests.ledger.made_rows import NOW, a_ledger, party, put


@pytest.fixture
def engine(sqlite_ledger: str) -> Iterator[Engine]:
    """A ledger with batches and records of two writers."""
    with a_ledger(sqlite_ledger) as opened:
        a_busy_ledger(opened)
        yield opened


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def checkpoint_of(engine: Engine, key: Ed25519PrivateKey, tenant: str = "default") -> Checkpoint:
    with reading(engine) as connection:
        return make_checkpoint(connection, tenant, key, NOW)


def test_a_checkpoint_comes_back_from_its_file(
    engine: Engine, key: Ed25519PrivateKey, tmp_path: Path
) -> None:
    made = checkpoint_of(engine, key)
    write_checkpoint(made, tmp_path / "one.json")

    found = read_checkpoint(tmp_path / "one.json")
    assert found == made
    assert found.signed_by(key.public_key())
    assert (found.statement.last_seq, found.statement.made_at) == (
        26,
        "2024-06-01T12:00:00.000000+00:00",
    )
    assert [head.writer for head in found.statement.heads] == ["main", "second"]
    assert [mark.seq for mark in found.statement.marks] == list(range(1, 27))


def test_a_checkpoint_is_never_written_over(
    engine: Engine, key: Ed25519PrivateKey, tmp_path: Path
) -> None:
    made = checkpoint_of(engine, key)
    write_checkpoint(made, tmp_path / "one.json")

    with pytest.raises(FileInTheWay):
        write_checkpoint(made, tmp_path / "one.json")
    with pytest.raises(WrongCheckpoint):
        write_checkpoint(made, tmp_path / "missing" / "one.json")


@pytest.mark.parametrize("field", ["last_seq", "made_at", "heads", "marks", "signature"])
def test_a_touched_checkpoint_is_a_finding(
    engine: Engine, key: Ed25519PrivateKey, tmp_path: Path, field: str
) -> None:
    path = tmp_path / "one.json"
    write_checkpoint(checkpoint_of(engine, key), path)
    said = json.loads(path.read_bytes())
    others = {"last_seq": 25, "made_at": "2024", "heads": [], "marks": [], "signature": "00" * 64}
    path.write_text(json.dumps({**said, field: others[field]}), encoding="utf-8")

    found = verify(engine, "default", [read_checkpoint(path)], [key.public_key()])
    assert [finding.kind for finding in found.findings] == ["checkpoint"]
    assert (found.checkpoints, found.last_seq) == (0, 26)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'"x"',
        b"\xff",
        b"[" * 100_000,
        b'{"signature": 5}',
        b'{"signature": "", "format": "tricredit checkpoint 1"}',
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "file").write_bytes(body)

    with pytest.raises(WrongCheckpoint):
        read_checkpoint(tmp_path / "file")


def test_a_field_nobody_knows_is_refused(
    engine: Engine, key: Ed25519PrivateKey, tmp_path: Path
) -> None:
    path = tmp_path / "one.json"
    write_checkpoint(checkpoint_of(engine, key), path)
    said = json.loads(path.read_bytes())
    for more in ({"more": 1}, {"format": "tricredit checkpoint 2"}, {"last_seq": 2**60}):
        path.write_text(json.dumps({**said, **more}), encoding="utf-8")
        with pytest.raises(WrongCheckpoint):
            read_checkpoint(path)


def test_another_tenants_or_another_keys_checkpoint_is_refused(
    engine: Engine, key: Ed25519PrivateKey
) -> None:
    for checkpoint in (
        checkpoint_of(engine, key, "other"),
        checkpoint_of(engine, Ed25519PrivateKey.generate()),
    ):
        with pytest.raises(WrongCheckpoint):
            verify(engine, "default", [checkpoint], [key.public_key()])


def test_old_and_new_checkpoints_hold_together(engine: Engine, key: Ed25519PrivateKey) -> None:
    before = checkpoint_of(engine, key)
    put(engine, {"party": [party("more")]}, writer="third")
    after = checkpoint_of(engine, key)

    found = verify(engine, "default", [after, before], [key.public_key()])
    assert (found.ok, found.checkpoints, found.last_seq) == (True, 2, 27)


def test_a_checkpoint_of_a_longer_ledger_finds_what_was_cut_off(
    engine: Engine, key: Ed25519PrivateKey, tmp_path: Path
) -> None:
    with a_ledger(f"sqlite:///{tmp_path}/longer.db") as longer:
        later = checkpoint_of(longer, key)
        assert verify(engine, "default", [later], [key.public_key()]).findings == ()
        put(longer, {"party": [party(f"p{number}") for number in range(30)]})
        later = checkpoint_of(longer, key)

    first = verify(engine, "default", [later], [key.public_key()]).findings[0]
    assert (first.seq, "another ledger" in first.reason) == (1, True)


def test_marks_are_a_thousand_at_most(engine: Engine, key: Ed25519PrivateKey) -> None:
    put(engine, {"party": [party(f"m{number}") for number in range(2_500)]})
    statement = checkpoint_of(engine, key).statement

    assert [mark.seq for mark in statement.marks] == list(range(3, 2527, 3))
    assert [end.last_seq for end in statement.batches][-1] == 2526
    assert verify(engine, "default", [checkpoint_of(engine, key)], [key.public_key()]).ok


def test_a_pair_of_keys_is_made_once_and_loaded(tmp_path: Path) -> None:
    private, public = make_keys(tmp_path / "keys")

    assert load_private(private).public_key() == load_public(public)
    assert len(key_id(load_public(public))) == 16
    assert os.name != "posix" or private.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileInTheWay):
        make_keys(tmp_path / "keys")
    with pytest.raises(WrongKeyFile):
        make_keys(private / "below a file")


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    private, public = make_keys(tmp_path)
    (tmp_path / "scrap").write_text("no key", encoding="utf-8")

    for load, path in ((load_private, public), (load_public, private)):
        for wrong in (path, tmp_path / "scrap", tmp_path / "missing", tmp_path):
            with pytest.raises(WrongKeyFile, match="Ed25519"):
                load(wrong)
