"""Rules on amount, tenor and lines (K18), and on collateral (K19)."""

from __future__ import annotations

from features.circumstances.cover_seen import Pledged
from features.circumstances.request_seen import Circumstances
from lending.policy.claim_rules import left_minor
from lending.policy.outcomes import Severity
from lending.policy.rule import (
    ANY_BUT_COUNTER,
    UNKNOWN,
    Check,
    Finding,
    Found,
    Grain,
    Rule,
    Unit,
)
from lending.policy.rule_parameters import Goods, Valuation
from lending.policy.tables import PolicyPack

WITH_COUNTER = (Severity.COUNTER, *ANY_BUT_COUNTER)


def cap_minor(seen: Circumstances, policy: PolicyPack) -> int:
    """Most that the product advances, in minor units, rounded down.

    Less what is financed, receivable by receivable. One whose amount isn't known counts for
    nothing.
    """
    share = policy.product(seen.product).most_advance_share
    return sum(
        max(0, int((left_minor(claim) or 0) * share) - claim.financed_minor)
        for claim in seen.claims
    )


def _amount(seen: Circumstances, _seen: Circumstances, policy: PolicyPack) -> Found:
    asked = seen.amount_requested_minor
    if asked is None:
        return None
    most = cap_minor(seen, policy)
    return Finding(asked, most, most_minor=most) if asked > most else None


def _tenor(seen: Circumstances, _seen: Circumstances, policy: PolicyPack) -> Found:
    days = seen.tenor_days
    if days is None:
        due = [claim.due_on for claim in seen.claims if claim.due_on is not None]
        if not due:
            return UNKNOWN
        days = (max(due) - seen.day).days
    most = policy.product(seen.product).most_tenor_days
    return Finding(days, most, most_days=most) if days > most else None


def _room(line_minor: int | None, used_minor: int, asked_minor: int | None) -> Found:
    """What is used with this request, against a line; an unnamed amount needs some room."""
    if line_minor is None:
        return None
    room = max(0, line_minor - used_minor)
    if (asked_minor or 1) <= room:
        return None
    return Finding(used_minor + (asked_minor or 0), line_minor, most_minor=room)


def _buyer_line(seen: Circumstances, _seen: Circumstances, policy: PolicyPack) -> Found:
    line = policy.lines.of_buyer(seen.buyer.ref)
    return _room(line, seen.used.buyer_minor, seen.amount_requested_minor)


def _group_line(seen: Circumstances, _seen: Circumstances, policy: PolicyPack) -> Found:
    return _room(policy.lines.group_minor, seen.used.group_minor, seen.amount_requested_minor)


def _single_name(seen: Circumstances, _seen: Circumstances, policy: PolicyPack) -> Found:
    line = policy.lines.single_name_minor
    return _room(line, seen.used.supplier_minor, seen.amount_requested_minor)


def _old_valuation(item: Pledged, seen: Circumstances, given: Valuation) -> Found:
    if item.valued_on is None:
        return UNKNOWN
    days = (seen.day - item.valued_on).days
    most = given.commodity_most_days if item.commodity else given.most_days
    return Finding(days, most) if days > most else None


def _uninsured(item: Pledged, _seen: Circumstances, given: Goods) -> Found:
    if item.kind not in given.kinds or item.insured:
        return None
    return UNKNOWN if item.insured is None else Finding()


def _line(case: str, of_en: str, of_zh: str, check: Check) -> Rule:
    return Rule(
        "K18",
        case,
        Grain.REQUEST,
        f"line for {of_en}",
        f"{of_zh}额度",
        f"With this request {{observed}} is out on {of_en}, more than the line of {{threshold}}",
        f"含本次申请，{of_zh}占用{{observed}}，超过额度{{threshold}}",
        check,
        unit=Unit.MINOR,
        severities=WITH_COUNTER,
        by_policy=True,
    )


AMOUNT = Rule(
    "K18",
    "amount",
    Grain.REQUEST,
    "amount asked for",
    "申请金额",
    "{observed} is asked for, more than the {threshold} that the product advances",
    "申请金额{observed}超过该产品可融资的{threshold}",
    _amount,
    unit=Unit.MINOR,
    severities=WITH_COUNTER,
    by_policy=True,
)
TENOR = Rule(
    "K18",
    "tenor",
    Grain.REQUEST,
    "tenor",
    "融资期限",
    "The tenor is {observed} days, longer than the {threshold} that the product allows",
    "融资期限{observed}天，超过该产品上限{threshold}天",
    _tenor,
    unit=Unit.DAYS,
    severities=WITH_COUNTER,
    by_policy=True,
)
BUYER_LINE = _line("buyer_line", "the buyer", "买方", _buyer_line)
GROUP_LINE = _line("group_line", "the buyer's group", "买方集团", _group_line)
SINGLE_NAME = _line("single_name", "the supplier", "供应商", _single_name)
OLD_VALUATION = Rule(
    "K19",
    "valuation",
    Grain.COLLATERAL,
    "day of valuation",
    "估值日期",
    "Collateral {about} was valued {observed} days ago, more than {threshold}",
    "抵质押物{about}的估值已过{observed}天，超过{threshold}天",
    _old_valuation,
    Valuation,
    Unit.DAYS,
)
UNINSURED = Rule(
    "K19",
    "uninsured",
    Grain.COLLATERAL,
    "insurance of goods",
    "货物保险",
    "Collateral {about} isn't insured",
    "抵质押物{about}未投保",
    _uninsured,
    Goods,
)
