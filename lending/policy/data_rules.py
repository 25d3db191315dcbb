"""Rules on channel, consents, data at hand and fraud: K21 to K24."""

from __future__ import annotations

from features.circumstances.party_seen import PartySeen
from features.circumstances.request_seen import Circumstances
from lending.policy.outcomes import Scope
from lending.policy.rule import UNKNOWN, Check, Finding, Found, Grain, Rule, Unit
from lending.policy.rule_parameters import Alerts, LeastCount, LeastScore, Parameters
from lending.policy.tables import PolicyPack


def _collects(seen: Circumstances, _seen: Circumstances, _given: Parameters) -> Found:
    if seen.channel_collects is None:
        return UNKNOWN
    return Finding() if seen.channel_collects else None


def _consent(party: PartySeen, scope: str) -> Found:
    state = party.consents.get(scope)
    if state is None:
        return UNKNOWN
    return None if state == "in_force" else Finding(observed=state)


def _bureau(party: PartySeen, _seen: Circumstances, _given: Parameters) -> Found:
    return _consent(party, "bureau")


def _tax(party: PartySeen, _seen: Circumstances, _given: Parameters) -> Found:
    return _consent(party, "tax")


def _personal(party: PartySeen, _seen: Circumstances, _given: Parameters) -> Found:
    return _consent(party, "personal") if party.person_linked else None


def _tier(seen: Circumstances, _seen: Circumstances, policy: PolicyPack) -> Found:
    least = policy.product(seen.product).least_tier
    return Finding(f"T{seen.data_tier}", f"T{least}") if seen.data_tier < least else None


def _history(seen: Circumstances, _seen: Circumstances, given: LeastCount) -> Found:
    known = seen.pair.claims_known
    return Finding(known, given.least) if known < given.least else None


def _alert(seen: Circumstances, _seen: Circumstances, given: Alerts) -> Found:
    found = [alert for alert in seen.alerts if alert in given.alerts]
    return Finding(", ".join(found)) if found else None


def _fraud(seen: Circumstances, _seen: Circumstances, given: LeastScore) -> Found:
    if seen.fraud_score is None:
        return UNKNOWN
    score = seen.fraud_score
    return Finding(score, given.least_score) if score >= given.least_score else None


def _source(case: str, of_zh: str, check: Check) -> Rule:
    return Rule(
        "K22",
        case,
        Grain.PARTY,
        f"consent to use {case} data",
        f"{of_zh}授权",
        f"Consent of the {{about}} to use {case} data is {{observed}}",
        f"{{about}}的{of_zh}授权{{observed}}",
        check,
        unit=Unit.WORD,
        scopes=(Scope.SOURCE,),
    )


COLLECTS = Rule(
    "K21",
    "",
    Grain.REQUEST,
    "what the platform does",
    "平台业务范围",
    "The platform that brings the request collects funds or lends, beyond giving information",
    "推送申请的平台归集资金或放贷，超出信息服务范围",
    _collects,
    scopes=(Scope.CHANNEL,),
)
BUREAU = _source("bureau", "征信", _bureau)
TAX = _source("tax", "涉税数据", _tax)
PERSONAL = _source("personal", "个人信息", _personal)
TIER = Rule(
    "K23",
    "tier",
    Grain.REQUEST,
    "data tier",
    "数据层级",
    "Data of tier {observed} are at hand; the product needs {threshold}",
    "数据层级为{observed}，该产品要求{threshold}",
    _tier,
    unit=Unit.WORD,
    by_policy=True,
)
HISTORY = Rule(
    "K23",
    "history",
    Grain.REQUEST,
    "history of the buyer's payments",
    "买方付款历史",
    "Known claims on this buyer: {observed}, fewer than {threshold}",
    "对该买方已知账款{observed}笔，少于{threshold}笔",
    _history,
    LeastCount,
    Unit.COUNT,
)
ALERT = Rule(
    "K23",
    "alert",
    Grain.REQUEST,
    "alerts of monitoring",
    "模型监控预警",
    "Monitoring has raised an alert: {observed}",
    "模型监控预警：{observed}",
    _alert,
    Alerts,
    Unit.WORD,
)
FRAUD_CHECK = Rule(
    "K24",
    "check",
    Grain.REQUEST,
    "fraud screen",
    "欺诈筛查",
    "The fraud screen gives {observed}, {threshold} or more: look at its signs",
    "欺诈筛查得分{observed}，达到{threshold}，请查看可疑迹象",
    _fraud,
    LeastScore,
    Unit.SHARE,
    internal=True,
)
FRAUD = Rule(
    "K24",
    "",
    Grain.REQUEST,
    "fraud screen",
    "欺诈筛查",
    "The fraud screen gives {observed}, {threshold} or more: to be investigated",
    "欺诈筛查得分{observed}，达到{threshold}，需核实",
    _fraud,
    LeastScore,
    Unit.SHARE,
    internal=True,
)
