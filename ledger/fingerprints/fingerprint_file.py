"""The file of blinded hashes that a lender gives others: NDJSON, a head and one hash a line.

The hashes are sorted, so that their order tells nothing. The head says which key blinded them and
which days they are of; its seal, made under the key, shows a file that was cut off or changed.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ledger.faults import Fault, FileInTheWay
from ledger.fingerprints.consortium_key import ConsortiumKey

VERSION = 1
_A_HASH = re.compile(r"[0-9a-f]{64}")


class WrongFingerprints(Fault):
    """A file that holds no fingerprints, was changed, or is of another key."""

    code = "wrong-fingerprints"


@dataclass(frozen=True)
class Head:
    """First line of a file.

    Attributes
    ----------
    fingerprints : int
        Version of the form, 1.
    key : str
        Id of the consortium's key.
    first_day, last_day : str
        Financings drawn on these days and those between, YYYY-MM-DD.
    count : int
        Hashes that follow.
    seal : str
        HMAC-SHA-256 under the key, of all the rest of the file.
    """

    fingerprints: int
    key: str
    first_day: str
    last_day: str
    count: int
    seal: str


def write_file(
    path: Path, key: ConsortiumKey, first_day: date, last_day: date, hashes: Iterable[str]
) -> Head:
    """Blind canonical hashes and write them into a new file; `FileInTheWay` if there is one."""
    blinded = sorted({key.blinded(one) for one in hashes})
    said = {
        "fingerprints": VERSION,
        "key": key.id,
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
        "count": len(blinded),
    }
    head = Head(**said, seal=_seal(key, said, blinded))  # type: ignore[arg-type]
    lines = [json.dumps(asdict(head)), *(json.dumps(one) for one in blinded)]
    try:
        with path.open("x", encoding="ascii") as file:
            file.writelines(f"{line}\n" for line in lines)
    except FileExistsError as error:
        raise FileInTheWay(
            f"{path} is there already", field="out", remedy="name another file"
        ) from error
    except OSError as error:
        raise _wrong(path, f"can't be written: {error.strerror}", "name a file") from error
    return head


def read_file(path: Path, key: ConsortiumKey) -> tuple[Head, frozenset[str]]:
    """Read a file that was made under a key.

    Raises
    ------
    WrongFingerprints
        Where it is none, was made under another key, or isn't as it was made.
    """
    remedy = "give a file of tricredit fingerprints export as it was received"
    try:
        first, *rest = (json.loads(line) for line in path.read_text("ascii").splitlines())
        head = Head(**first)
    except (OSError, ValueError, TypeError) as error:
        raise _wrong(path, "is no file of fingerprints", remedy) from error
    if head.fingerprints != VERSION:
        raise _wrong(path, f"is of form {head.fingerprints!r}, not {VERSION}", remedy)
    if head.key != key.id:
        raise _wrong(
            path,
            f"was made under key {head.key!r}, not {key.id!r}",
            "check each file with the key of its own consortium; ask for a new file after the key "
            "was changed",
        )
    said = {name: value for name, value in asdict(head).items() if name != "seal"}
    whole = all(isinstance(one, str) and _A_HASH.fullmatch(one) for one in rest)
    if not whole or not hmac.compare_digest(str(head.seal), _seal(key, said, rest)):
        raise _wrong(path, "isn't as it was made: cut off, added to or changed", remedy)
    return head, frozenset(rest)


def _seal(key: ConsortiumKey, said: dict[str, Any], blinded: list[str]) -> str:
    return key.seal("\n".join([json.dumps(said, sort_keys=True), *blinded]))


def _wrong(path: Path, what: str, remedy: str) -> WrongFingerprints:
    return WrongFingerprints(f"{path} {what}", field=str(path), remedy=remedy)
