"""From risk to an answer: rules first, then the policy matrix, then what terms allow.

Order: validate, rules (knock-outs, then fraud), probability, matrix, price and limit, person. Model
and rules are told apart, so that what a rule declines is still scored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from features.circumstances.request_seen import Circumstances
from lending.frozen import frozen
from lending.pack import Pack
from lending.pack_faults import PackRefused
from lending.policy.matrix import Matrix
from lending.policy.outcomes import Decision, Scope, Severity, harder, hardest
from lending.rules import Fired, fired
from lending.screening import screened
from models.assessment import Assessment
from models.event import Event

TERMS_REFUSED = (
    "loss, price and grade need a probability of default; this bundle gives the probability that "
    "{event}"
)


@frozen
class Estimates:
    """What is worked out beside the assessment; None where it isn't.

    Attributes
    ----------
    upper : float or None
        95th percentile of the probability.
    pd_12m : float or None
        Probability of default within 12 months.
    limit_minor : int or None
        Most that the terms lend, in minor units.
    gap_rate : float or None
        Price-to-risk gap: the rate for a year that the risk asks for less what policy allows.
    """

    upper: float | None = None
    pd_12m: float | None = None
    limit_minor: int | None = None
    gap_rate: float | None = None


NOTHING_MORE = Estimates()


@frozen
class Because:
    """Why an answer is as it is, where no rule says so: a stable code and words."""

    code: str
    en: str
    zh: str


@frozen
class Offer:
    """A decision and what it rests on.

    Attributes
    ----------
    decision : Decision
    rules : tuple of Fired
        The rules that fired, in their order.
    advance_minor : int or None
        Amount that would be advanced, in minor units of the book's currency: what is asked for, or
        the counter-offer; None where nothing would be, or no amount was requested.
    terms_refused : str
        Why there is no loss, price or grade; empty where the event is default.
    tenor_days : int or None
        Tenor of a counter-offer; None where the tenor stays as it is asked for.
    by_model, by_rules : Decision
        What each would answer if there were nothing but it.
    because : tuple of Because
        What else made the answer.
    """

    decision: Decision
    rules: tuple[Fired, ...]
    advance_minor: int | None
    terms_refused: str
    tenor_days: int | None
    by_model: Decision
    by_rules: Decision
    because: tuple[Because, ...]

    @property
    def blocked_sources(self) -> tuple[tuple[str, str], ...]:
        """Party and source that may not be used: score again without it."""
        return tuple(
            (rule.about, rule.case)
            for rule in self.rules
            if rule.scope is Scope.SOURCE and rule.severity is Severity.BLOCK
        )

    @property
    def for_applicant(self) -> tuple[Fired, ...]:
        """The rules that may be told to the applicant: none that would warn a fraudster."""
        return tuple(rule for rule in self.rules if not rule.internal)


@frozen
class Drawdown:
    """What the rules of drawdown answer: anything but APPROVE pays nothing out."""

    decision: Decision
    rules: tuple[Fired, ...]


def decide(
    assessment: Assessment,
    event: Event,
    seen: Circumstances,
    pack: Pack,
    beside: Estimates = NOTHING_MORE,
) -> Offer:
    """Decide on a request, from these arguments alone.

    Raises
    ------
    PackRefused
        Where the pack's matrix has no bands for the event's kind.
    """
    matrix = pack.policy.matrix
    _require_bands(matrix, event, pack.id)
    seen = screened(seen, pack.policy)
    rules = fired(seen, pack.at_request)
    severity = _hardest(rules) if rules else None
    asked, limit = seen.amount_requested_minor, beside.limit_minor
    short = asked is not None and limit is not None and limit < asked
    risk = matrix.bands[band_of(matrix, assessment.probability, event, beside)]
    doubts = tuple(_doubts(matrix, assessment.probability, beside))
    by_model = _at_least(risk.nothing, doubts)
    reduced = hardest([severity or Severity.REPORT, Severity.COUNTER]) if short else severity
    decision = _at_least(risk.answer(reduced), doubts)
    because = [why for _, why in doubts]
    if short:
        because.append(LIMITED)
    amount = _amount(asked, limit, rules)
    if decision is Decision.APPROVE_REDUCED and amount == 0:
        decision = Decision.REFER
        because.append(NOTHING_LEFT)
    if cannot := tuple(_cannot(seen)):
        decision, because = Decision.CANNOT_SCORE, [*cannot, *because]
    elif decision is Decision.DECLINE and (eased := fired(seen, pack.easing)):
        decision, rules = Decision.REFER, (*rules, *eased)
    offered = decision in (Decision.APPROVE, Decision.APPROVE_REDUCED)
    return Offer(
        decision=decision,
        rules=rules,
        advance_minor=amount if offered else None,
        terms_refused="" if event.kind == "default" else TERMS_REFUSED.format(event=event.en),
        tenor_days=_tenor(rules) if offered else None,
        by_model=by_model,
        by_rules=matrix.bands[0].answer(severity),
        because=tuple(because),
    )


def draw(seen: Circumstances, pack: Pack) -> Drawdown:
    """What the rules of scope drawdown answer, on circumstances of the day of drawdown."""
    rules = fired(screened(seen, pack.policy), pack.at_drawdown)
    return Drawdown(pack.policy.matrix.bands[0].answer(_hardest(rules)), rules)


def _require_bands(matrix: Matrix, event: Event, pack_id: str) -> None:
    if len(matrix.bands) > 1 and event.kind not in matrix.measures:
        raise PackRefused(
            f"policy pack {pack_id} has no bands for bundles of kind {event.kind!r}",
            field="matrix.bands",
            remedy=f"add {event.kind} to the below of each band but the last, or take another pack",
        )


def _hardest(rules: Sequence[Fired]) -> Severity | None:
    """Of what acts on the request: a source that may not be used is no fault of the request."""
    return hardest(rule.severity for rule in rules if rule.scope is not Scope.SOURCE)


def band_of(matrix: Matrix, probability: float, event: Event, beside: Estimates) -> int:
    """The riskier of the bands of the event and, where they are known, of the 12-month PD."""
    band = matrix.band(event.kind, probability)
    if beside.pd_12m is None or "pd_12m" not in matrix.measures:
        return band
    return max(band, matrix.band("pd_12m", beside.pd_12m))


def _doubts(
    matrix: Matrix, probability: float, beside: Estimates
) -> Iterator[tuple[Decision, Because]]:
    """What makes the answer harder beside rules and band."""
    doubt, gap = matrix.doubt, matrix.price_gap
    if doubt and beside.upper is not None and beside.upper > doubt.above * probability:
        yield doubt.decision, UNSURE
    if gap and beside.gap_rate is not None and beside.gap_rate > gap.above:
        yield gap.decision, UNDERPRICED


def _at_least(decision: Decision, doubts: Sequence[tuple[Decision, Because]]) -> Decision:
    for least, _ in doubts:
        decision = harder(decision, least)
    return decision


def _amount(asked: int | None, limit: int | None, rules: Sequence[Fired]) -> int | None:
    if asked is None:
        return None
    caps = [rule.most_minor for rule in rules if rule.severity is Severity.COUNTER]
    return min(asked, *(cap for cap in (limit, *caps) if cap is not None), asked)


def _tenor(rules: Sequence[Fired]) -> int | None:
    days = [
        rule.most_days
        for rule in rules
        if rule.severity is Severity.COUNTER and rule.most_days is not None
    ]
    return min(days, default=None)


def _cannot(seen: Circumstances) -> Iterator[Because]:
    if not seen.claims:
        yield NO_RECEIVABLE
    elif all(claim.face_minor is None for claim in seen.claims):
        yield NO_FACE
    if any(claim.other_currency for claim in seen.claims):
        yield OTHER_CURRENCY


NO_RECEIVABLE = Because("no_receivable", "No receivable is offered", "申请未附应收账款")
NO_FACE = Because("no_face", "The face of no receivable is known", "应收账款面额均未知")
OTHER_CURRENCY = Because(
    "other_currency",
    "A receivable is in another currency than the book",
    "应收账款币种与账本币种不同",
)
UNSURE = Because(
    "unsure",
    "The probability is too uncertain: its upper bound is far above it",
    "概率不确定性过大，其上界远高于估计值",
)
UNDERPRICED = Because(
    "underpriced",
    "The rate that policy allows doesn't pay for the risk",
    "政策允许的利率不足以覆盖风险",
)
LIMITED = Because("limited", "The terms lend less than is asked for", "条款可融资额低于申请金额")
NOTHING_LEFT = Because(
    "nothing_left", "Policy leaves nothing to lend of what is asked for", "按政策已无可融资额"
)
