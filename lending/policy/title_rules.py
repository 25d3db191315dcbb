"""Rules on instruments (K03, K09, K20) and on title by the registry (K06, K10, K11)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.party_seen import PartySeen
from features.circumstances.request_seen import Circumstances
from lending.policy.party_rules import open_record
from lending.policy.rule import UNKNOWN, Dated, Finding, Found, Grain, Rule, Unit
from lending.policy.rule_parameters import MostDays, MostMonths, Overlaps, Parameters, Records
from lending.priority import standing

WORKING_WEEK = 5


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the month's last: 31 August and 6 give 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def business_days(after: date, through: date) -> int:
    """Mondays to Fridays after a day, up to another; public holidays count as the day they are."""
    weeks, rest = divmod(max(0, (through - after).days), 7)
    first = after.weekday() + 1
    return weeks * WORKING_WEEK + sum((first + k) % 7 < WORKING_WEEK for k in range(rest))


def _unpaid(buyer: PartySeen, given: Records) -> Found:
    """Of a buyer without paper nobody knows whether it pays it: then records alone count."""
    if buyer.unpaid_certificate:
        return Finding(observed="unpaid_certificate")
    return open_record(buyer.open_records, given)


def _unpaid_by_paper(_claim: AskedClaim, seen: Circumstances, given: Records) -> Found:
    return _unpaid(seen.buyer, given)


def _unpaid_by_account(buyer: PartySeen, seen: Circumstances, given: Records) -> Found:
    plain = any(claim.instrument == "receivable" for claim in seen.claims)
    return _unpaid(buyer, given) if plain else None


def _first_of_others(claim: AskedClaim, _seen: Circumstances, given: Overlaps) -> Found:
    if claim.earlier_overlap is None:
        return UNKNOWN
    return Finding(claim.earlier_overlap) if claim.earlier_overlap in given.overlaps else None


def _not_first(claim: AskedClaim, seen: Circumstances, _given: Parameters) -> Found:
    """Where a registration decides, the rules above tell of it."""
    found = standing(claim, seen.amount_requested_minor)
    if found.rank == "first" or found.by == "registration":
        return None
    return Finding(f"{found.rank}_by_{found.by}")


def _beyond(claim: AskedClaim, seen: Circumstances, given: MostMonths) -> Found:
    """Calendar months from the day it was opened; from today where that isn't known."""
    if claim.instrument_days is None:
        return UNKNOWN
    opened = claim.instrument_opened_on or seen.day
    most = (months_after(opened, given.most_months) - opened).days
    days = claim.instrument_days
    return Finding(days, most, most_days=most) if days > most else None


def _unreviewed(claim: AskedClaim, seen: Circumstances, given: MostMonths) -> Found:
    return None if claim.instrument_reviewed else _beyond(claim, seen, given)


def _unregistered(claim: AskedClaim, _seen: Circumstances, _given: Parameters) -> Found:
    if claim.registered is None:
        return UNKNOWN
    return None if claim.registered else Finding()


def _unsearched(claim: AskedClaim, seen: Circumstances, given: MostDays) -> Found:
    if claim.searched_on is None:
        return UNKNOWN
    days = business_days(claim.searched_on, seen.day)
    return Finding(days, given.most_days) if days > given.most_days else None


