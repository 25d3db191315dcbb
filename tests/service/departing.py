"""Lenders whose people depart from decisions: four services on one book, each with its policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from ledger.principals import DEFAULT_TENANT, Principal, Role
from service.access import caller
from service.override_bodies import OverridesReply
from tests.service.offers import Lender, a_book, a_lender, a_pack, claim
from tests.worlds import SmallWorld

DECLINE: dict[str, Any] = {
    "decision": "DECLINE",
    "reason": "adverse_news",
    "words": "its buyer stopped payments / 买方停止付款",
    "by": "Zhang Wei",
}
APPROVE: dict[str, Any] = {
    "decision": "APPROVE",
    "reason": "verified",
    "words": "seen on site",
    "by": "Zhang Wei",
}


BEST = """
[[matrix.bands]]
name = "best"
below = { late = 1e-9 }
nothing = "APPROVE"
counter = "APPROVE_REDUCED"
refer = "REFER"
block = "DECLINE"
[[matrix.bands]]"""
"""A band before the others into which nobody comes: by it the rules of drawdown answer."""


@dataclass(frozen=True)
class Lenders:
    """Services on one book that answer alike but for their policy."""

    approves: Lender
    refers: Lender
    declines: Lender
    blocks: Lender


def pack(folder: Path, nothing: str, *, block: bool = False) -> str:
    folder.mkdir()
    path = Path(a_pack(folder))
    said = path.read_text()
    for case, usual in (("nothing", "APPROVE"), ("counter", "APPROVE_REDUCED"), ("refer", "REFER")):
        answer = usual if nothing == "APPROVE" else nothing
        said = said.replace(f'{case} = "{usual}"', f'{case} = "{answer}"')
    said = said.replace("[[matrix.bands]]", BEST, 1)
    if block:
        said = said.replace(
            'case = "settled"\nseverity = "BLOCK"\nscope = "drawdown"',
            'case = "settled"\nseverity = "BLOCK"\nscope = "request"',
        )
    path.write_text(said)
    return str(path)


@contextmanager
def lenders_on(url: str, small: SmallWorld, folder: Path) -> Iterator[Lenders]:
    claims = [claim(f"I-{number}") for number in range(1, 15)]
    packs = {
        "approves": pack(folder / "a", "APPROVE"),
        "refers": pack(folder / "r", "REFER"),
        "declines": pack(folder / "d", "DECLINE"),
        "blocks": pack(folder / "b", "REFER", block=True),
    }
    with ExitStack() as stack:
        engine = stack.enter_context(a_book(url, *claims))
        yield Lenders(
            **{
                name: stack.enter_context(a_lender(small, engine, one))
                for name, one in packs.items()
            }
        )


def depart(lender: Lender, score: str, key: str | None = None, **said: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return lender.client.post(f"/scores/{score}/overrides", json=said, headers=headers)


def unsigned(body: dict[str, Any]) -> dict[str, Any]:
    """The same as somebody with a key sends it: the key says who."""
    return {name: value for name, value in body.items() if name != "by"}


def seen(lender: Lender, score: str) -> OverridesReply:
    answer = lender.client.get(f"/scores/{score}/overrides")
    return OverridesReply.model_validate_json(answer.content)


def refused(answer: Any) -> str:
    assert answer.status_code in {400, 403, 404, 409, 422}, answer.text
    kind: str = answer.json()["type"]
    return kind.removeprefix("/problems/")


@contextmanager
def calling(
    lender: Lender, name: str, *roles: Role, tenant: str = DEFAULT_TENANT
) -> Iterator[None]:
    client = lender.client
    assert isinstance(client, TestClient)
    app: Any = client.app
    app.dependency_overrides[caller] = lambda: Principal(tenant, name, frozenset(roles))
    try:
        yield
    finally:
        app.dependency_overrides.clear()
