"""What stands behind receivables, and how an amount is put on it: each invoice up to its face."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from features.circumstances.request_seen import Circumstances
from features.live_papers import Papers, papers_of
from features.live_rows import Sight
from ledger.asked_amounts import InvoiceAmount
from ledger.faults import Fault
from ledger.held_amounts import Taken
from lending.apportioning import apportioned


class NothingLeft(Fault):
    """Receivables of which less is free than is to be drawn: others hold or have financed it."""

    code = "nothing-left"


@dataclass(frozen=True)
class Part:
    """An invoice behind a receivable, or the receivable itself as far as no invoice is known.

    Attributes
    ----------
    canonical_hash : str
    face_minor : int
        Its face: all that may be held of it.
    part_minor : int
        What of it makes up the receivable.
    """

    canonical_hash: str
    face_minor: int
    part_minor: int


@dataclass(frozen=True)
class Backed:
    """A receivable, what of it is free, and what it is made of."""

    receivable: str
    room_minor: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Spread:
    """An amount put on receivables and on the invoices behind them.

    Attributes
    ----------
    receivables : mapping of str to int
        By key; those that take nothing are left out.
    invoices : tuple of InvoiceAmount
        Each once.
    """

    receivables: Mapping[str, int]
    invoices: tuple[InvoiceAmount, ...]


def claim_hash(receivable: str) -> str:
    """What a receivable without a known invoice is held by: SHA-256 of its own key, 64 hex digits.

    One lender finds it again by that. It is no ``ledger.canonical`` hash, which is of six parts.
    """
    return sha256(f"receivable|{receivable}".encode()).hexdigest()


def backing(sight: Sight, seen: Circumstances) -> tuple[Backed, ...]:
    """What stands behind the receivables of a request, as it is seen."""
    return tuple(_backed(sight, seen))


def _backed(sight: Sight, seen: Circumstances) -> Iterator[Backed]:
    for claim in seen.claims:
        row = sight.one("receivable", claim.ref)
        if row is None or claim.face_minor is None:
            continue
        owed = claim.face_minor if claim.owed_minor is None else claim.owed_minor
        room = max(0, min(claim.face_minor, owed) - claim.financed_minor)
        parts = list(_invoices(papers_of(sight, row, seen.supplier.ref)))
        bare = claim.face_minor - sum(one.part_minor for one in parts)
        if bare > 0:
            parts.append(Part(claim_hash(claim.ref), claim.face_minor, bare))
        yield Backed(claim.ref, room, tuple(parts))


def _invoices(papers: Papers) -> Iterator[Part]:
    for row in papers.invoices:
        face = row["gross_minor"]
        if row["canonical_hash"] is None or face is None or face <= 0:
            continue
        amounts = [one["amount_minor"] for one in papers.links if one["invoice"] == row["ref"]]
        known = [amount for amount in amounts if amount is not None]
        part = sum(known) if len(known) == len(amounts) else face
        yield Part(row["canonical_hash"], face, min(part, face))


def spread(amount_minor: int, backed: Sequence[Backed], taken: Mapping[str, Taken]) -> Spread:
    """Put an amount on what is free, in proportion to it.

    Parameters
    ----------
    amount_minor : int
        1 or more.
    taken : mapping of str to Taken
        What is held of each invoice, by canonical hash; one of which nothing is held may lack.

    Raises
    ------
    NothingLeft
        Where less is free.
    """
    free = _free(backed, taken)
    rooms = [sum(parts) for parts in free]
    if amount_minor > sum(rooms):
        raise NothingLeft(
            f"{sum(rooms)} of the receivables is free, {amount_minor} is to be drawn",
            field="/amount_minor",
            remedy=f"ask for at most {sum(rooms)}; more may be free once a hold of others ends",
        )
    by_claim = apportioned(amount_minor, rooms)
    by_part = [apportioned(*one) for one in zip(by_claim, free, strict=True)]
    pairs = zip(backed, by_claim, strict=True)
    return Spread(
        {one.receivable: amount for one, amount in pairs if amount},
        tuple(_by_invoice(backed, by_part)),
    )


def _free(backed: Sequence[Backed], taken: Mapping[str, Taken]) -> list[tuple[int, ...]]:
    """What each receivable may take of each of its parts; two may share an invoice."""
    faces = {part.canonical_hash: part.face_minor for one in backed for part in one.parts}
    left = {
        key: max(0, min(face, taken[key].face_minor) - taken[key].held_minor)
        if key in taken
        else face
        for key, face in faces.items()
    }
    free = []
    for one in backed:
        rooms = [min(part.part_minor, left[part.canonical_hash]) for part in one.parts]
        takes = apportioned(min(one.room_minor, sum(rooms)), rooms)
        for part, amount in zip(one.parts, takes, strict=True):
            left[part.canonical_hash] -= amount
        free.append(takes)
    return free


def _by_invoice(
    backed: Sequence[Backed], amounts: Iterable[Sequence[int]]
) -> Iterator[InvoiceAmount]:
    faces: dict[str, int] = {}
    sums: dict[str, int] = {}
    for one, parts in zip(backed, amounts, strict=True):
        for part, amount in zip(one.parts, parts, strict=True):
            key = part.canonical_hash
            faces[key] = min(part.face_minor, faces.get(key, part.face_minor))
            sums[key] = sums.get(key, 0) + amount
    for key, amount in sums.items():
        if amount:
            yield InvoiceAmount(key, faces[key], amount)
