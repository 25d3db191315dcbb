"""Rules on the receivables themselves: what they are, what is due on them, what is left of them."""

from __future__ import annotations

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.request_seen import Circumstances
from lending.policy.rule import UNKNOWN, Dated, Finding, Found, Grain, Rule, Unit
from lending.policy.rule_parameters import Invoices, MostDays, MostRatio, MostShare, Parameters
from lending.policy.tables import PolicyPack

SMALL = ("micro", "small", "medium")
"""Size classes that the law on payment to small firms protects."""


def left_minor(claim: AskedClaim) -> int | None:
    """What is owed of a claim; its face where payments aren't known."""
    return claim.face_minor if claim.owed_minor is None else claim.owed_minor


def _invoice(claim: AskedClaim, _seen: Circumstances, given: Invoices) -> Found:
    if claim.invoice_state is None:
        return UNKNOWN
    return Finding(claim.invoice_state) if claim.invoice_state in given.states else None


def _settled(claim: AskedClaim, _seen: Circumstances, _given: Parameters) -> Found:
    return Finding() if claim.settled else None


def _duplicate(claim: AskedClaim, _seen: Circumstances, _given: Parameters) -> Found:
    return Finding(", ".join(claim.duplicate_of)) if claim.duplicate_of else None


def _of_others(claim: AskedClaim, _seen: Circumstances, _given: Parameters) -> Found:
    return Finding() if claim.of_others else None


def _over_financed(claim: AskedClaim, _seen: Circumstances, given: MostRatio) -> Found:
    if not claim.financed_minor:
        return None
    left = left_minor(claim)
    if left is None:
        return UNKNOWN
    most = int(left * given.most_ratio)
    return Finding(claim.financed_minor, most) if claim.financed_minor > most else None


def _over_assigned(seen: Circumstances, _seen: Circumstances, given: MostRatio) -> Found:
    """With this request; where nothing is financed yet, more is asked than there is: K18."""
    financed = sum(claim.financed_minor for claim in seen.claims)
    if not financed:
        return None
    left = [amount for claim in seen.claims if (amount := left_minor(claim)) is not None]
    if len(left) < len(seen.claims):
        return UNKNOWN
    total = financed + (seen.amount_requested_minor or 0)
    most = int(sum(left) * given.most_ratio)
    return Finding(total, most) if total > most else None


def _undelivered(claim: AskedClaim, seen: Circumstances, policy: PolicyPack) -> Found:
    if claim.delivered or not policy.product(seen.product).needs_delivery:
        return None
    return UNKNOWN if claim.delivered is None else Finding()


def _disputed(claim: AskedClaim, _seen: Circumstances, given: MostShare) -> Found:
    if claim.disputed_minor == 0:
        return None
    if claim.disputed_minor is None or claim.face_minor is None:
        return UNKNOWN
    if claim.disputed_minor <= claim.face_minor * given.most_share:
        return None
    share = claim.disputed_minor / claim.face_minor if claim.face_minor else 1.0
    return Finding(share, float(given.most_share))


def _prohibited(claim: AskedClaim, _seen: Circumstances, _given: Parameters) -> Found:
    if claim.assignment_prohibited is None:
        return UNKNOWN
    return Finding() if claim.assignment_prohibited and not claim.consented else None


def _past_due(claim: AskedClaim, seen: Circumstances, policy: PolicyPack) -> Found:
    if claim.settled:  # nothing is due on it: K04 tells of that
        return None
    if claim.due_on is None:
        return UNKNOWN
    if claim.due_on >= seen.day or policy.product(seen.product).takes_past_due:
        return None
    return Finding((seen.day - claim.due_on).days, 0)


def _terms_days(claim: AskedClaim) -> int | None:
    """Days to pay by the contract, else from delivery to the due date."""
    if claim.payment_days is not None or claim.delivered_on is None or claim.due_on is None:
        return claim.payment_days
    return (claim.due_on - claim.delivered_on).days


def _long(claim: AskedClaim, given: MostDays) -> Found:
    days = _terms_days(claim)
    if days is None or claim.supplier_size is None:
        return UNKNOWN
    if claim.supplier_size not in SMALL or days <= given.most_days:
        return None
    return Finding(days, given.most_days)


def _long_of_public(claim: AskedClaim, _seen: Circumstances, given: MostDays) -> Found:
    if claim.buyer_public is None:
        return UNKNOWN
    return _long(claim, given) if claim.buyer_public else None


def _long_of_large(claim: AskedClaim, _seen: Circumstances, given: MostDays) -> Found:
    if claim.buyer_public:
        return None
    if claim.buyer_size is None:
        return UNKNOWN
    return _long(claim, given) if claim.buyer_size == "large" else None


def _pay_when_paid(claim: AskedClaim, _seen: Circumstances, _given: Parameters) -> Found:
    if claim.pay_when_paid is None:
        return UNKNOWN
    owes = claim.buyer_public or claim.buyer_size == "large"
    return Finding() if claim.pay_when_paid and owes and claim.supplier_size in SMALL else None


