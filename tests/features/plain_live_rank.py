"""Who else has a right in the claim, live, in slow plain Python."""

from tests.features.plain_live_claims import (
    MOST_MINOR,
    by_face,
    found,
    invoices_of,
    latest,
    live,
    over,
    plain_pair_usual,
    told,
)
from tests.features.plain_requests import Asked, Plain, having
from tests.features.theme import Values
from tests.features.worlds_of_facts import Row

TITLES = {"assignment", "pledge", "factoring", "other"}


def _registered(asked: Plain) -> list[Row]:
    return [
        row
        for row in found(asked, "registration", debtor=asked.supplier)
        if row["business"] in TITLES
        and row["registered_at"] <= int(asked.request.as_of.timestamp() * 1e6)
        and all(row[end] is None or row[end] > asked.day for end in ("ended_on", "expires_on"))
    ]


def _rivals(asked: Plain, receivable: str) -> list[Row]:
    """Registrations of others that overlap a receivable."""
    numbers = {row["number"] for row in invoices_of(asked, receivable)}
    contract = live(asked, "contract").get(live(asked, "receivable")[receivable]["contract"] or "")
    own = contract["number"] if contract and contract["supplier"] == asked.supplier else None

    def overlaps(row: Row) -> bool:
        if row["invoice_number"] is not None:
            return row["invoice_number"] in numbers
        if row["contract_number"] is not None:
            return bool(row["contract_number"] == own)
        return row["buyer"] is None or bool(row["buyer"] == asked.buyer)

    return [row for row in _registered(asked) if row["receivable"] is None and overlaps(row)]


def _setoff(asked: Plain) -> float | None:
    day = asked.day
    faces = [each.face_minor for each in asked.asked]
    if None in faces or not (told(asked, "invoices") and told(asked, "platform")):
        return None
    owed = sum(
        max(-MOST_MINOR, min(row["gross_minor"], MOST_MINOR))
        for row in found(asked, "invoice", seller=asked.buyer, buyer=asked.supplier)
        if row["issued_on"] <= day
        and (day - row["issued_on"] < 90 if row["due_on"] is None else row["due_on"] > day)
    )
    papers = {row["ref"] for each in asked.asked for row in invoices_of(asked, each.receivable)}
    kept = sum(
        min(row["amount_minor"], MOST_MINOR)
        for row in found(asked, "dilution_event", supplier=asked.supplier, buyer=asked.buyer)
        if row["dilution"] in {"retention", "penalty", "set_off"}
        and 0 <= day - row["noted_on"] < 365
        and (row["invoice"] is None or row["invoice"] in papers)
    )
    return over(max(owed, 0) + kept, sum(having(faces)))


def _lent(asked: Plain) -> int:
    whole = 0
    for row in found(asked, "financing", supplier=asked.supplier, buyer=asked.buyer):
        repaid = found(asked, "repayment", financing=row["ref"])
        back = sum(min(one["amount_minor"], MOST_MINOR) for one in repaid)
        if row["drawn_on"] <= asked.day and asked.day - row["matures_on"] < 90:
            whole += max(0, min(row["amount_minor"], MOST_MINOR) - back)
    return whole


def _alike(asked: Plain) -> float:
    """Likeness of the most alike claim that is financed."""
    refs = set(asked.request.receivables)
    assigned = {row["receivable"] for row in live(asked, "assignment").values()}
    lent = {row["financing_request"] for row in found(asked, "financing", supplier=asked.supplier)}
    assigned |= {
        row["receivable"]
        for row in live(asked, "requested_receivable").values()
        if row["financing_request"] in lent - {None}
    }
    best = 0.0
    for row in found(asked, "receivable", supplier=asked.supplier, buyer=asked.buyer):
        for each in asked.asked:
            if row["ref"] in refs or row["ref"] not in assigned or not each.face_minor:
                continue
            if row["face_minor"] is None:
                continue
            apart = abs(each.face_minor - row["face_minor"])
            days = abs(each.issued_on - row["issued_on"])
            if apart * 100 <= 3 * each.face_minor and days <= 5:
                best = max(best, (1 - apart / (0.03 * each.face_minor)) * (1 - days / 6))
    return best


def plain_claim_rank(asked: Plain) -> Values:
    searched = told(asked, "registry")

    def search(each: Asked) -> Row | None:
        return latest(found(asked, "registry_search", receivable=each.receivable))

    def rank(each: Asked) -> int | None:
        row = search(each)
        if row is None and not searched:
            return None
        said = row["rank"] if row else None
        return int(said or 1 + len(_rivals(asked, each.receivable)))

    def overlap(each: Asked) -> float | None:
        row = search(each)
        if not each.face_minor or (row is None and not searched):
            return None
        face = each.face_minor
        amounts = [
            face if one["amount_minor"] is None else min(one["amount_minor"], face)
            for one in _rivals(asked, each.receivable)
        ]
        minor = sum(min(amount, MOST_MINOR) for amount in amounts)
        if row and row["overlap_minor"] is not None:
            minor = row["overlap_minor"]
        return min(100.0, minor / face)

    amounts = [
        min(row["amount_minor"], MOST_MINOR)
        for row in _registered(asked)
        if row["buyer"] == asked.buyer and row["amount_minor"] is not None
    ]
    return {
        "setoff_ratio": _setoff(asked),
        "registry_rank": max(having(rank(each) for each in asked.asked), default=None),
        "registry_overlap_amt": by_face(asked, overlap, 10**6),
        "over_assignment": over(
            max(_lent(asked), sum(amounts)), plain_pair_usual(asked)["pair_open_minor"]
        ),
        "dup_soft": _alike(asked),
    }
