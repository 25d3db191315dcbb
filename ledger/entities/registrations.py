"""Facts from the registry of movable assets 中登网: what is registered, and what a search found."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.declaring import (
    Stated,
    at,
    choice,
    currency,
    fact_table,
    money,
    names,
    on,
    text,
    who,
    whole,
    words,
)
from ledger.facts import AwareInstant, CalendarDay, Currency, Fact, Key, Words


class RegistrationRow(Stated):
    """A record of the registry (domain.md E27); a change or a cancellation corrects it."""

    differ: ClassVar[tuple[tuple[str, str], ...]] = (("debtor", "secured_party"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (("amount_minor", "currency"),)

    number: Key = text("Number of the registration.")
    business: Literal[
        "assignment",
        "pledge",
        "factoring",
        "receipt_pledge",
        "inventory_mortgage",
        "leasing",
        "title_retention",
        "other",
    ] = choice("Type of business.")
    debtor: Key = who("Who gave the security: the supplier.")
    secured_party: Key | None = who("For whom.", "C", "not a party of the book")
    secured_name: Words | None = words("For whom, as registered.", "C")
    registered_at: AwareInstant = at("Registered, to the second: rank follows it.")
    expires_on: CalendarDay | None = on("Ends on this day.", "C")
    ended_on: CalendarDay | None = on("Cancelled.", "C", "in force")
    buyer: Key | None = who("Buyer whose debts it covers.", "C", "all buyers, or not said")
    receivable: Key | None = names("receivable", "Our receivable that it covers.", "C")
    invoice_number: Key | None = text("Invoice named in the description.", "C", "none named")
    contract_number: Key | None = text("Contract named in the description.", "C", "none named")
    amount_minor: int | None = money("Amount registered.", "C")
    currency: Currency | None = currency("C")
    description: Words | None = words("Description, shortened.", "O")


class Registration(Fact, RegistrationRow, table=True):
    """The table of registrations."""

    __tablename__ = "registration"
    __table_args__ = fact_table("registration", "debtor", "buyer", "receivable", "secured_party")


class RegistrySearchRow(Stated):
    """A search of the registry at ``happened_at`` (domain.md E27): not searched is not clear."""

    searched: Key = who("Debtor searched for.")
    receivable: Key | None = names(
        "receivable", "Claim it was made for.", "C", "the debtor as such"
    )
    certificate: Key | None = text("Number of the search certificate.", "O")
    found: int = whole("Registrations found.")
    overlap: Literal["exact", "description", "floating", "none"] | None = choice(
        "How what was found overlaps our claim.", "C"
    )
    overlap_minor: int | None = money("Earlier registered claims that overlap.", "C")
    rank: int | None = whole("Rank that ours has or would have.", "C", unit="from 1", least=1)


class RegistrySearch(Fact, RegistrySearchRow, table=True):
    """The table of searches."""

    __tablename__ = "registry_search"
    __table_args__ = fact_table("registry_search", "searched", "receivable")
