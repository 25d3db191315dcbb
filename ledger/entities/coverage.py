"""Facts on what was looked at and what may be: source coverage and consents (domain.md E36)."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.declaring import Stated, at, choice, fact_table, hashed, on, text, who
from ledger.facts import AwareInstant, CalendarDay, Fact, Key
from ledger.hashing import Sha256


class SourceCoverageRow(Stated):
    """That a source was asked about a party: without it, unknown is not zero (domain.md 0.3)."""

    together: ClassVar[tuple[tuple[str, str], ...]] = (("covers_from", "covers_until"),)
    spans: ClassVar[tuple[tuple[str, str], ...]] = (("covers_from", "covers_until"),)

    party: Key = who("About whom.")
    source: Key = text("Which source: a kind of fact, or a name of the lender's.")
    checked_at: AwareInstant = at("Asked.")
    result: Literal["FOUND", "NONE_FOUND", "NOT_CHECKED", "REFUSED", "STALE"] = choice(
        "What came of it; only FOUND and NONE_FOUND make a zero a zero."
    )
    covers_from: CalendarDay | None = on("Facts since this day.", "C", "all there are")
    covers_until: CalendarDay | None = on("To the day before.", "C", "up to the check")


class SourceCoverage(Fact, SourceCoverageRow, table=True):
    """The table of coverage; the latest visible row of a party and source counts."""

    __tablename__ = "source_coverage"
    __table_args__ = fact_table("source_coverage", "party")


class ConsentRow(Stated):
    """That a party allowed a use of its data (domain.md E31, E36); needed of natural persons."""

    spans: ClassVar[tuple[tuple[str, str], ...]] = (("given_on", "expires_on"),)
    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("given_on", "withdrawn_on"),)

    party: Key = who("Who consents.")
    scope: Literal["bureau", "tax", "bank", "invoices", "platform", "personal"] = choice(
        "Which data."
    )
    purpose: Literal["scoring", "monitoring", "collection", "training"] = choice("For what.")
    given_on: CalendarDay = on("Given.")
    expires_on: CalendarDay | None = on("Ends on this day.", "C", "until withdrawn")
    withdrawn_on: CalendarDay | None = on("Withdrawn.", "C", "in force")
    evidence_hash: Sha256 | None = hashed("SHA-256 of the signed document.", "C")


class Consent(Fact, ConsentRow, table=True):
    """The table of consents."""

    __tablename__ = "consent"
    __table_args__ = fact_table("consent", "party")
