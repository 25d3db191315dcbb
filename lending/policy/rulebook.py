"""Every rule, in the order in which they run."""

from __future__ import annotations

from lending.policy import claim_rules, cover_rules, data_rules, party_rules, title_rules
from lending.policy.rule import Rule

RULES: tuple[Rule, ...] = (
    party_rules.IDENTIFIER,
    party_rules.STATUS,
    party_rules.SANCTIONS,
    party_rules.DISHONEST_SUPPLIER,
    party_rules.INSOLVENT_BUYER,
    title_rules.BUYER_OF_BILL,
    title_rules.BUYER_OF_CERTIFICATE,
    title_rules.BUYER_OF_ACCOUNT,
    claim_rules.INVOICE,
    claim_rules.SETTLED,
    claim_rules.DUPLICATE,
    claim_rules.OTHER_PARTIES,
    title_rules.FIRST_OF_OTHERS,
    title_rules.OVERLAP,
    claim_rules.LONG_OF_PUBLIC,
    claim_rules.LONG_OF_LARGE,
    claim_rules.PAY_WHEN_PAID,
    title_rules.LONGEST_CERTIFICATE,
    title_rules.UNREVIEWED_CERTIFICATE,
    title_rules.ANNOUNCED_CERTIFICATE,
    title_rules.UNREGISTERED,
    title_rules.UNSEARCHED,
    party_rules.UNDISCLOSED_LINK,
    party_rules.RELATED_SALES,
    claim_rules.OVER_FINANCED,
    claim_rules.OVER_ASSIGNED,
    claim_rules.UNDELIVERED,
    claim_rules.DISPUTED,
    claim_rules.PROHIBITED,
    claim_rules.PAST_DUE,
    cover_rules.AMOUNT,
    cover_rules.TENOR,
    cover_rules.BUYER_LINE,
    cover_rules.GROUP_LINE,
    cover_rules.SINGLE_NAME,
    cover_rules.OLD_VALUATION,
    cover_rules.UNINSURED,
    title_rules.LONG_BILL,
    data_rules.COLLECTS,
    data_rules.BUREAU,
    data_rules.TAX,
    data_rules.PERSONAL,
    data_rules.TIER,
    data_rules.HISTORY,
    data_rules.ALERT,
    data_rules.FRAUD,
    party_rules.NATURAL_PERSON,
)

BY_NAME: dict[str, Rule] = {rule.name: rule for rule in RULES}
