"""Small worlds of live facts of every kind that circumstances rest on, and what is seen of them."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from features.at_hand import AtHand
from features.circumstances.request_seen import Circumstances
from features.live import MEASURED, LiveView
from features.sources import ASKED, State
from ledger.pending_holds import PendingHold
from scoring.asking import Request
from scoring.gather import Gathered
from scoring.gather_seen import Rows
from scoring.seen import asking_of, live_view
from tests.features.live_claim_facts import AMOUNTS, Dealer
from tests.features.live_claim_theme import world_of
from tests.features.small_ledgers import TODAY
from tests.features.worlds_of_facts import DAY, Row, World

NOTHING: Mapping[str, float] = dict.fromkeys(MEASURED, float("nan"))
PARTIES = ("s0", "s0", "b0", "b0", "g0", "g1")


def _relation(d: Dealer) -> Row:
    one, other = d.chance.sample(("s0", "b0", "b1", "g0", "g1"), 2)
    return {
        "party": one,
        "other": other,
        "relation": d.one("shareholder", "shareholder", "ultimate_controller", "branch_of"),
        "share_ppm": d.maybe(250_000, 250_001, 500_000, 500_001),
        "valid_from": d.maybe(TODAY, TODAY - 1),
        "valid_until": d.maybe(TODAY, TODAY + 30),
    }


def _record(d: Dealer) -> Row:
    return {
        "party": d.one(*PARTIES),
        "adverse": d.one("dishonest_debtor", "lawsuit", "sanctions", "bankruptcy"),
        "opened_on": TODAY - d.one(-1, 0, 30),
        "closed_on": d.maybe(TODAY, TODAY + 1),
        "role": d.maybe("plaintiff", "defendant"),
    }


def _consent(d: Dealer) -> Row:
    return {
        "party": d.one("s0", "b0"),
        "scope": d.one("bureau", "tax", "personal"),
        "purpose": d.one("scoring", "scoring", "training"),
        "given_on": TODAY - d.one(-1, 0, 90),
        "expires_on": d.maybe(TODAY, TODAY + 1),
        "withdrawn_on": d.maybe(TODAY, TODAY + 1),
    }


def _statement(d: Dealer) -> Row:
    return {
        "party": d.one("s0", "s0", "b0"),
        "period_type": d.one("year", "year", "quarter"),
        "period_end": TODAY - d.one(10, 100, 375, 465),
        "consolidated": d.maybe(True, False),
    }


def _line(d: Dealer) -> Row:
    concepts = ("revenue", "revenue", "cost_of_goods_sold", "inventory", "ebit", "short_term_debt")
    return {
        "statement": d.one("st0", "st1", "st2"),
        "concept": d.one(*concepts, "cash"),
        "amount_minor": d.one(-5, 0, 1_000, 900_000),
    }


def _bureau(d: Dealer) -> Row:
    reported = TODAY - d.one(-1, 0, 5, 40)
    return {"party": "s0", "reported_on": reported, "outstanding_minor": d.maybe(*AMOUNTS)}


def _bill(d: Dealer) -> Row:
    accepted = d.day()
    return {
        "receivable": d.one("own0", "r0"),
        "acceptor": "b0",
        "holder": "s0",
        "accepted_on": accepted,
        "due_on": accepted + d.one(90, 200),
    }


def _profile(d: Dealer) -> Row:
    return {
        "party": d.one("s0", "b0"),
        "size_class": d.maybe("micro", "large"),
        "ownership": d.maybe("private", "public_body"),
        "operating_revenue_minor": d.maybe(*AMOUNTS),
    }


MORE: dict[str, tuple[str, int, Callable[[Dealer], Row]]] = {
    "party_relation": ("pr", 4, _relation),
    "adverse_record": ("ad", 4, _record),
    "consent": ("cn", 3, _consent),
    "statement": ("st", 3, _statement),
    "statement_line": ("sl", 6, _line),
    "bureau_summary": ("bu", 2, _bureau),
    "bill": ("bi", 2, _bill),
    "party_profile": ("pp", 3, _profile),
    "graph_measure": (
        "gm",
        2,
        lambda d: {
            "party": d.one("s0", "s0", "g0"),
            "other": d.one("b0", "b1"),
            "measured_on": TODAY - d.one(1, 45, 46),
            "measure": d.one("ring_share", "ring_share", "reciprocity"),
            "value_micro": 1_000,
        },
    ),
    "outcome": ("ou", 2, lambda d: {"financing": d.one("fn0", "fn1", "fn2")}),
    "invoice_status": (
        "is",
        3,
        lambda d: {"invoice": d.one("i0", "i1"), "status": d.one("valid", "void", "part_red")},
    ),
    "payment": (
        "pa",
        3,
        lambda d: {
            "receivable": d.maybe("own0", "own1", "r0"),
            "amount_minor": d.maybe(1, 5_000, 9_800),
            "paid_on": d.day(),
        },
    ),
}


def seen_world(seed: int) -> World:
    """The world of live claims of a number, with the other kinds dealt into it."""
    world = world_of(seed)
    d = Dealer(Random(seed), seq=5_000)  # noqa: S311 - a small world, no secret
    for kind, (letter, most, fields) in MORE.items():
        for number in range(d.chance.randint(0, most)):
            d.put(kind, f"{letter}{number}", fields)
    facts = {**world.facts, **d.facts}
    facts["invoice"] = [_hashed(d, row) for row in facts.get("invoice", ())]
    facts["financing"] = [_lent(d, row) for row in facts.get("financing", ())]
    facts["e_certificate"] = [_opened(row) for row in facts.get("e_certificate", ())]
    facts["purchase_order"] = [_ordered(d, row) for row in facts.get("purchase_order", ())]
    facts["contract"] = [{**row, "signed_on": d.day()} for row in facts.get("contract", ())]
    facts["delivery"] = [{**row, "despatched_on": d.day()} for row in facts.get("delivery", ())]
    facts["assignment"] = [
        {**row, "assigned_on": TODAY - 9, "notified_on": d.maybe(TODAY, TODAY + 1)}
        for row in facts.get("assignment", ())
    ]
    facts["guarantee"] = [{**row, "guarantee": "joint"} for row in facts.get("guarantee", ())]
    return world.of(facts)


def _hashed(d: Dealer, row: Row) -> Row:
    more = {"canonical_hash": d.maybe("h0", "h1"), "red_of": d.maybe("i0", "i1", "i2")}
    return {**row, **more, "verify_result": d.maybe("matched", "matched", "not_found")}


def _ordered(d: Dealer, row: Row) -> Row:
    return {**row, "ordered_on": d.day(), "amount_minor": d.one(*AMOUNTS)}


def _lent(d: Dealer, row: Row) -> Row:
    return {**row, "lender": d.one(None, None, "g0")}


def _opened(row: Row) -> Row:
    return {**row, "opened_on": TODAY - 50, "due_on": TODAY + 40}


def holds(seed: int) -> tuple[PendingHold, ...]:
    """Reservations of a number."""
    d = Dealer(Random(seed))  # noqa: S311 - as above
    return tuple(
        PendingHold(
            d.one("b0", "b0", "b1", "g0"),
            d.one("s0", "s0", "s1", None),
            "a score",
            since := (TODAY - d.one(0, 1, 2)) * DAY,
            since + d.one(DAY, 2 * DAY, 3 * DAY),
            {d.one("h0", "h1", "h2"): d.one(1, 5_000)},
        )
        for _ in range(d.one(0, 1, 3))
    )


def at_hand(seed: int) -> AtHand:
    """What the sources of a number have told."""
    d = Dealer(Random(seed))  # noqa: S311 - as above
    states = (State.FOUND, State.FOUND, State.NONE_FOUND, State.NOT_CHECKED)
    return AtHand({of: {one: d.one(*states) for one in ASKED} for of in ("supplier", "buyer")})


def gathered(
    world: World, pending: Sequence[PendingHold] = (), rows: Mapping[str, Rows] | None = None
) -> Gathered:
    """The whole book of a world; or, with ``rows``, what was read of it."""
    return Gathered(world.book, 1_000_000, world.tables, rows, tuple(pending))


def seen(
    facts: Gathered,
    requests: Sequence[Request],
    told: AtHand,
    measured: Mapping[str, float] = NOTHING,
) -> list[Circumstances]:
    """What is seen of requests, looked at together."""
    view = live_view(facts, requests)
    return [view.circumstances(asking_of(one, facts.book), measured, told) for one in requests]


def of_one(
    world: World,
    request: Request,
    seed: int = 0,
    *,
    pending: Sequence[PendingHold] = (),
    measured: Mapping[str, float] = NOTHING,
) -> Circumstances:
    """What is seen of one request of a world, from all its facts as they are."""
    view = LiveView(world.facts, pending, world.book.tz)
    return view.circumstances(asking_of(request, world.book), measured, at_hand(seed))
