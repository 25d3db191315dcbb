"""A world with a claim due on every day and a report ended on every day: no edge goes unseen."""

from ledger.clocks import from_micros
from scoring.asking import Request
from tests.features.small_ledgers import BUYERS, SUPPLIERS, TODAY
from tests.features.worlds_of_facts import DAY, Row, World, fact

LENGTHS = (1, 7, 13, 14, 15, 16, 30, 31, 33, 60, 61, 75, 119, 120, 121, 181, 365, 366)
FACES = (10_000, 10_500, 20_000, None, 4_999, 1_000_000, 5_000, 0)
DELAYS = (0, 1, 4, 5, 29, 30, -3, -2, None, 95, None, -40, 6)
"""Days after due on which a claim is paid; None: open. Lengths without a common divisor, so that
each meets each."""

REQUESTED = ("r900", "r901")
"""The receivables asked for."""


def _claim(number: int, due_on: int, offset: int) -> tuple[Row, list[Row]]:
    at = number + offset
    face_minor, delay = FACES[at % len(FACES)], DELAYS[at % len(DELAYS)]
    issued_on = due_on - LENGTHS[at % len(LENGTHS)]
    buyer, supplier = ("b0", "b0", "b1")[at % 3], ("s0", "s0", "s0", "s1", "s0")[at % 5]
    ref, seq = f"r{number:03}", 2 * number + 1_000
    terms = {"issued_on": issued_on, "due_on": due_on, "face_minor": face_minor}
    parties = {"supplier": supplier, "buyer": buyer}
    claim = fact("receivable", ref, seq, issued_on * DAY, **parties, **terms)
    if delay is None:
        return claim, []
    paid_on = due_on + delay
    paid = {"paid_on": paid_on, "amount_minor": face_minor, "receivable": ref}
    return claim, [fact("payment", f"y{number:03}", seq + 1, paid_on * DAY + 1, **paid)]


def _report(number: int) -> Row:
    end = TODAY - number
    period = {"party": "b0", "period_start": end - 30, "period_end": end}
    numbers = {"turnover_minor": 100_000 + 777 * number, "employees": number}
    return fact("party_report", f"p{number:03}", number + 9_000, end * DAY, **period, **numbers)


def ladder(offset: int) -> World:
    """Claims due from 420 days ago to 40 days ahead, asked on `TODAY` and the next day.

    Another offset deals lengths, faces and delays to other days.
    """
    made = [_claim(number, TODAY - 420 + number, offset) for number in range(461)]
    start = TODAY - 900
    parties = [
        fact("party", party, at, start * DAY, onboarded_on=start)
        for at, party in enumerate((*SUPPLIERS, *BUYERS))
    ]
    traits = {"industry": "steel", "phone_area": "11", "size_class": "small"}
    profiles = [
        {**fact("party_profile", party, at + 100, start * DAY, **traits), "party": party}
        for at, party in enumerate(BUYERS)
    ]
    requests = []
    for number, day in enumerate((TODAY, TODAY + 1)):
        claim, _ = _claim(900 + number, day + 30, offset)
        own = {**claim, "supplier": "s0", "buyer": "b0", "visible_at": day * DAY + DAY // 2}
        made.append((own, []))
        as_of = from_micros(own["visible_at"])
        requests.append(Request(f"q{number}", "s0", "b0", (own["ref"],), as_of))
    facts = {
        "party": parties,
        "party_profile": profiles,
        "party_report": [_report(number) for number in range(380)],
        "receivable": [claim for claim, _ in made],
        "payment": [payment for _, payments in made for payment in payments],
    }
    return World("UTC", facts, tuple(requests))
