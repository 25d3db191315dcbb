"""The canonical hash of an invoice: one for one invoice, whoever reports it, however it is typed.

It is what double financing is found by (domain.md E14, K05): two lenders, or two systems of one,
that hold the same invoice must come to the same hash without talking to each other.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from hashlib import sha256

from ledger.faults import WrongKey


def canonical_hash(
    *, seller: str, buyer: str, number: str, issued_on: date, gross_minor: int, currency: str
) -> str:
    """SHA-256, in 64 hex digits, of ``seller|buyer|number|date|gross|currency`` in UTF-8.

    ``printf '%s' 'SELLER|BUYER|...' | sha256sum`` gives the same. Each part is written so:

    - **seller, buyer, number**: in Unicode's NFKC (full-width signs become plain ones), in folded
      case, and of that the letters and digits only: spaces, hyphens, slashes and dots are typed as
      one likes. A number of digits only loses its leading zeros, which spreadsheets drop as well.
    - **date**: the day printed on the invoice, ``2026-03-01``; it has no time zone.
    - **gross**: with tax, in whole minor units of its currency (12.30 is ``1230``), and a ``-``
      before that of a red note.
    - **currency**: three capitals, ISO 4217.

    The code (发票代码) of a 税控 invoice is left out, because exports often lack it: two of one
    seller that agree in number, buyer, day and amount and differ in the code alone don't occur. So
    is the kind, which sources name differently.

    Parameters
    ----------
    seller, buyer : str
        Who they are for everybody: the 统一社会信用代码 where there is one, else the LEI, else
        the tax number (``vat_id``), else the ``ref`` of the party, which is the lender's own: a
        hash over one of those is found again by the same lender only.
    number : str
        As printed.
    gross_minor : int
        Any whole number; negative on a red note.

    Raises
    ------
    WrongKey
        Where seller, buyer or number has no letter and no digit: it names nothing ("-" for a
        missing number), and different invoices would share the hash.
    """
    parts = (
        _plain(seller, "seller"),
        _plain(buyer, "buyer"),
        _without_zeros(_plain(number, "number")),
        issued_on.isoformat(),
        str(gross_minor),
        currency,
    )
    return sha256("|".join(parts).encode()).hexdigest()


def _plain(text: str, field: str) -> str:
    if text.isascii() and text.isalnum():
        return text.lower()  # nearly all of them
    # folding may leave what NFKC would change again
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(sign for sign in folded if sign.isalnum())
    if not plain:
        raise WrongKey(
            f"{field} has no letter and no digit",
            field=field,
            remedy="give the code or number as printed, or leave the canonical hash out",
        )
    return plain


def _without_zeros(number: str) -> str:
    return number.lstrip("0") or "0" if number.isdecimal() else number
