"""What a score record says of how it was made: what was asked, by what code, of what sources."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self

from features.at_hand import AtHand
from features.circumstances.request_seen import Circumstances
from features.sources import Source, State
from ledger.books import ScoreRecord
from scoring.asking import Request
from scoring.code_version import code_version
from scoring.path import Scored
from scoring.reply import as_text


@dataclass(frozen=True)
class Provenance:
    """What a record keeps beside inputs and answer.

    Attributes
    ----------
    code : str
        `code_version` of the process that scored.
    at_hand : AtHand
        What each source had told of the parties.
    party_bundles : dict of str to str
        Under ``buyer`` and ``supplier`` the ids of the bundles that told their default.
    advice : bool
        Whether changes that would help were looked for.
    """

    code: str
    at_hand: AtHand
    party_bundles: dict[str, str]
    advice: bool

    @classmethod
    def of(cls, scored: Scored) -> Self:
        """Of a score that this process has made."""
        bundles = {role: risk.bundle for role, risk in scored.parties.items()}
        return cls(code_version(), scored.at_hand, bundles, scored.advice is not None)

    def as_text(self) -> str:
        """As a record keeps it."""
        told: dict[str, Any] = {
            "code": self.code,
            "sources": {
                of: {source.value: int(state) for source, state in states.items()}
                for of, states in self.at_hand.states.items()
            },
            "party_bundles": self.party_bundles,
            "advice": self.advice,
        }
        return as_text(told)

    @classmethod
    def read(cls, text: str) -> Self:
        """From the text of a record."""
        told = json.loads(text)
        sources = {
            of: {Source(name): State(state) for name, state in states.items()}
            for of, states in told["sources"].items()
        }
        return cls(told["code"], AtHand(sources), told["party_bundles"], told["advice"])


def request_of(record: ScoreRecord, seen: Circumstances) -> Request:
    """What was asked, at the instant of the score; ``seen`` are the circumstances on record."""
    return Request(
        request_id=json.loads(record.request)["request_id"],
        supplier=seen.supplier.ref,
        buyer=seen.buyer.ref,
        receivables=tuple(claim.ref for claim in seen.claims),
        as_of=record.as_of,
        amount_requested_minor=seen.amount_requested_minor,
        product=seen.product,
        tenor_days=seen.tenor_days,
        recourse=seen.recourse,
        notified=seen.notified,
        account=seen.account,
        channel_collects=seen.channel_collects,
        link_disclosed=seen.pair.link_disclosed,
        instrument_reviewed=next((one.instrument_reviewed for one in seen.claims), None),
    )