BUYER_OF_BILL = Rule(
    "K03",
    "bill",
    Grain.BILL,
    "whether the buyer is in default on its paper",
    "买方票据、凭证是否违约",
    "Receivable {about} is a bill, and its buyer is in default: {observed}",
    "应收账款{about}为商业汇票，买方违约：{observed}",
    _unpaid_by_paper,
    Records,
    Unit.WORD,
    Dated.INSTRUMENT,
)
BUYER_OF_CERTIFICATE = Rule(
    "K03",
    "certificate",
    Grain.CERTIFICATE,
    "whether the buyer is in default on its paper",
    "买方票据、凭证是否违约",
    "Receivable {about} is a certificate, and its buyer is in default: {observed}",
    "应收账款{about}为应收账款电子凭证，买方违约：{observed}",
    _unpaid_by_paper,
    Records,
    Unit.WORD,
    Dated.INSTRUMENT,
)
BUYER_OF_ACCOUNT = Rule(
    "K03",
    "account",
    Grain.BUYER,
    "whether the buyer is in default on its paper",
    "买方票据、凭证是否违约",
    "The buyer is in default on its paper: {observed}",
    "买方的票据、凭证或债券违约：{observed}",
    _unpaid_by_account,
    Records,
    Unit.WORD,
)
FIRST_OF_OTHERS = Rule(
    "K06",
    "exact",
    Grain.RECEIVABLE,
    "earlier registrations",
    "在先登记",
    "Receivable {about} is registered for another party ({observed} overlap)",
    "应收账款{about}已由他人在先登记（重合程度：{observed}）",
    _first_of_others,
    Overlaps,
    Unit.WORD,
)
OVERLAP = Rule(
    "K06",
    "overlap",
    Grain.RECEIVABLE,
    "earlier registrations",
    "在先登记",
    "An earlier registration may cover receivable {about} ({observed} overlap)",
    "在先登记可能涵盖应收账款{about}（重合程度：{observed}）",
    _first_of_others,
    Overlaps,
    Unit.WORD,
)
UNREGISTERED_RIVAL = Rule(
    "K06",
    "unregistered",
    Grain.RECEIVABLE,
    "rights of others that aren't registered",
    "他人未登记的权利",
    "Receivable {about} was assigned to another too, without registration ({observed}): register "
    "before it is financed",
    "应收账款{about}另有未登记的受让人（{observed}）：放款前须先登记",
    _not_first,
    unit=Unit.WORD,
)
LONGEST_CERTIFICATE = Rule(
    "K09",
    "longest",
    Grain.CERTIFICATE,
    "tenor of the certificate",
    "凭证期限",
    "Certificate of receivable {about} runs {observed} days, longer than the {threshold} allowed",
    "应收账款{about}的电子凭证期限{observed}天，超过上限{threshold}天",
    _beyond,
    MostMonths,
    Unit.DAYS,
    Dated.INSTRUMENT,
)
UNREVIEWED_CERTIFICATE = Rule(
    "K09",
    "unreviewed",
    Grain.CERTIFICATE,
    "tenor of the certificate",
    "凭证期限",
    "Certificate of receivable {about} runs {observed} days, longer than {threshold}, and no "
    "review of that is on file",
    "应收账款{about}的电子凭证期限{observed}天，超过{threshold}天，未见合理性审查记录",
    _unreviewed,
    MostMonths,
    Unit.DAYS,
    Dated.INSTRUMENT,
)
ANNOUNCED_CERTIFICATE = Rule(
    "K09",
    "announced",
    Grain.CERTIFICATE,
    "tenor of the certificate",
    "凭证期限",
    "Certificate of receivable {about} runs {observed} days; a maximum of {threshold} is announced",
    "应收账款{about}的电子凭证期限{observed}天，已公布拟定上限{threshold}天",
    _beyond,
    MostMonths,
    Unit.DAYS,
    Dated.INSTRUMENT,
)
UNREGISTERED = Rule(
    "K10",
    "",
    Grain.CERTIFICATE,
    "registration for this lender",
    "本机构登记情况",
    "Certificate of receivable {about} isn't registered for this lender",
    "应收账款{about}的电子凭证融资尚未登记",
    _unregistered,
)
UNSEARCHED = Rule(
    "K11",
    "",
    Grain.RECEIVABLE,
    "search of the registry",
    "登记查询",
    "The registry was searched for receivable {about} {observed} business days ago, more than "
    "{threshold}",
    "应收账款{about}的登记查询已过{observed}个工作日，超过{threshold}个",
    _unsearched,
    MostDays,
    Unit.DAYS,
)
LONG_BILL = Rule(
    "K20",
    "",
    Grain.BILL,
    "tenor of the bill",
    "票据期限",
    "Bill of receivable {about} runs {observed} days, longer than the {threshold} allowed",
    "应收账款{about}的商业汇票期限{observed}天，超过上限{threshold}天",
    _beyond,
    MostMonths,
    Unit.DAYS,
    Dated.INSTRUMENT,
)
