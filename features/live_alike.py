"""Claims that are nearly this one: a slip in the number, another date, 3 % of the amount; live.

Compared with what of the supplier is financed, and with what is registered for others. Exact
duplicates, by canonical hash, are told in ``live_title``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from features.live_papers import Papers
from features.live_rows import Row, Sight
from features.live_title import TITLES, in_force

APART_SHARE, APART_DAYS = 0.03, 5
"""Amounts apart by at most 3 %, days by at most five: as ``dup_soft`` has it (O18)."""

MOVED_DAYS = 60
"""The same amount to the last digit is looked for in so many days before and after."""

MOVED, ALIKE = 0.5, 0.5
"""Strength of the same amount on another day, and of one that is merely like it: honest trade has
both. A number that is the same, or one slip away, makes it whole."""

RECURRING = 2
"""An amount that is financed more often is one that recurs, such as a rent."""

SUM_SHARE = 0.001
"""Parts add up to the whole where a thousandth is missing, or less."""

PART = re.compile(r"[-/_][0-9]{1,2}$")
"""What the number of a part has after that of the whole."""

MOST_PARTS, MOST_COMPARED = 3, 12
"""A claim is split into at most so many parts, looked for among so many of the nearest days."""


@dataclass(frozen=True)
class Earlier:
    """A claim of the supplier that is financed.

    Attributes
    ----------
    claim : row of ``receivable``
    numbers : frozenset of str
        Of its invoices.
    invoices : tuple of rows
    shown_by : tuple of rows
        Financing, request and links that make it one.
    """

    claim: Row
    numbers: frozenset[str]
    invoices: tuple[Row, ...]
    shown_by: tuple[Row, ...]


def earlier_claims(sight: Sight, supplier: str, asked: Collection[str]) -> list[Earlier]:
    """The claims of a supplier that are financed and not asked for, in the order of their keys."""
    found: dict[str, Earlier] = {}
    for financing in sight.of("financing", "supplier", supplier):
        request = financing["financing_request"]
        if request is None:
            continue
        for offered in sight.of("requested_receivable", "financing_request", request):
            ref = offered["receivable"]
            claim = None if ref in asked or ref in found else sight.one("receivable", ref)
            if claim is not None and claim["supplier"] == supplier:
                found[ref] = _earlier(sight, claim, financing, offered)
    return [found[ref] for ref in sorted(found)]


def _earlier(sight: Sight, claim: Row, *shown_by: Row) -> Earlier:
    links = sight.of("receivable_invoice", "receivable", claim["ref"])
    named = (sight.one("invoice", ref) for ref in sorted({row["invoice"] for row in links}))
    invoices = tuple(row for row in named if row is not None)
    numbers = frozenset(row["number"] for row in invoices if row["number"])
    return Earlier(claim, numbers, invoices, (*shown_by, *links))


class Compared:
    """Financed claims by what is looked for: number, amount, day; many are compared with many.

    Parameters
    ----------
    earlier : sequence of Earlier
    """

    def __init__(self, earlier: Sequence[Earlier]) -> None:
        known = [one for one in earlier if one.claim["face_minor"] is not None]
        self._by_face = sorted(known, key=_face)
        self._by_number: dict[str, list[Earlier]] = {}
        for one in known:
            for number in one.numbers:
                self._by_number.setdefault(number, []).append(one)

    def nearest(self, claim: Row, papers: Papers) -> tuple[float, Earlier] | None:
        """The financed claim that is most like this one, and how much, above 0 to 1."""
        face = claim["face_minor"]
        if not face:
            return None
        own = {row["number"] for row in papers.invoices if row["number"]}
        recurs = len(self._between(face, face)) > RECURRING
        like = self._between(face * (1 - APART_SHARE), face * (1 + APART_SHARE))
        like += [one for number in sorted(own) for one in self._by_number.get(number, ())]
        best: tuple[float, Earlier] | None = None
        for one in sorted(like, key=lambda one: one.claim["ref"]):
            if one.claim["buyer"] != claim["buyer"] or _is_same_invoice(one, papers):
                continue
            strength = _alike(claim, own, one, recurs=recurs)
            if strength > (0.0 if best is None else best[0]):
                best = strength, one
        return best

    def _between(self, least: float, most: float) -> list[Earlier]:
        begin = bisect_left(self._by_face, least, key=_face)
        return self._by_face[begin : bisect_right(self._by_face, most, key=_face)]


def _face(one: Earlier) -> int:
    return int(one.claim["face_minor"])


def _is_same_invoice(one: Earlier, papers: Papers) -> bool:
    """Financed already as such, or part of the same invoice: duplicates tell of that."""
    return any(row["canonical_hash"] in papers.hashes for row in one.invoices)


def _alike(claim: Row, own: Collection[str], one: Earlier, *, recurs: bool) -> float:
    face, other = claim["face_minor"], one.claim["face_minor"]
    fits = 1.0 - float(abs(face - other) / (APART_SHARE * face))
    days = int(abs(claim["issued_on"] - one.claim["issued_on"]))
    if one.numbers & set(own) and days <= MOVED_DAYS:
        return 1.0  # the same number, and yet another amount or day: or its hash would be the same
    near = max(0.0, fits) * max(0.0, 1.0 - days / (APART_DAYS + 1))
    slipped = near > 0.0 and any(is_slip(a, b) for a in own for b in one.numbers)
    moved = MOVED if face == other and days <= MOVED_DAYS and not recurs else 0.0
    return max(near * (1.0 if slipped else ALIKE), moved)


def is_slip(one: str, other: str) -> bool:
    """Whether two numbers differ by one sign: wrong, missing, too many, or two changed places."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    begin = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if begin is None:
        return True  # one is the other and a sign more
    a, b = one[begin:], other[begin:]
    if len(a) != len(b):
        return a[1:] == b or b[1:] == a
    return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def registered_alike(
    sight: Sight, supplier: str, claim: Row, papers: Papers, *, day: int
) -> Iterator[tuple[float, Row]]:
    """Registrations for others whose number is one slip from the claim's, and how near they are.

    A part of the same number is as near as can be, whatever its amount.
    """
    numbers = {row["number"] for row in papers.invoices if row["number"]}
    face = claim["face_minor"]
    for row in sight.of("registration", "debtor", supplier):
        other, amount = row["invoice_number"], row["amount_minor"]
        if row["receivable"] is not None or other is None or not in_force(row, day):
            continue
        if not face or row["registered_at"] > sight.through or row["business"] not in TITLES:
            continue
        fits = 1.0 if amount is None else 1.0 - abs(face - amount) / (APART_SHARE * face)
        if other in numbers:
            continue
        if PART.sub("", other) in numbers:
            yield 1.0, row
        elif fits > 0.0 and any(is_slip(other, one) for one in numbers):
            yield fits, row


