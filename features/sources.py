"""Where facts come from, and so what each feature needs: sources and data tiers."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Source(StrEnum):
    """Who tells facts. A lender gets them one by one, and asks each about each party."""

    REQUEST = "request"
    BOOK = "book"
    INVOICES = "invoices"
    KINSHIP = "kinship"
    BANK = "bank"
    REPORTS = "reports"
    PLATFORM = "platform"
    REGISTRY = "registry"
    BUREAU = "bureau"
    TAX = "tax"
    COURTS = "courts"
    ACCOUNTS = "accounts"
    RATINGS = "ratings"
    DISCLOSURES = "disclosures"
    MARKET = "market"


class State(IntEnum):
    """What is known of a source about a party on a day; the numbers stand in the SQL."""

    NOT_CHECKED = 0
    FOUND = 1
    NONE_FOUND = 2
    REFUSED = 3
    STALE = 4

    @property
    def told(self) -> bool:
        """Whether what isn't there is a zero."""
        return self in {State.FOUND, State.NONE_FOUND}


TOLD = "IN (1, 2)"
"""SQL after the state of a source: what it doesn't tell of is not there (see `State.told`)."""

ALWAYS = (Source.REQUEST, Source.BOOK, Source.MARKET)
"""Sources that are always at hand: the request itself, the lender's own book, prices."""

TIERS: dict[Source, int] = {
    Source.REQUEST: 0,
    Source.BOOK: 0,
    Source.MARKET: 0,
    Source.INVOICES: 0,
    Source.KINSHIP: 0,
    Source.BANK: 1,
    Source.REPORTS: 1,
    Source.PLATFORM: 2,
    Source.REGISTRY: 3,
    Source.BUREAU: 3,
    Source.TAX: 3,
    Source.COURTS: 3,
    Source.ACCOUNTS: 3,
    Source.RATINGS: 3,
    Source.DISCLOSURES: 3,
}
"""Data tier in which a source appears: T0 invoices, T1 and the bank, T2 and the platform, T3 and
registry, bureau, tax and statements."""

ASKED: dict[Source, tuple[str, ...]] = {
    Source.INVOICES: ("invoice", "invoice_status", "invoice_line"),
    Source.KINSHIP: ("party_relation",),
    Source.BANK: ("payment", "payment_allocation"),
    Source.REPORTS: ("party_report",),
    Source.PLATFORM: (
        "contract",
        "purchase_order",
        "delivery",
        "acceptance",
        "confirmation",
        "dispute",
        "dilution_event",
    ),
    Source.REGISTRY: ("registration", "registry_search"),
    Source.BUREAU: ("bureau_summary",),
    Source.TAX: ("tax_return",),
    Source.COURTS: ("adverse_record",),
    Source.ACCOUNTS: ("statement",),
    Source.RATINGS: ("rating",),
    Source.DISCLOSURES: ("payment_disclosure",),
}
"""Kinds of fact of each source that is asked about a party. ``source_coverage.source`` is one of
them: what is said of a kind is said of its source."""

PARTIES: dict[str, tuple[str, ...]] = {
    "invoice": ("seller", "buyer"),
    "party_relation": ("party", "other"),
    "payment": ("payer", "payee"),
    "party_report": ("party",),
    "contract": ("supplier", "buyer"),
    "purchase_order": ("supplier", "buyer"),
    "delivery": ("supplier", "buyer"),
    "dispute": ("supplier", "buyer"),
    "dilution_event": ("supplier", "buyer"),
    "registration": ("debtor",),
    "registry_search": ("searched",),
    "bureau_summary": ("party",),
    "tax_return": ("party",),
    "adverse_record": ("party",),
    "statement": ("party",),
    "rating": ("party",),
    "payment_disclosure": ("party",),
}
"""Kinds that name a party themselves, and in which fields: a fact on file shows that its source
has told of the party, whether or not somebody recorded that it was asked."""

STALE_DAYS = 400
"""A check is good for so many days: it is made once a year."""
