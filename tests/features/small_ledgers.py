"""Small ledgers for hypothesis: what a lender may know of a few parties, and what it is asked.

Facts stand around 2018-11-04, the day that begins at one o'clock in São Paulo.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

from ledger.clocks import from_micros
from ledger.money import LARGEST_MINOR
from scoring.asking import Request
from tests.features.worlds_of_facts import DAY, Row, World, corrected, fact

TODAY = 17_839
"""2018-11-04, in days since 1970-01-01."""

HOUR = DAY // 24
ZONES = ("America/Sao_Paulo", "Asia/Shanghai", "UTC", "America/St_Johns", "Pacific/Apia")
SUPPLIERS, BUYERS = ("s0", "s1", "s2"), ("b0", "b1", "b2", "b3")

# at and just before midnight in São Paulo (02:00, in winter 03:00), Shanghai (16:00) and London
CLOCK = tuple(
    hour * HOUR - less for hour in (0, 2, 3, 16, 24) for less in (0, 1) if hour or not less
)
TERMS = (0, 1, 7, 14, 15, 28, 30, 31, 45, 60, 61, 90, 119, 120, 121, 180, 181, 365, 366, 500)
FACES = (None, 0, 1, 99, 4_999, 5_000, 10_000, 10_500, 20_000, 1_000_000, LARGEST_MINOR)
DELAYS = (-400, -31, -3, -2, -1, 0, 1, 2, 4, 5, 6, 29, 30, 31, 91, 400)
PAYMENTS = ("none", "none", "full", "full", "halves", "98 %", "97 %", "no amount", "one of two")
PAST = (1, 2, 5, 6, 15, 16, 31, 32, 35, 36, 91, 92, 95, 96, 185, 186, 366, 367, 370, 371, 400, 401)
"""Days past due, on `TODAY`, at which a window begins or ends."""

AGES = (30, 31, 90, 91, 365, 366)
"""Days since issue at which one ends."""

DAYS = (TODAY - 120, TODAY - 40, TODAY - 1, TODAY, TODAY, TODAY + 1, TODAY + 20)
CORRECTIONS = (None, None, None, None, "face", "due", "rate", "buyer", "payment", "reference")


@dataclass(frozen=True)
class Claim:
    """One receivable and what becomes of it, in few choices."""

    supplier: str
    buyer: str
    arose: int
    past: int | None
    term: int
    face: int | None
    rate: int | None
    lag: int
    clock: int
    payment: str
    delay: int
    payment_lag: int
    correction: str | None
    correction_lag: int

    @property
    def issued(self) -> int:
        return self.arose if self.past is None else TODAY - self.past - self.term


CLAIMS = st.builds(
    Claim,
    supplier=st.sampled_from(("s0", "s0", "s1")),
    buyer=st.sampled_from(("b0", "b0", "b1", "b2")),
    arose=st.integers(TODAY - 420, TODAY + 2) | st.sampled_from(AGES).map(lambda age: TODAY - age),
    past=st.none() | st.sampled_from(PAST),
    term=st.sampled_from(TERMS),
    face=st.sampled_from(FACES),
    rate=st.sampled_from((None, 0, 59_900)),
    lag=st.sampled_from((0, 0, 1, 60)),
    clock=st.sampled_from(CLOCK),
    payment=st.sampled_from(PAYMENTS),
    delay=st.sampled_from(DELAYS),
    payment_lag=st.sampled_from((0, 1, 1, 40)),
    correction=st.sampled_from(CORRECTIONS),
    correction_lag=st.sampled_from((0, 1, 30, 100)),
)


def _receivable(number: int, claim: Claim) -> Row:
    return fact(
        "receivable",
        f"r{number:02}",
        10 * number + 1_000,
        (claim.issued + claim.lag) * DAY + claim.clock,
        supplier=claim.supplier,
        buyer=claim.buyer,
        issued_on=claim.issued,
        due_on=claim.issued + claim.term,
        face_minor=claim.face,
        rate_ppm=claim.rate,
    )


def _amounts(claim: Claim) -> list[int | None]:
    face = 0 if claim.face is None else claim.face
    amounts: dict[str, list[int | None]] = {
        "none": [],
        "full": [face],
        "halves": [face // 2, face - face // 2],
        "98 %": [-(-face * 98 // 100)],
        "97 %": [face * 97 // 100],
        "no amount": [None],
        "one of two": [face // 3, None],
    }
    return amounts[claim.payment]


def _payments(number: int, claim: Claim) -> list[Row]:
    rows = []
    for part, amount in enumerate(_amounts(claim)):
        paid_on = claim.issued + claim.term + claim.delay + 3 * part
        row = fact(
            "payment",
            f"y{number:02}-{part}",
            10 * number + part + 1_001,
            (paid_on + claim.payment_lag) * DAY + claim.clock,
            payer=claim.buyer,
            payee=claim.supplier,
            paid_on=paid_on,
            amount_minor=amount,
            receivable=f"r{number:02}",
        )
        rows.append(row)
    return rows


def _corrections(claim: Claim, receivable: Row, payments: list[Row]) -> tuple[list[Row], list[Row]]:
    """Later revisions of the receivable, and of its first payment."""
    later = claim.correction_lag * DAY
    at = receivable["visible_at"] + later
    of_payment: dict[str | None, Row] = {
        "payment": {"amount_minor": 1, "paid_on": TODAY - 40},
        "reference": {"receivable": None},
    }
    of_receivable: dict[str | None, Row] = {
        "face": {"face_minor": 12_345},
        "due": {"due_on": receivable["due_on"] + 20},
        "rate": {"rate_ppm": 12_300},
        "buyer": {"buyer": "b3"},
    }
    if claim.correction in of_receivable:
        return [corrected(receivable, at, **of_receivable[claim.correction])], []
    if claim.correction in of_payment and payments:
        first = payments[0]
        changes = of_payment[claim.correction]
        return [], [corrected(first, first["visible_at"] + later, **changes)]
    return [], []


@st.composite
def _parties(draw: st.DrawFn) -> dict[str, list[Row]]:
    facts: dict[str, list[Row]] = {"party": [], "party_profile": [], "party_report": []}
    for number, party in enumerate((*SUPPLIERS, *BUYERS)):
        onboarded = draw(st.sampled_from((None, TODAY - 2_000, TODAY - 100, TODAY + 50)))
        linked = draw(st.sampled_from((None, True, False)))
        seq, start = 10 * number + 1, (TODAY - 900) * DAY
        row = fact("party", party, seq, start, person_linked=linked, onboarded_on=onboarded)
        facts["party"].append(row)
        if draw(st.booleans()):
            change = corrected(row, (TODAY - 30) * DAY, person_linked=None, onboarded_on=TODAY - 10)
            facts["party"].append(change)
        facts["party_profile"] += draw(_profiles(party, 10 * number + 300))
        facts["party_report"] += draw(_reports(party, 100 * number + 5_000))
    return facts


@st.composite
def _profiles(draw: st.DrawFn, party: str, seq: int) -> list[Row]:
    industry, area = st.sampled_from(("steel", "food", None)), st.sampled_from(("11", "21", None))
    when = st.sampled_from((TODAY - 500, TODAY - 200, TODAY - 200, TODAY - 20, TODAY))
    rows = []
    for at in range(draw(st.sampled_from((0, 1, 1, 2)))):
        size = draw(st.sampled_from((None, "micro", "small", "medium", "large")))
        happened, lag = draw(when), draw(st.sampled_from((0, 0, 90)))
        traits = {"industry": draw(industry), "phone_area": draw(area), "size_class": size}
        row = fact("party_profile", f"{party}-{at}", seq + at, (happened + lag) * DAY, **traits)
        rows.append({**row, "party": party, "happened_at": happened * DAY})
    return rows


@st.composite
def _reports(draw: st.DrawFn, party: str, seq: int) -> list[Row]:
    months = draw(st.lists(st.integers(0, 15), max_size=6, unique=True))
    rows = []
    for at, month in enumerate(months):
        start = TODAY - 30 * (month + 1)
        numbers = {
            "turnover_minor": draw(st.sampled_from((None, 0, 100_000, 110_000, LARGEST_MINOR))),
            "employees": draw(st.sampled_from((None, 0, 7, 12))),
        }
        period = {"party": party, "period_start": start, "period_end": start + 30}
        row = fact("party_report", f"{party}-{at}", seq + at, (start + 45) * DAY, **period)
        rows.append({**row, **numbers})
    return rows


@st.composite
def worlds(
    draw: st.DrawFn, *, most_claims: int = 14, most_requests: int = 3, moves: bool = True
) -> World:
    """Small ledgers with requests; without ``moves`` no correction gives a fact to another party.

    Each request brings a claim of its own along, which the ledger gets in the instant of as_of, and
    may ask for claims that are there already, of whatever parties.
    """
    facts = {**draw(_parties()), "receivable": [], "payment": []}
    claims = draw(st.lists(CLAIMS, min_size=1, max_size=most_claims))
    for number, claim in enumerate(claims):
        row, payments = _receivable(number, claim), _payments(number, claim)
        changes, payment_changes = _corrections(claim, row, payments)
        if not moves and claim.correction in {"buyer", "reference"}:
            changes, payment_changes = [], []
        facts["receivable"] += [row, *changes]
        facts["payment"] += [*payments, *payment_changes]
    requests = []
    for number in range(draw(st.integers(1, most_requests))):
        claim = draw(CLAIMS)
        own = {**_receivable(90 + number, claim), "ref": f"own{number}", "id": f"own{number}-0"}
        day = draw(st.sampled_from(DAYS))
        at = day * DAY + draw(st.sampled_from(CLOCK))
        own |= {"visible_at": at, "known_at": at, "happened_at": at}
        facts["receivable"].append(own)
        there = sorted({row["ref"] for row in facts["receivable"] if row["visible_at"] <= at})
        more = draw(st.lists(st.sampled_from(there), max_size=2))
        keys = tuple(dict.fromkeys((own["ref"], *more)))
        requests.append(Request(f"q{number}", claim.supplier, claim.buyer, keys, from_micros(at)))
    return World(draw(st.sampled_from(ZONES)), facts, tuple(requests))