INVOICE = Rule(
    "K04",
    "invoice",
    Grain.RECEIVABLE,
    "state of the invoices",
    "发票状态",
    "Receivable {about}: its invoice is {observed}",
    "应收账款{about}的发票状态为{observed}",
    _invoice,
    Invoices,
    Unit.WORD,
)
SETTLED = Rule(
    "K04",
    "settled",
    Grain.RECEIVABLE,
    "payments",
    "付款情况",
    "Receivable {about} is already settled",
    "应收账款{about}已结清",
    _settled,
)
DUPLICATE = Rule(
    "K05",
    "duplicate",
    Grain.RECEIVABLE,
    "invoices financed before",
    "已融资的发票",
    "The invoice of receivable {about} is financed already: {observed}",
    "应收账款{about}的发票已融资：{observed}",
    _duplicate,
    unit=Unit.WORD,
)
OTHER_PARTIES = Rule(
    "K05",
    "other_parties",
    Grain.RECEIVABLE,
    "who owes whom",
    "债权人与债务人",
    "Receivable {about} is owed between other parties",
    "应收账款{about}的债权人或债务人与申请不符",
    _of_others,
)
LONG_OF_PUBLIC = Rule(
    "K07",
    "public",
    Grain.RECEIVABLE,
    "days to pay, and whether a public body owes a small firm",
    "付款期限及是否为机关事业单位欠中小企业",
    "Receivable {about}: a public body pays a small firm in {observed} days, more than {threshold}",
    "应收账款{about}：机关、事业单位对中小企业的付款期限为{observed}天，超过{threshold}天",
    _long_of_public,
    MostDays,
    Unit.DAYS,
    Dated.CONTRACT,
)
LONG_OF_LARGE = Rule(
    "K07",
    "large",
    Grain.RECEIVABLE,
    "days to pay, and whether a large firm owes a small one",
    "付款期限及是否为大型企业欠中小企业",
    "Receivable {about}: a large firm pays a small one in {observed} days, more than {threshold}; "
    "ask for the reason",
    "应收账款{about}：大型企业对中小企业的付款期限为{observed}天，超过{threshold}天，请说明合理性",
    _long_of_large,
    MostDays,
    Unit.DAYS,
    Dated.CONTRACT,
)
PAY_WHEN_PAID = Rule(
    "K08",
    "",
    Grain.RECEIVABLE,
    "pay-when-paid clause",
    "背靠背条款",
    "Receivable {about}: the clause to pay when paid may be void; the supplier isn't at fault",
    "应收账款{about}：以收到第三方付款为条件的约定可能无效，供应商无过错",
    _pay_when_paid,
    dated=Dated.CONTRACT,
)
OVER_FINANCED = Rule(
    "K13",
    "receivable",
    Grain.RECEIVABLE,
    "what is financed of a receivable",
    "单笔应收账款已融资额",
    "Receivable {about}: {observed} is financed of it, more than {threshold}",
    "应收账款{about}已融资{observed}，超过{threshold}",
    _over_financed,
    MostRatio,
    Unit.MINOR,
)
OVER_ASSIGNED = Rule(
    "K13",
    "request",
    Grain.REQUEST,
    "what is financed of the receivables, with this request",
    "含本次申请的已融资额",
    "With this request {observed} is financed of the receivables, more than {threshold}",
    "含本次申请，应收账款融资合计{observed}，超过{threshold}",
    _over_assigned,
    MostRatio,
    Unit.MINOR,
)
UNDELIVERED = Rule(
    "K14",
    "",
    Grain.RECEIVABLE,
    "delivery",
    "交付情况",
    "Receivable {about}: goods or service aren't delivered",
    "应收账款{about}：货物或服务尚未交付",
    _undelivered,
    by_policy=True,
)
DISPUTED = Rule(
    "K15",
    "",
    Grain.RECEIVABLE,
    "disputes",
    "争议金额",
    "Receivable {about}: {observed} of its face is disputed, more than {threshold}",
    "应收账款{about}：争议金额占面额{observed}，超过{threshold}",
    _disputed,
    MostShare,
    Unit.SHARE,
)
PROHIBITED = Rule(
    "K16",
    "",
    Grain.RECEIVABLE,
    "prohibition of assignment",
    "禁止转让约定",
    "Receivable {about} may not be assigned by its contract, and the buyer hasn't consented",
    "应收账款{about}按合同不得转让，且债务人未同意",
    _prohibited,
)
PAST_DUE = Rule(
    "K17",
    "",
    Grain.RECEIVABLE,
    "due date",
    "到期日",
    "Receivable {about} is past due; days: {observed}",
    "应收账款{about}已逾期{observed}天",
    _past_due,
    unit=Unit.DAYS,
    by_policy=True,
)
