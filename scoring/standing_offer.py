"""What a score offered, as its record says it: how much, until when, against which receivables."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from features.circumstances.request_seen import Circumstances
from ledger.books import ScoreRecord
from ledger.clocks import day_of
from ledger.faults import Fault
from ledger.override_table import ScoreOverride
from scoring.asking import Request
from scoring.recorded import request_of
from scoring.seen_json import seen_from_json

PPM = 1_000_000
MOST_RATE_PPM = 10 * PPM
"""The highest rate that a fact ``financing`` takes."""


class NothingOffered(Fault):
    """A score that offers no amount: there is nothing to reserve or to draw."""

    code = "nothing-offered"


class OfferExpired(Fault):
    """An offer whose time has passed."""

    code = "offer-expired"


class BeyondOffer(Fault):
    """More than a score offers."""

    code = "beyond-offer"


class Overridden(Fault):
    """A score that a person has decided otherwise: nothing may be drawn on it as it was."""

    code = "overridden"


@dataclass(frozen=True)
class StandingOffer:
    """An amount that a lender has offered on a recorded decision.

    Attributes
    ----------
    score : str
        Id of the record.
    request : Request
        What was asked, at the instant of the score.
    reduced : bool
        Less was offered than asked for.
    amount_minor : int
        The most that may be drawn.
    currency : str
    matures_on : date
    rate_ppm : int or None
        Rate for a year; None where the score has no price, or one beyond what a fact can tell.
    valid_until : datetime
        From then on nothing may be drawn.
    override : str or None
        Id of the override by which a person offers it; None where the score does.
    """

    score: str
    request: Request
    reduced: bool
    amount_minor: int
    currency: str
    matures_on: date
    rate_ppm: int | None
    valid_until: datetime
    override: str | None = None

    def asked_at(self, at: datetime, amount_minor: int) -> Request:
        """The request, asked again for an amount at another instant."""
        return replace(self.request, as_of=at, amount_requested_minor=amount_minor)

    def require_open(self, at: datetime, time_zone: ZoneInfo) -> None:
        """Raise `OfferExpired` at an instant past its time, or with no day left to lend over."""
        if at >= self.valid_until or day_of(at, time_zone) >= self.matures_on:
            raise OfferExpired(
                f"the offer of score {self.score} stood until {self.valid_until.isoformat()}, "
                f"to mature on {self.matures_on}",
                remedy="ask for a new score: what was found then may hold no more",
            )

    def require_same(self, last: ScoreOverride | None) -> None:
        """Raise `Overridden` where a person has decided since this was looked up."""
        if (None if last is None else last.id) != self.override:
            raise _overridden(self.score)

    def require_within(self, amount_minor: int) -> None:
        """Raise `BeyondOffer` where an amount is more than is offered."""
        if amount_minor > self.amount_minor:
            raise BeyondOffer(
                f"{amount_minor} is more than the {self.amount_minor} offered",
                field="/amount_minor",
                remedy=f"ask for at most {self.amount_minor}",
            )


def offer_of(
    record: ScoreRecord, time_zone: ZoneInfo, last: ScoreOverride | None = None
) -> StandingOffer:
    """What a record offers, or a person in its place.

    Parameters
    ----------
    last : ScoreOverride or None
        The override of the score that holds.

    Raises
    ------
    NothingOffered
        Where the score offers nothing.
    Overridden
        Where a person has referred or declined it.
    """
    reply = json.loads(record.reply)
    if last is not None:
        return _by_a_person(record, reply, time_zone, last)
    if reply["advance_minor"] is None or not reply.get("offer_valid_until"):
        raise NothingOffered(
            f"score {record.id} is {reply['decision']} and offers no amount",
            remedy="draw on a score that is APPROVE or APPROVE_REDUCED and names an amount: "
            "advance_minor of its reply",
        )
    seen = seen_from_json(record.circumstances)
    return StandingOffer(
        score=record.id,
        request=request_of(record, seen),
        reduced=reply["decision"] == "APPROVE_REDUCED",
        amount_minor=reply["advance_minor"],
        currency=reply["currency"],
        matures_on=matures_on(reply, seen, day_of(record.as_of, time_zone)),
        rate_ppm=_rate_ppm(reply),
        valid_until=datetime.fromisoformat(reply["offer_valid_until"]),
    )


def _by_a_person(
    record: ScoreRecord, reply: dict[str, Any], time_zone: ZoneInfo, last: ScoreOverride
) -> StandingOffer:
    if last.amount_minor is None or last.valid_until is None:
        raise _overridden(record.id)
    seen, day = seen_from_json(record.circumstances), day_of(record.as_of, time_zone)
    last_day = matures_on(reply, seen, day)
    if last.tenor_days is not None:
        last_day = min(last_day, day + timedelta(days=last.tenor_days))
    return StandingOffer(
        score=record.id,
        request=request_of(record, seen),
        reduced=last.decision == "APPROVE_REDUCED",
        amount_minor=last.amount_minor,
        currency=reply["currency"],
        matures_on=last_day,
        rate_ppm=_rate_ppm(reply) if last.rate_ppm is None else last.rate_ppm,
        valid_until=last.valid_until,
        override=last.id,
    )


def _overridden(score: str) -> Overridden:
    return Overridden(
        f"a person has decided otherwise on score {score}",
        remedy=f"GET /scores/{score}/overrides tells what holds, by whom and why",
    )


def matures_on(reply: dict[str, Any], seen: Circumstances, day: date) -> date:
    """When it is to be repaid: as the terms have it; else by the tenor, else the last due day."""
    if reply["terms"] is not None:
        return date.fromisoformat(reply["terms"]["amount"]["tenor"]["matures_on"])
    days = seen.tenor_days if reply["tenor_days"] is None else reply["tenor_days"]
    if days is not None:
        return day + timedelta(days=days)
    return max((one.due_on for one in seen.claims if one.due_on is not None), default=day)


def _rate_ppm(reply: dict[str, Any]) -> int | None:
    if reply["terms"] is None:
        return None
    rate = round(reply["terms"]["price"]["offered_rate"] * PPM)
    return rate if 0 <= rate <= MOST_RATE_PPM else None
