"""Supplier and buyer of a request, and what is known of those behind them; live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import exp, isnan

from features.circumstances.party_seen import ConsentState, PartySeen
from features.live_links import GROUP_PPM, Links
from features.live_rows import Row, Sight, latest
from features.sources import ASKED, STALE_DAYS, Source, State
from ledger.identifiers import checked_lei, checked_uscc

SCOPES: Mapping[str, Source] = {
    "bureau": Source.BUREAU,
    "tax": Source.TAX,
    "bank": Source.BANK,
    "invoices": Source.INVOICES,
    "platform": Source.PLATFORM,
}
"""Sources whose data a party consents to; ``personal`` is asked of natural persons besides."""

STALE_MICROS = STALE_DAYS * 86_400_000_000


def party_seen(
    sight: Sight,
    links: Links,
    ref: str,
    told: Mapping[Source, State],
    *,
    day: int,
    sales_minor: int | None,
    logit_pd: float,
    unpaid_minor: float,
) -> PartySeen:
    """One party.

    Parameters
    ----------
    told : mapping of Source to State
        What each source has told of it.
    sales_minor : int or None
        Revenue of its last yearly statement.
    logit_pd : float
        Log-odds of default by its rating; NaN where there is none.
    unpaid_minor : float
        Face of its certificates and bills that are overdue; NaN where none is on file.
    """
    party = sight.one("party", ref) or {}
    profile = latest(sight.of("party_profile", "party", ref))
    sight.cite(*([party] if party else ()), profile)
    sales = profile["operating_revenue_minor"] if profile is not None else None
    person = is_person(party)
    return PartySeen(
        ref=ref,
        valid_id=_valid_id(party),
        status=_status(party, day),
        person_linked=person,
        open_records=_records(sight, [ref], day, told=told[Source.COURTS].told),
        controller_records=_behind(sight, links, ref, told[Source.KINSHIP], day),
        unpaid_certificate=None if isnan(unpaid_minor) else unpaid_minor > 0,
        size_class=None if profile is None else profile["size_class"],
        annual_sales_minor=sales if sales_minor is None else sales_minor,
        # ratings are whole millionths: so is what comes back of their log-odds
        pd_12m=None if isnan(logit_pd) else round(1.0 / (1.0 + exp(-logit_pd)), 6),
        consents=_consents(sight, ref, told, day, person=bool(person)),
    )


def is_person(party: Row) -> bool | None:
    """Whether a party is a natural person, or a firm that is one."""
    if party.get("legal_form") == "sole":
        return True
    return party.get("person_linked")


def is_public(sight: Sight, ref: str) -> bool | None:
    """Whether a party is a public body, by its legal form or its owner."""
    party = sight.one("party", ref) or {}
    profile = latest(sight.of("party_profile", "party", ref)) or {}
    said = [one for one in (party.get("legal_form"), profile.get("ownership")) if one is not None]
    return "public_body" in said if said else None


def size_of(sight: Sight, ref: str) -> str | None:
    """Size class of a party by its latest profile."""
    profile = latest(sight.of("party_profile", "party", ref))
    return None if profile is None else profile["size_class"]


def _valid_id(party: Row) -> bool | None:
    checks = {"uscc": checked_uscc, "lei": checked_lei}
    codes = [(check, party[name]) for name, check in checks.items() if party.get(name)]
    try:
        return all(bool(check(code)) for check, code in codes) if codes else None
    except ValueError:
        return False


def _status(party: Row, day: int) -> str | None:
    left = party.get("deregistered_on")
    if left is not None and left <= day:
        return "deregistered"
    return party.get("registration_status")


def _records(
    sight: Sight, parties: Iterable[str], day: int, *, told: bool
) -> tuple[str, ...] | None:
    """Kinds of record that are open against any of the parties; None where nobody has told."""
    every = [row for ref in parties for row in sight.of("adverse_record", "party", ref)]
    standing = [
        row
        for row in every
        if row["opened_on"] <= day
        and (row["closed_on"] is None or row["closed_on"] > day)
        and row["role"] not in {"plaintiff", "third_party"}
    ]
    sight.cite(*standing)
    return tuple(sorted({row["adverse"] for row in standing})) if every or told else None


def _behind(
    sight: Sight, links: Links, ref: str, kinship: State, day: int
) -> tuple[str, ...] | None:
    """Records against those who control a party; None where it isn't known who, or nobody told."""
    above = {one: path for one, path in links.above(ref, GROUP_PPM).items() if one != ref}
    for path in above.values():
        sight.cite(*path)
    if not above:
        return () if kinship.told else None
    told = all(courts_told(sight, one) for one in above)
    return _records(sight, sorted(above), day, told=told)


def courts_told(sight: Sight, ref: str) -> bool:
    """Whether public records were asked for and told of a party, by the latest check of each."""
    for kind in ASKED[Source.COURTS]:
        checks = [row for row in sight.of("source_coverage", "party", ref) if row["source"] == kind]
        last = max(checks, key=lambda row: (row["checked_at"], row["seq"]), default=None)
        fresh = last is not None and sight.through - last["checked_at"] <= STALE_MICROS
        if last is not None and fresh and State[last["result"]].told:
            sight.cite(last)
            return True
    return False


def _consents(
    sight: Sight, ref: str, told: Mapping[Source, State], day: int, *, person: bool
) -> dict[str, ConsentState]:
    """State of the consent to score, by scope.

    A scope is there where a consent to it is on file, and without one where it is needed: where its
    source has told of the party, and ``personal`` of a natural person.
    """
    rows = [row for row in sight.of("consent", "party", ref) if row["purpose"] == "scoring"]
    sight.cite(*rows)
    needed = {scope for scope, source in SCOPES.items() if told[source].told}
    needed |= {"personal"} if person else set()
    scopes = sorted(needed | {row["scope"] for row in rows})
    return {
        scope: _consent([row for row in rows if row["scope"] == scope], day) for scope in scopes
    }


def _consent(rows: Sequence[Row], day: int) -> ConsentState:
    """The best of several: one in force is enough."""
    states: list[ConsentState] = [
        _consent_state(row, day) for row in rows if row["given_on"] <= day
    ]
    order: tuple[ConsentState, ...] = ("in_force", "expired", "withdrawn", "missing")
    return min(states, key=order.index, default="missing")


def _consent_state(row: Row, day: int) -> ConsentState:
    if row["withdrawn_on"] is not None and row["withdrawn_on"] <= day:
        return "withdrawn"
    # "ends on this day": it doesn't hold on it, as with other ends
    return "expired" if row["expires_on"] is not None and row["expires_on"] <= day else "in_force"
