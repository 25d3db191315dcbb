"""Words of a notice to the applicant, in English and Chinese."""

from __future__ import annotations

from lending.actions import Action
from lending.eligible import Ineligible
from lending.limit import Term

Words = tuple[str, str]
"""English, Chinese."""

DECISIONS: dict[str, Words] = {
    "APPROVE": ("Your request can be financed.", "您的申请可以获得融资。"),
    "APPROVE_REDUCED": (
        "Your request can be financed on other terms than you asked for.",
        "您的申请可按调整后的条件获得融资。",
    ),
    "REFER": (
        "A person will look at your request before it is decided.",
        "您的申请将由人工审核后作出决定。",
    ),
    "DECLINE": ("Your request can't be financed as it is.", "您的申请按目前条件无法获得融资。"),
    "CANNOT_SCORE": (
        "Your request can't be assessed with what is known.",
        "现有信息不足以评估您的申请。",
    ),
}
"""By the names of decisions."""

LIMIT_WORDS: dict[Term, Words] = {
    Term.RECEIVABLES: (
        "The receivables offered carry no more than this",
        "所提供的应收账款可支持的融资额有限",
    ),
    Term.BUYER: ("The line for this buyer is used up to here", "该买方的可用额度有限"),
    Term.GROUP: (
        "The line for this buyer's group is used up to here",
        "该买方所属集团可用额度有限",
    ),
    Term.SINGLE_NAME: ("Your own line is used up to here", "贵公司的可用额度有限"),
    Term.NEED: (
        "It is more than the working capital that your accounts show is needed",
        "申请金额超过财务数据所示的流动资金需求",
    ),
    Term.VALUE: (
        "It is more than what your business is sure to collect in a year supports",
        "申请金额超过企业未来一年可回收现金所能支持的额度",
    ),
}
"""What holds an amount down; every term of a limit."""

INELIGIBLE_WORDS: dict[Ineligible, Words] = {
    Ineligible.SETTLED: ("A receivable is settled already", "部分应收账款已结清"),
    Ineligible.OF_OTHERS: (
        "A receivable is owed between other parties",
        "部分应收账款的当事方与申请不符",
    ),
    Ineligible.VOID: (
        "An invoice is void, cancelled or not to be found",
        "部分发票已作废、红冲、异常或查无",
    ),
    Ineligible.CROSS_AGED: (
        "Too much of what this buyer owes you is long past due",
        "该买方对贵公司的逾期账款占比过高",
    ),
    Ineligible.RELATED: ("You and the buyer are related", "贵公司与买方存在关联关系"),
    Ineligible.PAST_DUE: ("A receivable is long past due", "部分应收账款逾期较久"),
    Ineligible.AGED: (
        "A receivable has no due date and is too old",
        "部分应收账款无到期日且账龄过长",
    ),
    Ineligible.UNCONFIRMED: (
        "A receivable isn't confirmed by the buyer",
        "部分应收账款未经买方确认",
    ),
    Ineligible.DISPUTED: ("A part of the receivables is disputed", "部分应收账款存在争议"),
    Ineligible.CONTRA: (
        "The buyer may set off or hold back a part",
        "部分应收账款可能被买方抵销或扣留",
    ),
    Ineligible.GROWN: (
        "A receivable grew after it was financed",
        "部分应收账款在融资后金额增加",
    ),
    Ineligible.CONCENTRATION: (
        "Too large a part of all receivables is on this buyer",
        "应收账款过于集中于该买方",
    ),
}
"""Why a part doesn't count; every reason of `Ineligible`."""

ACTION_WORDS: dict[Action, Words] = {
    Action.STRUCTURE: ("You can change this now.", "可即时调整。"),
    Action.EVIDENCE: ("You can show this within days.", "可在数日内补充凭证。"),
    Action.BEHAVIOUR: ("This takes months.", "需数月改善。"),
    Action.IMMUTABLE: ("This can't be changed.", "无法改变。"),
    Action.BUYER: ("This is up to the buyer.", "取决于买方。"),
}
"""What can be done about a reason; every action."""

PREVIEW: Words = (
    "What would help is a preview on what is known today, and no promise.",
    "以上建议为基于当前信息的预览，不构成承诺。",
)
REVIEW: Words = (
    "You may ask how this was decided, say what you think, and have a person look at it again.",
    "您有权要求对本决定作出说明、表达意见，并申请人工复核。",
)
"""The right of a natural person (domain.md section 6: PIPL article 24)."""
