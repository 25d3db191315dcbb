"""What came of changes, as plain values: each answer, and how it differs from that without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.bundle import Bundle
from scoring.replaying import differences
from scoring.reply import reply
from scoring.what_if import Tried

Json = dict[str, Any]

AS_REPLIED = (
    "decision",
    "by_model",
    "by_rules",
    "because",
    "probability",
    "logit",
    "base",
    "parts",
    "points",
    "default",
    "pd_buyer_12m",
    "pd_supplier_12m",
    "advance_minor",
    "tenor_days",
)
"""Fields of a reply that are told under the same name, before those of the terms."""

IN_LISTS = ("rules", "adverse", "favourable", "because")
"""What comes and goes, and isn't compared field by field."""


def answer_sheet(tried: Tried, bundle: Bundle, currency: str) -> Json:
    """What a score says that a change may move; JSON values, None where there is none."""
    told = reply(tried.scored, bundle, tried.pack, score_id=None, currency=currency)
    terms = told["terms"]
    return {
        **{name: told[name] for name in AS_REPLIED},
        "limit_minor": None if terms is None else terms["amount"]["limit"]["amount_minor"],
        "rate": None if terms is None else terms["price"]["quoted_rate"],
        "expected_loss_minor": None if terms is None else terms["loss"]["expected_minor"],
        "lgd_share": None if terms is None else terms["loss"]["lgd_share"],
        "rules": told["rules"],
        "adverse": told["adverse"],
        "favourable": told["favourable"],
        "pack": told["pack"],
    }


def differences_sheet(before: Mapping[str, Any], after: Mapping[str, Any]) -> Json:
    """How one answer differs from another: figures by pointer, and what came and went."""
    return {
        "differences": [
            {"field": one.at, "before": one.recorded, "after": one.replayed}
            for one in differences(_figures(before), _figures(after))
        ],
        "rules_fired": _only_in(after["rules"], before["rules"], "code", "severity", "about"),
        "rules_gone": _only_in(before["rules"], after["rules"], "code", "severity", "about"),
        "reasons_new": _only_in(after["adverse"], before["adverse"], "code"),
        "reasons_gone": _only_in(before["adverse"], after["adverse"], "code"),
    }


def _figures(answer: Mapping[str, Any]) -> Json:
    return {name: value for name, value in answer.items() if name not in IN_LISTS}


def _only_in(
    some: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]], *by: str
) -> list[Mapping[str, Any]]:
    """Of some those that others don't have, told apart by these fields."""
    known = {tuple(one[name] for name in by) for one in others}
    return [one for one in some if tuple(one[name] for name in by) not in known]
