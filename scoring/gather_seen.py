"""Which live facts the circumstances of requests rest on, step by step by the keys known then.

One request reads a few facts of many kinds, each by an index; many requests pick theirs from the
whole book by the same steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from features.graph.relatedness import CONTROL_PPM, STEPS_UP
from features.live_links import GROUP_STEPS, held_by
from features.live_turnover import CONCEPTS
from ledger.clocks import to_micros
from ledger.keyed_rows import Unless
from scoring.asking import Request

Keys = Mapping[str, Sequence[str]]
Rows = list[dict[str, Any]]
Read = Callable[..., Rows]
"""Reads facts of a kind: ``read(kind, where=..., within=...)``, as ``ledger.keyed_rows`` has it."""

PARTIES, SUPPLIERS, BUYERS, ASKED = "parties", "suppliers", "buyers", "asked"
KIN = "kin"
"""Keys that the requests give, and those who stand in a relation with their parties; others are
``kind.column``: those in facts read before, or one value itself where an ``=`` stands before it."""

Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Step:
    """Facts of a kind to be read: ``by`` any of these columns and keys, ``within`` all of those.

    What ``ends`` a fact, a kind and its column, lets it be left out where that is known by then: of
    a large buyer most financings are over.
    """

    kind: str
    by: Columns
    within: Columns = field(default_factory=dict)
    ends: tuple[str, str] | None = None


def _by(kind: str, column: str, *keys: str) -> Step:
    return Step(kind, {column: keys})


STEPS: tuple[Step, ...] = (
    _by("receivable", "ref", ASKED),
    _by("party", "ref", PARTIES),
    _by("party_profile", "party", PARTIES),
    _by("consent", "party", PARTIES),
    Step("statement", {"party": (PARTIES,)}, {"period_type": ("=year",)}),
    Step(
        "statement_line",
        {"statement": ("statement.ref",)},
        {"concept": tuple(f"={name}" for name in CONCEPTS)},
    ),
    _by("bureau_summary", "party", SUPPLIERS),
    _by("adverse_record", "party", PARTIES, KIN),
    _by("source_coverage", "party", KIN),
    _by("payment", "receivable", ASKED),
    _by("receivable_invoice", "receivable", ASKED),
    _by("invoice", "ref", "receivable_invoice.invoice"),
    Step("invoice", {"canonical_hash": ("invoice.canonical_hash",), "red_of": ("invoice.ref",)}),
    _by("receivable_invoice", "invoice", "invoice.ref"),
    _by("invoice_status", "invoice", "receivable_invoice.invoice"),
    _by("purchase_order", "ref", "invoice.purchase_order"),
    Step("purchase_order", {"supplier": (SUPPLIERS,)}, {"buyer": (BUYERS,)}),
    _by("contract", "ref", "receivable.contract", "invoice.contract", "purchase_order.contract"),
    _by("delivery", "purchase_order", "invoice.purchase_order"),
    _by("acceptance", "delivery", "delivery.ref"),
    _by("confirmation", "receivable", ASKED),
    Step("dispute", {"receivable": (ASKED,), "invoice": ("receivable_invoice.invoice",)}),
    Step("dilution_event", {"supplier": (SUPPLIERS,)}, {"buyer": (BUYERS,)}),
    _by("e_certificate", "receivable", ASKED),
    _by("bill", "receivable", ASKED),
    _by("registration", "debtor", SUPPLIERS),
    Step("registry_search", {"searched": (SUPPLIERS,), "receivable": (ASKED,)}),
    _by("assignment", "receivable", ASKED, "receivable_invoice.receivable"),
    _by("receivable", "ref", "receivable_invoice.receivable"),
    _by("guarantee", "debtor", SUPPLIERS),
    _by("insurance", "insured", SUPPLIERS),
    _by("rating", "party", "guarantee.guarantor"),
    Step("collateral_item", {"owner": (SUPPLIERS,), "receivable": (ASKED,)}),
    _by("requested_receivable", "receivable", ASKED, "receivable_invoice.receivable"),
    _by("requested_receivable", "financing_request", "requested_receivable.financing_request"),
    _by("receivable", "ref", "requested_receivable.receivable"),
    Step(
        "financing",
        {
            "supplier": (SUPPLIERS,),
            "financing_request": ("requested_receivable.financing_request",),
        },
    ),
    _by("requested_receivable", "financing_request", "financing.financing_request"),
    _by("receivable", "ref", "requested_receivable.receivable"),
    _by("receivable_invoice", "receivable", "requested_receivable.receivable"),
    _by("invoice", "ref", "receivable_invoice.invoice"),
    Step("graph_measure", {"party": (SUPPLIERS,)}, {"measure": ("=ring_share",)}),
    Step("invoice", {"seller": (SUPPLIERS,)}, {"buyer": ("graph_measure.other",)}),
    Step("financing", {"buyer": (BUYERS, KIN)}, ends=("outcome", "financing")),
    _by("repayment", "financing", "financing.ref"),
    _by("outcome", "financing", "financing.ref"),
    Step("invoice", {"buyer": (SUPPLIERS,)}, {"seller": (BUYERS,)}),
)
"""What is read, in an order in which the keys are known."""

KINDS = ("party_relation", *dict.fromkeys(step.kind for step in STEPS))
"""Kinds that circumstances rest on."""


COLUMNS = frozenset(
    """
    accepted_on acknowledged_on acted_on adverse agency amount_minor assigned_on
    assignment_prohibited business buyer buyer_size canonical_hash cap_minor checked_at
    closed_on collateral concept consolidated contract contract_number currency debtor
    deductible_ppm deemed_accepted_on delivery deregistered_on despatched_on dilution drawn_on
    due_on ended_on evidence_level excludes_disputes exclusive expires_on face_minor fee_ppm
    financing financing_request given_on gross_minor guarantee guarantor haircut_ppm id
    insurance insured insured_ppm interest_minor invoice invoice_number issued_on legal_form lei
    lender level limit_minor measure measured_on noted_on notified_on number opened_on
    operating_revenue_minor ordered_on other outstanding_minor overlap owner ownership paid_on
    party pay_when_paid payment_days pd_12m_ppm perfected period_end period_type person_linked
    price_series purchase_order purpose receivable received_on red_of registered_at
    registration_status relation reported_on resolved_on result retention_ppm risk role scope
    searched seller share_ppm signed_on size_class source statement status supplier
    supplier_size uscc valid_from valid_until value_micro value_minor valued_on verify_result
    withdrawn_on
    """.split()  # noqa: SIM905 - a list would be a page long
)
"""What is read of them, besides what is read of every fact."""


def requested_keys(requests: Sequence[Request]) -> dict[str, Sequence[str]]:
    """The keys that requests give."""
    suppliers = {request.supplier for request in requests}
    buyers = {request.buyer for request in requests}
    return {
        PARTIES: sorted(suppliers | buyers),
        SUPPLIERS: sorted(suppliers),
        BUYERS: sorted(buyers),
        ASKED: sorted({key for request in requests for key in request.receivables}),
    }


def relations_seen(read: Read, parties: Iterable[str]) -> Rows:
    """The relations of parties, and of those they hang together with by control."""
    known = set(parties)
    for _ in range(max(GROUP_STEPS, STEPS_UP)):
        keys = {"party": sorted(known), "other": sorted(known)}
        found = read("party_relation", where=keys, within={})
        ends = {end for *pair, _ in held_by(found, CONTROL_PPM) for end in pair}
        if ends <= known:
            break
        known |= ends
    return found


def facts_seen(read: Read, requests: Sequence[Request]) -> dict[str, Rows]:
    """Read what the circumstances of requests rest on; a fact may come more than once."""
    keys, first = requested_keys(requests), min(to_micros(one.as_of) for one in requests)
    facts = {"party_relation": relations_seen(read, keys[PARTIES])}
    keys[KIN] = sorted(
        {row[side] for row in facts["party_relation"] for side in ("party", "other")}
    )
    for step in STEPS:
        by, within = (_named(columns, keys, facts) for columns in (step.by, step.within))
        unless = None if step.ends is None else Unless(*step.ends, first)
        found = read(step.kind, where=by, within=within, unless=unless)
        facts.setdefault(step.kind, []).extend(found)
    return facts


def _named(columns: Columns, keys: Keys, facts: Mapping[str, Rows]) -> dict[str, list[str]]:
    return {
        column: sorted({key for name in names for key in _keys(name, keys, facts)})
        for column, names in columns.items()
    }


def _keys(name: str, keys: Keys, facts: Mapping[str, Rows]) -> Iterable[str]:
    if name.startswith("="):
        return [name[1:]]
    kind, _, column = name.partition(".")
    if not column:
        return keys[kind]
    return {row[column] for row in facts[kind]} - {None}