def parts_of(whole: Row, others: Sequence[Row]) -> tuple[Row, ...]:
    """Two or three claims on one buyer, of days close to the whole's, that add up to it.

    Parameters
    ----------
    others : sequence of rows of ``receivable``
        In the order of `by_day`.
    """
    face, day = whole["face_minor"], whole["issued_on"]
    if not face:
        return ()
    begin = bisect_left(others, day - APART_DAYS, key=_day)
    near = [
        row
        for row in others[begin : bisect_right(others, day + APART_DAYS, key=_day)]
        if row["buyer"] == whole["buyer"] and row["face_minor"] and row["face_minor"] < face
    ]
    near.sort(key=lambda row: (abs(row["issued_on"] - day), row["ref"]))
    near, slack = near[:MOST_COMPARED], SUM_SHARE * face
    if sum(sorted(row["face_minor"] for row in near)[-MOST_PARTS:]) < face - slack:
        return ()
    for count in range(2, MOST_PARTS + 1):
        for parts in combinations(near, count):
            if abs(sum(row["face_minor"] for row in parts) - face) <= slack:
                return parts
    return ()


def by_day(claims: Iterable[Row]) -> list[Row]:
    """Claims by the day of issue."""
    return sorted(claims, key=lambda row: (row["issued_on"], row["ref"]))


def _day(claim: Row) -> int:
    return int(claim["issued_on"])
