"""Levers of advice: what may be tried on a request, how it is told, and which reasons it answers.

Only structure and evidence; `lending.actions` says which reasons these are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.request_seen import Circumstances
from ledger.money import decimal_amount
from lending.advice_rules import AdviceRules, LeverName, LeverRules
from lending.changes import CARRIED, SIGNED, Change


@dataclass(frozen=True)
class Case:
    """What a search for advice starts from.

    Attributes
    ----------
    seen : Circumstances
    currency : str
        Of the amounts, ISO 4217.
    """

    seen: Circumstances
    currency: str


@dataclass(frozen=True)
class Step:
    """One change of one lever.

    Attributes
    ----------
    lever : LeverName
    cost : int
    days : int
        Until it is in force.
    change : Change
    en, zh : str
        What to do, in words.
    """

    lever: LeverName
    cost: int
    days: int
    change: Change
    en: str
    zh: str


Tried = tuple[Change, str, str]
"""A change, and the words for it in English and Chinese."""

Tries = Callable[[Case, LeverRules], Iterator[Tried]]


@dataclass(frozen=True)
class Lever:
    """Something that may be changed.

    Attributes
    ----------
    name : LeverName
    answers : tuple of str
        Families of reasons that it answers.
    tries : function of (Case, LeverRules)
        Its changes, the mildest first.
    """

    name: LeverName
    answers: tuple[str, ...]
    tries: Tries


def amounts_tried(case: Case, rules: AdviceRules) -> list[int]:
    """Amounts below the one asked for, falling; none where no amount is asked for."""
    return list(_amounts(case, rules.levers["smaller_amount"]))


def _amounts(case: Case, rules: LeverRules) -> Iterator[int]:
    asked = case.seen.amount_requested_minor or 0
    return (amount for part in rules.grid if (amount := int(asked * part)) > 0)


def _smaller_amount(case: Case, rules: LeverRules) -> Iterator[Tried]:
    for amount in _amounts(case, rules):
        told = _money(amount, case.currency)
        yield (
            Change(amount_requested_minor=amount),
            f"Ask for {told}",
            f"将申请金额调整为{told}",
        )


def _shorter_tenor(case: Case, _: LeverRules) -> Iterator[Tried]:
    """Until the last receivable is due, where more is asked for: the buyer's payment repays it."""
    due = [
        (claim.due_on - case.seen.day).days
        for claim in case.seen.claims
        if claim.due_on is not None
    ]
    days = max(due, default=0)
    if case.seen.tenor_days is not None and 0 < days < case.seen.tenor_days:
        yield (
            Change(tenor_days=days),
            f"Ask for {days} days, until the last receivable is due",
            f"将融资期限缩短至{days}天，即最后一笔应收账款到期日",
        )


def _recourse(case: Case, _: LeverRules) -> Iterator[Tried]:
    if case.seen.recourse is not True:
        yield Change(recourse=True), "Agree to recourse", "同意附追索权"


def _notification(case: Case, _: LeverRules) -> Iterator[Tried]:
    if case.seen.notified is not True:
        yield (
            Change(notified=True),
            "Have the buyer notified of the assignment",
            "将应收账款转让通知买方",
        )


def _account(case: Case, _: LeverRules) -> Iterator[Tried]:
    if case.seen.account in (None, "free"):
        yield (
            Change(account="supervised"),
            "Let the buyer pay into a supervised account",
            "约定由买方付款至监管账户",
        )
    if case.seen.account != "locked":
        yield (
            Change(account="locked"),
            "Let the buyer pay into the lender's own account",
            "约定由买方付款至融资方锁定账户",
        )


def _guarantee(case: Case, rules: LeverRules) -> Iterator[Tried]:
    if not case.seen.guarantees:
        for part in rules.grid:
            yield (
                Change(guaranteed_share=part),
                f"Bring a joint guarantee of {part:.0%}",
                f"提供{part:.0%}的连带责任担保",
            )


def _insurance(case: Case, rules: LeverRules) -> Iterator[Tried]:
    if not case.seen.insurances:
        for part in rules.grid:
            yield (
                Change(insured_share=part),
                f"Take out credit insurance of {part:.0%}",
                f"投保{part:.0%}的贸易信用险",
            )


def _confirmation(case: Case, _: LeverRules) -> Iterator[Tried]:
    refs = _refs(case, lambda claim: (claim.confirmation_level or 0) < SIGNED)
    if refs:
        yield (
            Change(confirmed=refs),
            f"Have an officer of the buyer confirm {_these(refs, case)}",
            f"请买方有权人签署确认{_these_zh(refs, case)}",
        )


def _acceptance(case: Case, _: LeverRules) -> Iterator[Tried]:
    """Only where the goods are known to be there: the paper is of a delivery."""
    refs = _refs(
        case,
        lambda claim: claim.delivered is True and (claim.evidence_level or 0) < CARRIED,
    )
    if refs:
        yield (
            Change(accepted=refs),
            f"Upload the signed acceptance of {_these(refs, case)}",
            f"上传{_these_zh(refs, case)}的签收验收单",
        )


def _registry_search(case: Case, rules: LeverRules) -> Iterator[Tried]:
    def stale(claim: AskedClaim) -> bool:
        day = claim.searched_on
        return day is None or (case.seen.day - day).days > rules.good_days

    refs = _refs(case, stale)
    if refs:
        yield (
            Change(searched=refs),
            f"Have the registry searched for {_these(refs, case)}, if it finds nothing new",
            f"就{_these_zh(refs, case)}办理登记查询（以无新增登记为前提）",
        )


LEVERS: tuple[Lever, ...] = (
    Lever("smaller_amount", ("RO02", "RO06", "RO08"), _smaller_amount),
    Lever("shorter_tenor", ("RO01",), _shorter_tenor),
    Lever("recourse", ("RO10",), _recourse),
    Lever("notification", ("RO07",), _notification),
    Lever("account", ("RO07",), _account),
    Lever("guarantee", ("RO11",), _guarantee),
    Lever("insurance", ("RO11",), _insurance),
    Lever("confirmation", ("RO03",), _confirmation),
    Lever("acceptance", ("RO04",), _acceptance),
    Lever("registry_search", ("RO05",), _registry_search),
)
"""Every lever, in the order in which those of equal cost are tried."""


def steps(case: Case, rules: AdviceRules) -> Iterator[Step]:
    """All that can be changed of a request, lever by lever; a further step costs one more."""
    for lever in LEVERS:
        figures = rules.levers[lever.name]
        for at, (change, en, zh) in enumerate(lever.tries(case, figures)):
            yield Step(lever.name, figures.cost + at, figures.days, change, en, zh)


def _refs(case: Case, wanted: Callable[[AskedClaim], bool]) -> tuple[str, ...]:
    return tuple(claim.ref for claim in case.seen.claims if wanted(claim))


def _these(refs: tuple[str, ...], case: Case) -> str:
    if len(refs) == len(case.seen.claims):
        return "the receivables"
    return f"{len(refs)} of the {len(case.seen.claims)} receivables"


def _these_zh(refs: tuple[str, ...], case: Case) -> str:
    if len(refs) == len(case.seen.claims):
        return "全部应收账款"
    return f"{len(case.seen.claims)}笔应收账款中的{len(refs)}笔"


def _money(minor: int, currency: str) -> str:
    return f"{decimal_amount(minor, currency):,} {currency}"
