"""An offer is held, drawn once and given back; what the book says no to is told with its reason."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ledger.audit.verifying import verify
from ledger.principals import DEFAULT_TENANT
from service.drawdown_bodies import DrawdownReply, ReleaseReply, ReserveReply
from tests.default_bundles import DefaultBundles
from tests.service.offers import FACE, MORNING, TODAY, Lender, a_book, a_lender, a_pack, claim, put
from tests.worlds import SmallWorld

LINES = "buyer_minor = 1_500_000, group_minor = 1_700_000, single_name_minor = 1_200_000"
BY_T: dict[str, Any] = {"supplier": {"ref": "T"}}
ON_C: dict[str, Any] = {"buyer": {"ref": "C"}}


@pytest.fixture(scope="module")
def lender(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lender]:
    """A lender without lines; each test asks about claims of its own."""
    folder = tmp_path_factory.mktemp("drawdown")
    claims = [claim(f"I-{number}") for number in range(1, 10)]
    with (
        a_book(f"sqlite:///{folder / 'ledger.db'}", *claims) as engine,
        a_lender(small_world, engine, a_pack(folder)) as made,
    ):
        yield made


def refused(answer: Any) -> str:
    """The code of a problem."""
    assert answer.status_code in {409, 422}, answer.text
    kind: str = answer.json()["type"]
    return kind.removeprefix("/problems/")


def repay(lender: Lender, score: str, amount: int) -> None:
    said = {"happened_at": MORNING, "repaid_on": TODAY, "currency": "CNY", "payer": "buyer"}
    row = {**said, "ref": f"r{amount}", "financing": score, "amount_minor": amount}
    put(lender.engine, {"repayment": [row]})


def test_an_offer_is_reserved_drawn_in_part_repaid_and_given_back(lender: Lender) -> None:
    score, before = lender.score(600_000, "I-1"), lender.financed

    held = lender.act("reserve", score, 600_000, minutes=30)
    reserved = ReserveReply.model_validate_json(held.content)
    assert reserved.expires_at - reserved.held_at <= timedelta(minutes=30)
    assert [one.amount_minor for one in reserved.receivables] == [600_000]
    drawn = DrawdownReply.model_validate_json(lender.act("drawdown", score, 400_000).content)

    assert (drawn.financing, drawn.amount_minor, drawn.product) == (score, 400_000, "factoring")
    assert drawn.matures_on == TODAY + timedelta(days=85)
    assert lender.financed == before + 400_000
    assert verify(lender.engine, DEFAULT_TENANT).ok
    (seen,) = lender.asked(100_000, "I-1").json()["circumstances"]["claims"]
    assert seen["financed_minor"] == 400_000  # by its fact, and not by its reservation as well
    assert refused(lender.act("release", score)) == "not-repaid"
    repay(lender, score, 150_000)
    assert refused(lender.act("release", score)) == "not-repaid"
    repay(lender, score, 250_000)
    released = ReleaseReply.model_validate_json(lender.act("release", score).content)
    assert (released.was, released.amount_minor) == ("drawn", 400_000)
    assert refused(lender.act("release", score)) == "nothing-held"
    assert lender.act("drawdown", lender.score(FACE, "I-1"), FACE).status_code == 200


def test_the_same_key_gives_the_same_bytes_and_does_nothing_twice(lender: Lender) -> None:
    score, other = lender.score(300_000, "I-2"), lender.score(300_000, "I-2")
    before = lender.financed

    for what in ("reserve", "drawdown"):
        first = lender.act(what, score, 300_000, key=what)
        assert first.status_code == 200, first.text
        assert lender.act(what, score, 300_000, key=what).content == first.content
        assert refused(lender.act(what, other, 300_000, key=what)) == "key-reused"
        assert refused(lender.act(what, score, 299_999, key=what)) == "key-reused"
    assert refused(lender.act("drawdown", score, 300_000, key="another")) == "already-drawn"
    assert refused(lender.act("reserve", score, 1)) == "already-drawn"
    assert lender.financed == before + 300_000


def test_no_more_than_is_offered_and_free(lender: Lender) -> None:
    first, second = lender.score(700_000, "I-3"), lender.score(700_000, "I-3")
    assert refused(lender.act("drawdown", first, 700_001)) == "beyond-offer"
    assert lender.act("drawdown", first, 700_000).status_code == 200

    stopped = lender.act("drawdown", second, 700_000)

    assert refused(stopped) == "drawdown-blocked"
    assert "RK13" in stopped.json()["errors"][0]["fault"]
    assert lender.act("drawdown", second, 300_000).status_code == 200


def test_a_hold_keeps_others_out_until_it_ends(lender: Lender) -> None:
    first, second = lender.score(FACE, "I-4"), lender.score(FACE, "I-4")
    assert lender.act("reserve", first, FACE).status_code == 200

    assert refused(lender.act("reserve", second, 1)) == "nothing-left"
    assert lender.act("reserve", first, 400_000).status_code == 200  # in place of its last
    assert lender.act("reserve", second, 600_000).status_code == 200
    assert lender.act("release", second).json()["was"] == "held"
    assert lender.act("drawdown", second, 600_000).status_code == 200  # the offer still stands
    assert lender.act("release", first).json()["amount_minor"] == 400_000


def test_what_happened_since_the_offer_stops_its_drawdown(lender: Lender) -> None:
    score, before = lender.score(500_000, "I-5"), lender.financed
    paid = {"happened_at": MORNING, "payer": "B", "payee": "S", "currency": "CNY"}
    row = {**paid, "ref": "p", "paid_on": TODAY, "amount_minor": FACE, "receivable": "I-5"}
    put(lender.engine, {"payment": [row]})

    stopped = lender.act("drawdown", score, 500_000, key="k")

    assert refused(stopped) == "drawdown-blocked"
    assert any("RK04" in one["fault"] for one in stopped.json()["errors"])
    assert "已结清" in stopped.text
    assert lender.financed == before


def test_a_second_receivable_over_the_invoice_is_a_duplicate(lender: Lender) -> None:
    again = claim("I-6")
    link = {"ref": "I-6b", "receivable": "I-6b", "amount_minor": None}
    twin = {
        "receivable": [{**again["receivable"][0], "ref": "I-6b"}],
        "receivable_invoice": [{**again["receivable_invoice"][0], **link}],
    }
    put(lender.engine, twin)
    first, second = lender.score(100_000, "I-6"), lender.score(FACE, "I-6b")
    assert lender.act("reserve", first, 100_000).status_code == 200
    assert refused(lender.act("reserve", second, FACE)) == "nothing-left"  # it is one invoice
    assert lender.act("drawdown", first, 100_000).status_code == 200

    stopped = lender.act("drawdown", second, 100_000)

    assert refused(stopped) == "drawdown-blocked"
    assert "RK05" in stopped.text


def test_an_amount_falls_on_receivables_by_what_is_free_of_them(lender: Lender) -> None:
    assert lender.act("drawdown", lender.score(500_000, "I-7"), 500_000).status_code == 200
    both = lender.score(900_000, "I-7", receivables=[{"ref": "I-7"}, {"ref": "I-8"}])

    drawn = lender.act("drawdown", both, 900_000)

    parts = {one["ref"]: one["amount_minor"] for one in drawn.json()["receivables"]}
    assert parts == {"I-7": 300_000, "I-8": 600_000}


def test_an_offer_ends(lender: Lender, monkeypatch: pytest.MonkeyPatch) -> None:
    score = lender.score(100_000, "I-9")
    late = datetime.now(UTC) + timedelta(days=8)
    clock = SimpleNamespace(now=lambda _tz: late)
    monkeypatch.setattr("service.drawdown_routes.datetime", clock)
    for what in ("reserve", "drawdown"):
        assert refused(lender.act(what, score, 100_000)) == "offer-expired"


BODIES: list[tuple[dict[str, Any], str]] = [
    ({"amount_minor": 0, "currency": "CNY"}, "invalid-request"),
    ({"amount_minor": 1.5, "currency": "CNY"}, "invalid-request"),
    ({"amount_minor": 1}, "invalid-request"),
    ({"amount_minor": 1, "currency": "CNY", "when": "now"}, "invalid-request"),
    ({"amount_minor": 1, "currency": "USD"}, "wrong-currency"),
    ({"amount_minor": 1, "currency": "CNY", "product": "order_finance"}, "invalid-request"),
]


def test_a_wrong_body_is_refused_by_its_field(lender: Lender) -> None:
    score = lender.score(100_000, "I-9")
    for body, code in BODIES:
        answer = lender.client.post(f"/scores/{score}/drawdown", json=body)

        assert (answer.status_code, refused(answer)) == (422, code)
        assert answer.json()["errors"][0]["pointer"].startswith("/")
    bare = lender.asked(100_000, "I-9", product=None).json()["score_id"]
    assert refused(lender.act("drawdown", bare, 1)) == "invalid-request"
    assert lender.act("drawdown", bare, 1, product="factoring").json()["product"] == "factoring"


def test_a_score_without_an_offer_is_not_drawn(lender: Lender) -> None:
    score = lender.asked(None, "I-9").json()["score_id"]

    assert refused(lender.act("drawdown", score, 1)) == "nothing-offered"
    unknown = lender.act("drawdown", "01a20ce5-0a27-74c0-ad82-bcf84ff9a24d", 1)
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/unknown-record")
    assert lender.act("release", "x").status_code == 404


def test_a_priced_offer_is_drawn_at_its_price_and_for_its_tenor(
    small_world: SmallWorld, default_bundles: DefaultBundles, sqlite_ledger: str, tmp_path: Path
) -> None:
    settings = {"bundle": str(default_bundles.default)}
    with (
        a_book(sqlite_ledger, claim("P")) as engine,
        a_lender(small_world, engine, a_pack(tmp_path), **settings) as lender,
    ):
        reply = lender.asked(FACE, "P").json()
        assert reply["decision"] == "APPROVE_REDUCED", reply["because"]
        drawn = lender.act("drawdown", reply["score_id"], reply["advance_minor"])

        rate = reply["terms"]["price"]["offered_rate"]
        assert lender.counted("SELECT rate_ppm FROM financing") == round(rate * 1_000_000) > 0
        assert drawn.json()["matures_on"] == reply["terms"]["amount"]["tenor"]["matures_on"]


def test_lines_hold_over_a_buyer_its_group_and_a_supplier(
    small_world: SmallWorld, sqlite_ledger: str, tmp_path: Path
) -> None:
    claims = [claim("A"), claim("D"), claim("E", "T"), claim("F", "T", "C")]
    pack = a_pack(tmp_path, LINES)
    with a_book(sqlite_ledger, *claims) as engine, a_lender(small_world, engine, pack) as lender:
        of_supplier = lender.score(FACE, "D")
        of_buyer, of_group = (
            lender.score(FACE, "E", **BY_T),
            lender.score(FACE, "F", **BY_T, **ON_C),
        )
        assert lender.act("drawdown", lender.score(FACE, "A"), FACE).status_code == 200

        for score, line, room in (
            (of_supplier, "single_name", 200_000),
            (of_buyer, "buyer", 500_000),
            (of_group, "group", 700_000),
        ):
            over = lender.act("drawdown", score, room + 1)
            assert refused(over) == "limit-exceeded"
            assert f"at most {room}: the {line} line" in over.json()["detail"]
        assert lender.act("reserve", of_buyer, 500_000).status_code == 200
        assert "at most 200000: the group" in lender.act("reserve", of_group, 300_000).text
        assert lender.act("drawdown", of_group, 200_000).status_code == 200
        assert lender.act("drawdown", of_buyer, 500_000).status_code == 200
        assert lender.financed == 1_700_000
