"""Rules on who asks and who must pay: K01, K02, K03 of an insolvent buyer, K12, K25."""

from __future__ import annotations

from collections.abc import Sequence

from features.circumstances.party_seen import PartySeen
from features.circumstances.request_seen import Circumstances
from lending.policy.outcomes import Scope, Severity
from lending.policy.rule import UNKNOWN, Finding, Found, Grain, Rule, Unit
from lending.policy.rule_parameters import MostShare, Parameters, Records, Statuses


def open_record(told: Sequence[str] | None, records: Records) -> Found:
    """The first open record of these kinds; unknown where no source has told."""
    if told is None:
        return UNKNOWN
    for record in told:
        if record in records.records:
            return Finding(observed=record)
    return None


def _identifier(party: PartySeen, _seen: Circumstances, _given: Parameters) -> Found:
    if party.valid_id is None:
        return UNKNOWN
    return None if party.valid_id else Finding()


def _status(party: PartySeen, _seen: Circumstances, given: Statuses) -> Found:
    if party.status is None:
        return UNKNOWN
    return Finding(observed=party.status) if party.status in given.statuses else None


def _records(party: PartySeen, _seen: Circumstances, given: Records) -> Found:
    """Of the party and of those who control it; what is found counts before what isn't known."""
    own = open_record(party.open_records, given)
    if isinstance(own, Finding):
        return own
    theirs = open_record(party.controller_records, given)
    return theirs if isinstance(theirs, Finding) else own or theirs


def _insolvent(buyer: PartySeen, _seen: Circumstances, given: Records) -> Found:
    return open_record(buyer.open_records, given)


def _undisclosed(seen: Circumstances, _seen: Circumstances, _given: Parameters) -> Found:
    pair = seen.pair
    if pair.linked is None:
        return UNKNOWN
    return Finding() if pair.linked and not pair.link_disclosed else None


def _related(seen: Circumstances, _seen: Circumstances, given: MostShare) -> Found:
    share = seen.pair.related_share
    if share is None:
        return UNKNOWN
    return Finding(share, float(given.most_share)) if share > given.most_share else None


def _person(supplier: PartySeen, _seen: Circumstances, _given: Parameters) -> Found:
    if supplier.person_linked is None:
        return UNKNOWN
    return Finding() if supplier.person_linked else None


IDENTIFIER = Rule(
    "K01",
    "identifier",
    Grain.PARTY,
    "whether a registration code is valid",
    "登记代码是否有效",
    "The registration code of the {about} fails its check digits",
    "{about}的登记代码校验不通过",
    _identifier,
)
STATUS = Rule(
    "K01",
    "status",
    Grain.PARTY,
    "state of registration",
    "登记状态",
    "The {about} is {observed} in the company register",
    "{about}的登记状态为{observed}",
    _status,
    Statuses,
    Unit.WORD,
)
SANCTIONS = Rule(
    "K01",
    "sanctions",
    Grain.PARTY,
    "sanctions",
    "制裁名单",
    "The {about}, or who controls it, is on a list: {observed}",
    "{about}或其控制人在名单上：{observed}",
    _records,
    Records,
    Unit.WORD,
)
DISHONEST_SUPPLIER = Rule(
    "K02",
    "",
    Grain.SUPPLIER,
    "public records of the supplier and who controls it",
    "供应商及其控制人的公开记录",
    "The supplier, or who controls it, has an open public record: {observed}",
    "供应商或其控制人有未了结的公开记录：{observed}",
    _records,
    Records,
    Unit.WORD,
)
INSOLVENT_BUYER = Rule(
    "K03",
    "insolvent",
    Grain.BUYER,
    "public records of the buyer",
    "买方的公开记录",
    "The buyer has an open public record: {observed}",
    "买方有未了结的公开记录：{observed}",
    _insolvent,
    Records,
    Unit.WORD,
)
UNDISCLOSED_LINK = Rule(
    "K12",
    "undisclosed",
    Grain.REQUEST,
    "control between supplier and buyer",
    "供应商与买方之间的控制关系",
    "Supplier and buyer are linked by control, and the request doesn't say so",
    "供应商与买方存在控制关系，申请中未披露",
    _undisclosed,
)
RELATED_SALES = Rule(
    "K12",
    "share",
    Grain.REQUEST,
    "share of sales to related parties",
    "关联销售占比",
    "{observed} of the supplier's sales go to related parties, more than {threshold}",
    "供应商对关联方的销售占{observed}，超过{threshold}",
    _related,
    MostShare,
    Unit.SHARE,
)
NATURAL_PERSON = Rule(
    "K25",
    "",
    Grain.SUPPLIER,
    "whether the supplier is a natural person",
    "供应商是否为自然人",
    "The supplier is a natural person: a person decides before it is declined",
    "供应商为自然人：拒绝前须由人工决定",
    _person,
    scopes=(Scope.REQUEST,),
    severities=(Severity.REFER,),
    eases=True,
)
