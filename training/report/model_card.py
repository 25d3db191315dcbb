"""The card of a model: what it is, what it is for, what it rests on, and what the law asks."""

from __future__ import annotations

from typing import Any

from models.bundle import Bundle
from training.report.model_words import card_words

KINDS_OF_MODEL = {
    "additive-cross": "LightGBM, additive by credit, with a cross block on top",
    "additive": "LightGBM, additive by credit",
}


def model_card(report: dict[str, Any], bundle: Bundle) -> dict[str, Any]:
    """The card as JSON values.

    Parameters
    ----------
    report : dict
        Of one event, as `training.retrain.learn` makes it; with figures where there was a test.
    """
    card, manifest = bundle.card, bundle.source.manifest
    said = card_words("en")
    found = {
        "bundle": bundle.id,
        "name": manifest.name,
        "version": manifest.version,
        "event": card.event.model_dump(mode="json"),
        "intended_use": said["use"],
        "not_for": said["not_for"],
        "data": card.data,
        "learned_from": {
            "from": None if card.trained_from is None else card.trained_from.isoformat(),
            "through": card.trained_through.isoformat(),
            "rows": report["learned"]["n"],
            "events": report["learned"]["events"],
            "a_row_is": report["examples"],
            "left_out_as_too_young": report["immature"]["train"],
            "rejects": report["rejects"],
            "data_sha256": report["data_sha256"],
            "recipe_sha256": report["recipe_sha256"],
        },
        "model": {
            "kind": KINDS_OF_MODEL[report["kind"]],
            "features": len(card.features),
            "rounds": report["rounds"],
            "additive_rounds": report["additive_rounds"],
            "calibration": report["calibration"],
            "long_run_rate": report["long_run_rate"],
            "versions": dict(card.versions),
        },
        "limits": said["limits"],
        "duties": said["duties"],
    }
    if "validation" in report:
        validation = report["validation"]
        found["tested"] = {
            "from": report["split"]["test"]["since"],
            "until": report["test_until"],
            "ranking": validation["ranking"],
            "champion": report["test"]["champion"],
            "cross_share_median": report["test"]["cross_share_median"],
            "drift_of_score": validation["drift"]["score"],
            "stable_gini": validation["months"]["stable_gini"],
            "shuffled": validation["shuffled"],
            "proofs": validation["proofs"],
        }
    return found


def card_text(card: dict[str, Any]) -> str:
    """The same card as Markdown."""
    learned, model = card["learned_from"], card["model"]
    lines = [
        f"# {card['bundle']}",
        "",
        f"The probability that {card['event']['en']}. Version {card['version']}.",
        *_listed("What it is for", card["intended_use"]),
        *_listed("What it is not for", card["not_for"]),
        "",
        "## What it has learned from",
        "",
        f"{card['data']}.",
        f"{learned['rows']:,} {learned['a_row_is']}, {learned['events']:,} with the event, "
        f"from {learned['from']} to what was known on {learned['through']}; "
        f"{learned['left_out_as_too_young']:,} more were too young for an outcome.",
        *_rejects(learned["rejects"]),
        "",
        "## What it is",
        "",
        f"{model['kind']}: {model['features']} features, {model['rounds']} rounds of which "
        f"{model['additive_rounds']} are additive; calibration "
        f"{model['calibration']['intercept']:+.4f} {model['calibration']['slope']:+.4f} raw"
        + (f"; long-run rate {model['long_run_rate']}" if model["long_run_rate"] else "")
        + ".",
        *_tested(card),
        *_listed("Limits", card["limits"]),
        *_listed("Duties", card["duties"]),
    ]
    return "\n".join(lines) + "\n"


def _rejects(told: dict[str, Any] | None) -> list[str]:
    """How requests that were turned down are accounted for, where there are any."""
    return [] if told is None else [f"Requests turned down: {told['inference']}."]


def _tested(card: dict[str, Any]) -> list[str]:
    if "tested" not in card:
        return ["", "## What it is worth", "", "It was not tested: train with a test period."]
    tested = card["tested"]
    ranked, champion = tested["ranking"], tested["champion"]
    return [
        "",
        "## What it is worth",
        "",
        f"On {ranked['n']:,} {card['learned_from']['a_row_is']} of {tested['from']} to "
        f"{tested['until']}, {ranked['events']:,} with the event:",
        "",
        f"- area under the curve {ranked['auc']:.3f} ({ranked['auc_low']:.3f} to "
        f"{ranked['auc_high']:.3f}), KS {ranked['ks']:.3f}, H-measure {ranked['h_measure']:.3f}, "
        f"average precision {ranked['average_precision']:.3f};",
        f"- calibration slope {champion['calibration_slope']:.2f}, Brier {champion['brier']:.4f}, "
        f"log-loss {champion['log_loss']:.4f};",
        f"- drift of the score {tested['drift_of_score']['psi']:.3f}; cross terms "
        f"{tested['cross_share_median']:.3f} of the credits.",
    ]


def _listed(title: str, texts: list[str]) -> list[str]:
    return ["", f"## {title}", "", *(f"- {text}" for text in texts)]
