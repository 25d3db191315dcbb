"""A person departs from a recorded decision: what may be changed, by whom, and what holds then.

The record stays as it is, and so does its replay. What a rule blocks nobody approves; what the
model declines or a rule refers a person may, up to what was asked for, what the terms lend and what
rules let pass. Who asked for a score doesn't ease its answer alone (docs/decisions/0026).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from features.circumstances.request_seen import Circumstances
from ledger.books import ScoreRecord
from ledger.faults import Fault
from ledger.override_table import ScoreOverride
from ledger.overrides import Departure, append_override, last_override
from ledger.persons import hidden
from ledger.principals import OWNER, Principal
from ledger.tenants import lock_book
from lending.override_reasons import OverrideReason
from lending.pack import Pack
from lending.policy.outcomes import HARDNESS, Decision, Scope, Severity
from lending.rules import Fired, fired
from lending.screening import screened
from scoring.drawing import AlreadyDrawn, is_drawn
from scoring.seen_json import seen_from_json
from scoring.standing_offer import BeyondOffer, NothingOffered, OfferExpired

WORDS = "override_words"
"""Name of the field under which words about a natural person are encrypted."""

OFFERS = (Decision.APPROVE, Decision.APPROVE_REDUCED)


class RuleNotOverridden(Fault):
    """A rule that blocks: nobody approves what it stops."""

    code = "rule-not-overridden"


class NotOverridable(Fault):
    """A request that could not be scored: there is nothing to approve it on."""

    code = "not-overridable"


class OwnScore(Fault):
    """Whoever asked for a score can't ease its answer: another person has to."""

    code = "own-score"


class NothingOverridden(Fault):
    """What is decided is what holds already."""

    code = "nothing-overridden"


@dataclass(frozen=True)
class Wanted:
    """What a person wants to decide.

    Attributes
    ----------
    decision : Decision
        Any but CANNOT_SCORE.
    amount_minor : int or None
        With APPROVE_REDUCED; APPROVE is of all that was asked for.
    rate_ppm : int or None
        For a year; None leaves the rate of the score.
    reason : OverrideReason
    words, by : str
        Why, and the name of the person.
    """

    decision: Decision
    amount_minor: int | None
    rate_ppm: int | None
    reason: OverrideReason
    words: str
    by: str


@dataclass(frozen=True)
class Case:
    """A recorded score that somebody departs from.

    Attributes
    ----------
    record : ScoreRecord
    pack : Pack
        The one that decided.
    """

    record: ScoreRecord
    pack: Pack
    reply: dict[str, Any] = field(init=False)
    seen: Circumstances = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reply", json.loads(self.record.reply))
        object.__setattr__(self, "seen", seen_from_json(self.record.circumstances))

    @cached_property
    def rules(self) -> tuple[Fired, ...]:
        """The rules that acted on the request."""
        seen = screened(self.seen, self.pack.policy)
        return tuple(
            one for one in fired(seen, self.pack.at_request) if one.scope is not Scope.SOURCE
        )

    @property
    def decided(self) -> Decision:
        """What the score decided."""
        return Decision(self.reply["decision"])

    @property
    def asked_minor(self) -> int | None:
        """The amount asked for."""
        return self.seen.amount_requested_minor

    @property
    def most_minor(self) -> int:
        """The most that a person may approve: asked for, lent by the terms, passed by rules."""
        terms = self.reply["terms"]
        caps = [one.most_minor for one in self.rules if one.severity is Severity.COUNTER]
        limit = None if terms is None else terms["amount"]["limit"]["amount_minor"]
        return min(one for one in (self.asked_minor or 0, limit, *caps) if one is not None)

    @property
    def most_days(self) -> int | None:
        """The longest tenor that rules let pass; None where none caps it."""
        caps = (one.most_days for one in self.rules if one.severity is Severity.COUNTER)
        return min((one for one in caps if one is not None), default=None)

    @property
    def person(self) -> str | None:
        """A party of it that is a natural person."""
        parties = (self.seen.supplier, self.seen.buyer)
        return next((one.ref for one in parties if one.person_linked), None)


@dataclass(frozen=True)
class Standing:
    """What holds of a score: what it decided, or what the last person did.

    Attributes
    ----------
    decision : Decision
    amount_minor : int or None
        Offered.
    valid_until : datetime or None
        So long.
    rate_ppm : int or None
        By the person; None where the score's own holds.
    """

    decision: Decision
    amount_minor: int | None
    valid_until: datetime | None
    rate_ppm: int | None = None


def standing_of(reply: dict[str, Any], last: ScoreOverride | None) -> Standing:
    """What holds of a score with this reply and this last override."""
    if last is not None:
        return Standing(Decision(last.decision), last.amount_minor, last.valid_until, last.rate_ppm)
    until = reply.get("offer_valid_until")
    ends = None if until is None else datetime.fromisoformat(until)
    return Standing(Decision(reply["decision"]), reply["advance_minor"], ends)


