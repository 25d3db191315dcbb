"""A request over one invoice, a claim that is financed, and what is suspected of the one."""

from typing import Any

from features.circumstances.sign_seen import Sign
from features.sources import State
from tests.features.small_ledgers import TODAY
from tests.features.worlds_of_facts import Row
from tests.scoring.made_circumstances import BILLED, at, invoice, lent, seen

Made = tuple[str, Row]

LENT = (
    lent(),
    at("requested_receivable", "o9", financing_request="q0", receivable="r9"),
    at("receivable_invoice", "m9", receivable="r9", invoice="i9"),
)
"""``r9``, over the invoice ``i9``, is financed."""

ORDERED = at("purchase_order", "p0", supplier="s0", buyer="b0", ordered_on=TODAY - 40)


def other(days: int = 0, **fields: Any) -> tuple[Made, Made]:
    """Claim ``r9`` on the same buyer, issued so many days before ``r0``, and its invoice."""
    given: Row = {"supplier": "s0", "buyer": "b0", "face_minor": 10_000, **fields}
    number, issued = given.pop("number", "77"), TODAY - 30 - days
    amount = given["face_minor"]
    return (
        at("receivable", "r9", issued_on=issued, due_on=TODAY + 30, **given),
        invoice(ref="i9", number=number, gross_minor=amount, canonical_hash="h9", issued_on=issued),
    )


def signs(*rows: Made, states: State = State.NOT_CHECKED, **claim: Any) -> dict[str, Sign]:
    found = seen(BILLED, *rows, states=states, **claim).signs
    assert found is not None
    return {sign.kind: sign for sign in found}


def ids(*rows: Made) -> set[str]:
    return {row["id"] for _, row in rows}
