"""A request is read strictly: each wrong field is named with its remedy, its value never is."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from scoring.brought import PartyBrought, ReceivableBrought
from service.intake import parse_request, require_json_accepted
from service.refusals import InvalidRequest, NotAcceptable
from service.schemas import ScoreRequest

MARKER = "张三 13812345678"
Change = Callable[[dict[str, Any]], object]


def read(body: object) -> ScoreRequest:
    return parse_request(json.dumps(body).encode())[0]


def test_a_request_that_brings_everything_along(along: dict[str, Any]) -> None:
    asked = read(along)

    brought = asked.brought()
    assert brought.supplier.said == {"name": "供应商", "country": "CN", "person_linked": False}
    assert [one.ref for one in brought.receivables] == ["I-1", "I-2"]
    assert brought.receivables[0].terms is not None
    assert brought.receivables[0].terms.rate_ppm == 5990
    assert brought.anything


def test_a_request_that_only_names_brings_nothing_along() -> None:
    asked = read(
        {
            "request_id": "R",
            "supplier": {"ref": "S"},
            "buyer": {"ref": "B", "name": None},
            "receivables": [{"ref": "I", "issued_on": None}],
        }
    )

    assert asked.brought().supplier == PartyBrought("S")
    assert asked.brought().receivables == (ReceivableBrought("I"),)
    assert not asked.brought().anything


WRONG: list[tuple[str, Change, str]] = [
    ("unknown field", lambda b: b.update(colour=MARKER), "/colour"),
    ("unknown field below", lambda b: b["buyer"].update(vat=MARKER), "/buyer/vat"),
    ("missing", lambda b: b.pop("buyer"), "/buyer"),
    ("missing below", lambda b: b["buyer"].pop("ref"), "/buyer/ref"),
    ("null for an object", lambda b: b.update(buyer=None), "/buyer"),
    ("text for an object", lambda b: b.update(buyer=MARKER), "/buyer"),
    ("number for a key", lambda b: b.update(request_id=13812345678), "/request_id"),
    ("empty key", lambda b: b["supplier"].update(ref=""), "/supplier/ref"),
    ("long key", lambda b: b["supplier"].update(ref=MARKER * 20), "/supplier/ref"),
    ("NUL in a key", lambda b: b["supplier"].update(ref=f"{MARKER}\0"), "/supplier/ref"),
    ("newline in a name", lambda b: b["supplier"].update(name=f"{MARKER}\n"), "/supplier/name"),
    ("country in words", lambda b: b["supplier"].update(country=MARKER), "/supplier/country"),
    ("1 for true", lambda b: b["supplier"].update(person_linked=1), "/supplier/person_linked"),
    ("text for true", lambda b: b["buyer"].update(person_linked="yes"), "/buyer/person_linked"),
    ("no such day", lambda b: b["buyer"].update(onboarded_on="2021-02-29"), "/buyer/onboarded_on"),
    ("day as number", lambda b: b["buyer"].update(onboarded_on=20210228), "/buyer/onboarded_on"),
    (
        "day as seconds",
        lambda b: b["buyer"].update(onboarded_on="1700000000"),
        "/buyer/onboarded_on",
    ),
    (
        "day with a time",
        lambda b: b["buyer"].update(onboarded_on="2021-02-28T00:00:00Z"),
        "/buyer/onboarded_on",
    ),
    (
        "day out of reach",
        lambda b: b["buyer"].update(onboarded_on="0001-01-01"),
        "/buyer/onboarded_on",
    ),
    ("no receivables", lambda b: b.update(receivables=[]), "/receivables"),
    (
        "too many",
        lambda b: b.update(receivables=[{"ref": str(i)} for i in range(501)]),
        "/receivables",
    ),
    ("object for a list", lambda b: b.update(receivables={"ref": MARKER}), "/receivables"),
    ("twice", lambda b: b["receivables"][1].update(ref="I-1"), "/receivables/1/ref"),
    ("half a receivable", lambda b: b["receivables"][1].pop("due_on"), "/receivables/1/due_on"),
    (
        "a rate alone",
        lambda b: b.update(receivables=[{"ref": "I", "rate_ppm": 1}]),
        "/receivables/0/issued_on",
    ),
    (
        "due before issue",
        lambda b: b["receivables"][0].update(due_on="2026-02-28"),
        "/receivables/0/due_on",
    ),
    (
        "face in quotes",
        lambda b: b["receivables"][0].update(face_minor="13812345678"),
        "/receivables/0/face_minor",
    ),
    (
        "face true",
        lambda b: b["receivables"][0].update(face_minor=True),
        "/receivables/0/face_minor",
    ),
    (
        "face with decimals",
        lambda b: b["receivables"][0].update(face_minor=1.0),
        "/receivables/0/face_minor",
    ),
    ("face zero", lambda b: b["receivables"][0].update(face_minor=0), "/receivables/0/face_minor"),
    (
        "face negative",
        lambda b: b["receivables"][0].update(face_minor=-13812345678),
        "/receivables/0/face_minor",
    ),
    (
        "face too large",
        lambda b: b["receivables"][0].update(face_minor=2**53),
        "/receivables/0/face_minor",
    ),
    ("rate negative", lambda b: b["receivables"][0].update(rate_ppm=-1), "/receivables/0/rate_ppm"),
    (
        "currency in words",
        lambda b: b["receivables"][0].update(currency=MARKER),
        "/receivables/0/currency",
    ),
    ("negative amount", lambda b: b.update(amount_requested_minor=-1), "/amount_requested_minor"),
    ("amount in quotes", lambda b: b.update(amount_requested_minor="5"), "/amount_requested_minor"),
    ("amount true", lambda b: b.update(amount_requested_minor=True), "/amount_requested_minor"),
    ("amount without currency", lambda b: b.pop("currency"), "/currency"),
    ("supplier is buyer", lambda b: b["buyer"].update(ref="S-1"), "/buyer"),
    ("no such mode", lambda b: b.update(mode=MARKER), "/mode"),
    ("decision in the past", lambda b: b.update(as_of="2026-03-01T00:00:00Z"), "/as_of"),
    ("what-if without time", lambda b: b.update(mode="what_if"), "/as_of"),
    (
        "what-if with facts",
        lambda b: b.update(mode="what_if", as_of="2026-03-01T00:00:00Z"),
        "/mode",
    ),
    ("naive time", lambda b: b.update(mode="backtest", as_of="2026-03-01T09:30:00"), "/as_of"),
    ("time as seconds", lambda b: b.update(as_of="1700000000"), "/as_of"),
    ("time as number", lambda b: b.update(as_of=1700000000), "/as_of"),
    ("time with a space", lambda b: b.update(as_of="2026-03-01 09:30:00Z"), "/as_of"),
    ("no such time", lambda b: b.update(as_of="2026-03-01T25:00:00Z"), "/as_of"),
    ("time out of reach", lambda b: b.update(as_of="0001-01-01T00:00:00+14:00"), "/as_of"),
    ("time at the end", lambda b: b.update(as_of="9999-12-31T23:59:59-14:00"), "/as_of"),
    ("a wide digit in a time", lambda b: b.update(as_of="２026-03-01T00:00:00Z"), "/as_of"),
]


@pytest.mark.parametrize(
    ("change", "pointer"), [row[1:] for row in WRONG], ids=[r[0] for r in WRONG]
)
def test_a_wrong_field_is_named_and_its_value_is_not(
    along: dict[str, Any], change: Change, pointer: str
) -> None:
    change(along)

    with pytest.raises(InvalidRequest) as refused:
        read(along)

    told = refused.value
    assert pointer in [flaw.pointer for flaw in told.flaws]
    assert all(flaw.fault and flaw.remedy for flaw in told.flaws)
    assert "1381234" not in f"{told} {told.remedy} {told.flaws}"
    assert "张三" not in f"{told} {told.remedy} {told.flaws}"


@pytest.mark.parametrize("body", [[], 5, "text", None, True])
def test_a_body_that_is_no_object_is_refused(body: object) -> None:
    with pytest.raises(InvalidRequest):
        read(body)


def test_every_fault_is_told_at_once(along: dict[str, Any]) -> None:
    along["amount_requested_minor"] = "5"
    along["buyer"]["ref"] = 5
    along["receivables"][1]["face_minor"] = -1

    with pytest.raises(InvalidRequest) as refused:
        read(along)

    assert [flaw.pointer for flaw in refused.value.flaws] == [
        "/buyer/ref",
        "/receivables/1/face_minor",
        "/amount_requested_minor",
    ]


def test_an_instant_is_taken_with_any_offset() -> None:
    body = {
        "request_id": "R",
        "supplier": {"ref": "S"},
        "buyer": {"ref": "B"},
        "receivables": [{"ref": "I"}],
        "mode": "what_if",
        "as_of": "2026-03-01T09:30:00.250+08:00",
    }

    assert read(body).as_of == datetime(2026, 3, 1, 1, 30, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    "accept", [None, "", "*/*", "application/*", "text/html, application/json;q=0.1", "*/*;q=0.8"]
)
def test_json_is_accepted(accept: str | None) -> None:
    require_json_accepted(accept)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/json;q=0"])
def test_no_json_is_accepted(accept: str) -> None:
    with pytest.raises(NotAcceptable):
        require_json_accepted(accept)