def override(
    connection: Connection, principal: Principal, case: Case, wanted: Wanted, now: datetime
) -> ScoreOverride:
    """Write down what a person decides in place of a score.

    Parameters
    ----------
    connection : Connection
        Of a unit of the committer, whose transaction commits it.
    now : datetime
        Aware.

    Raises
    ------
    AlreadyDrawn
        Where the money is out.
    RuleNotOverridden, NotOverridable, OwnScore, NothingOverridden
    BeyondOffer, NothingOffered, OfferExpired
        Where more is approved than may be, nothing was asked for, or the score is too old.
    """
    lock_book(connection, principal.tenant)
    score = case.record.id
    if is_drawn(connection, principal.tenant, score):
        raise AlreadyDrawn(
            f"score {score} was drawn", remedy="tell what came of it: POST /scores/{id}/outcomes"
        )
    stands = standing_of(case.reply, last_override(connection, principal.tenant, score))
    amount = case.asked_minor if wanted.decision is Decision.APPROVE else wanted.amount_minor
    until = None
    if wanted.decision in OFFERS:
        amount, until = _approved(case, wanted, amount, now)
    _require_another(wanted, amount, stands)
    if _eases(wanted.decision, amount, stands) or _eases(
        wanted.decision, amount, standing_of(case.reply, None)
    ):
        _require_other_person(case, principal, wanted)
    person = case.person
    words = wanted.words
    if person is not None:
        words = hidden(connection, principal.tenant, person, WORDS, words)
    departure = Departure(
        score=score,
        by=wanted.by,
        before=stands.decision.value,
        decision=wanted.decision.value,
        reason=wanted.reason.value,
        words=words,
        about=person,
        amount_minor=amount,
        rate_ppm=wanted.rate_ppm,
        tenor_days=case.most_days if until is not None else None,
        valid_until=until,
    )
    return append_override(connection, principal, departure, recorded_at=now)


def _approved(
    case: Case, wanted: Wanted, amount: int | None, now: datetime
) -> tuple[int, datetime]:
    """The amount approved and until when it stands; raise where it may not be."""
    own = standing_of(case.reply, None)
    if case.asked_minor is None or amount is None:
        raise NothingOffered(
            f"score {case.record.id} asked for no amount",
            remedy="score again and name an amount",
        )
    if own.valid_until is not None and amount <= (own.amount_minor or 0):
        return amount, _unexpired(case, own.valid_until, own.valid_until, now)
    _require_no_block(case)
    place = "/amount_minor" if wanted.decision is Decision.APPROVE_REDUCED else "/decision"
    whole = wanted.decision is Decision.APPROVE_REDUCED and amount >= case.asked_minor
    if whole or amount > case.most_minor:
        raise BeyondOffer(
            f"{amount} is more than may be approved",
            field=place,
            remedy=f"approve APPROVE_REDUCED with at most {case.most_minor}, less than is asked "
            "for, or APPROVE for all of it",
        )
    days = timedelta(days=case.pack.policy.offer_days)
    ends = own.valid_until or now + days
    return amount, _unexpired(case, case.record.as_of + days, ends, now)


def _unexpired(case: Case, last: datetime, ends: datetime, now: datetime) -> datetime:
    if now >= last:
        raise OfferExpired(
            f"score {case.record.id} could be approved until {last.isoformat()}",
            remedy="ask for a new score: what was found then may hold no more",
        )
    return ends


def _require_no_block(case: Case) -> None:
    if case.decided is Decision.CANNOT_SCORE:
        raise NotOverridable(
            f"score {case.record.id} could not be made",
            remedy="see because of its reply; put it right and score again",
        )
    blocks = [one for one in case.rules if one.severity is Severity.BLOCK]
    if blocks:
        raise RuleNotOverridden(
            f"rules block score {case.record.id}",
            remedy=f"{', '.join(f'R{one.code}' for one in blocks)} of its reply: put it right and "
            "score again, or change the policy pack",
        )


def _require_another(wanted: Wanted, amount: int | None, stands: Standing) -> None:
    held = stands.amount_minor if wanted.decision in OFFERS else None
    if (wanted.decision, amount) == (stands.decision, held) and (
        wanted.rate_ppm == stands.rate_ppm
    ):
        raise NothingOverridden(
            f"{wanted.decision.value} is what holds already",
            field="/decision",
            remedy="decide otherwise, or leave it",
        )


def _eases(decision: Decision, amount: int | None, against: Standing) -> bool:
    softer = HARDNESS[decision] - HARDNESS[against.decision]
    return softer < 0 or (amount or 0) > (against.amount_minor or 0)


def _require_other_person(case: Case, principal: Principal, wanted: Wanted) -> None:
    """Not who asked. The owner is every caller while none has a key: then the name decides."""
    maker = case.record.signed_by
    if wanted.by == maker or (principal.name == maker and principal != OWNER):
        raise OwnScore(
            f"{maker!r} asked for score {case.record.id}",
            field="/by",
            remedy="let another person with the role approver decide, and name that person in by",
        )
