"""Train a shadow rating on public accounts, and print what it is worth on years it hasn't seen.

``python -m training.shadow_rating --data FOLDER --out FOLDER``
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.markup import escape
from rich.table import Table
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from ledger.audit.signing_keys import load_private
from ledger.faults import Fault
from models.account_ratios import ratios_of
from models.shadow_model import ShadowCard, ShadowModel, columns, load, save
from models.signing import public_of, signing_key
from models.trees import Vector
from training.fitting import text
from training.metrics import Flags, figures, sigmoid
from training.printed import console
from training.shadow_accounts import (
    PL_FILE,
    RATINGS_FILE,
    US_DATA,
    FirmYears,
    less_told,
    read_pl,
    read_ratings,
    read_us,
)
from training.shadow_trees import Fitted, as_strangers, fit, raw, untuned

ROUNDS = 200
TEST_YEARS = 3
TEST_SEED = 2
"""Of the amounts left out of the accounts that the model is tried on."""

EVENT = "bankruptcy within twelve months of the end of the accounts"
LIBRARIES = ("lightgbm", "numpy")


def train(
    firms: FirmYears,
    out: Path,
    through: int,
    rounds: int = ROUNDS,
    *,
    key: Ed25519PrivateKey | None = None,
) -> ShadowModel:
    """Fit on the years up to one, save the model below ``out`` and load it again.

    Parameters
    ----------
    key : Ed25519PrivateKey, optional
        Who signs; the local key beside ``out`` where left out.
    """
    fitted = fit(firms, through, rounds)
    key = key or signing_key(out)
    folder = save(out, _card(firms, fitted, through), text(fitted.booster), key=key)
    return load(folder, public_of(key))


def _card(firms: FirmYears, fitted: Fitted, through: int) -> ShadowCard:
    learned = firms.year <= through
    first = int(firms.year[learned].min())
    return ShadowCard(
        name="shadow-us",
        event=EVENT,
        ratios=columns(),
        cal_intercept=fitted.calibration.intercept,
        cal_slope=fitted.calibration.slope,
        trained_from=datetime(first + 1, 1, 1, tzinfo=UTC),  # accounts end with their year
        trained_through=datetime(through + 2, 1, 1, tzinfo=UTC),  # outcomes take another year
        data=US_DATA,
        metrics=fitted.metrics,
        learned=int(learned.sum()),
        failed=int(firms.failed[learned].sum()),
        versions={library: version(library) for library in LIBRARIES},
    )


def out_of_time(
    model: ShadowModel, firms: FirmYears, through: int, rounds: int = ROUNDS
) -> dict[str, Any]:
    """Figures on the years after those learned from, beside untuned LightGBM on the same rows.

    Returns
    -------
    dict
        By part of the test: ``all`` years; those whose outcomes are ``known``; of these also
        ``half_told``, where that is enough to rate, and as ``strangers``, each by trees (not
        calibrated) that never saw its firm.
    """
    whole, learned = firms.ratios(), firms.year <= through
    after = (firms.year > through) & (firms.year <= through + TEST_YEARS)
    known = after & (firms.year <= firms.last_told)
    plain = sigmoid(raw(untuned(whole[learned], firms.failed[learned]), whole))
    told = {
        name: _part(firms, rows, shadow=model.probabilities(whole), untuned=plain)
        for name, rows in {"all": after, "known": known}.items()
    }
    half = model.probabilities(ratios_of(less_told(firms.amounts, TEST_SEED)))
    told["half_told"] = _part(firms, known & ~np.isnan(half), shadow=half)
    strange = sigmoid(as_strangers(firms, through, rounds))
    told["strangers"] = _part(firms, known, shadow=strange)
    return told


def _part(firms: FirmYears, rows: Flags, **chances: Vector) -> dict[str, Any]:
    failed = firms.failed[rows]
    found = {name: figures(failed, chance[rows]).to_dict() for name, chance in chances.items()}
    return {"n": len(failed), "failed": int(failed.sum()), **found}


def abroad(model: ShadowModel, file: Path) -> dict[str, Any]:
    """Ranking of Polish private firms by failure within five years; the model has seen none."""
    rows, failed = read_pl(file)
    chance = model.probabilities(rows)
    kept = ~np.isnan(chance)
    auc = float(roc_auc_score(failed[kept], chance[kept]))
    return {"n": int(kept.sum()), "failed": int(failed[kept].sum()), "auc": auc}


def beside_agencies(model: ShadowModel, file: Path, first_year: int) -> dict[str, Any]:
    """Rank correlation of shadow PDs with agency letters of the years after those learned from."""
    rows, place, firm = read_ratings(file, first_year)
    chance = model.probabilities(rows)
    kept = ~np.isnan(chance)
    found = spearmanr(chance[kept], place[kept])
    return {
        "n": int(kept.sum()),
        "firms": len(np.unique(firm[kept])),
        "rank_correlation": float(found.statistic),
    }


def report_of(model: ShadowModel, firms: FirmYears, data: Path, through: int) -> dict[str, Any]:
    """All figures; those of the other two sets where they are below the folder."""
    report: dict[str, Any] = {
        "model": model.id,
        "train_through": through,
        "learned": {"n": model.card.learned, "failed": model.card.failed},
        "calibration": {"intercept": model.card.cal_intercept, "slope": model.card.cal_slope},
        "test": out_of_time(model, firms, through),
    }
    if (data / PL_FILE).is_file():
        report["abroad"] = abroad(model, data / PL_FILE)
    if (data / RATINGS_FILE).is_file():
        report["agencies"] = beside_agencies(model, data / RATINGS_FILE, through + 1)
    return report


def main(
    data: Annotated[Path, typer.Option(help="folder that holds bankruptcy_us")],
    out: Annotated[Path, typer.Option(help="folder for the model")],
    through: Annotated[int, typer.Option(help="last fiscal year learned from")] = 2011,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="write the figures to this file")
    ] = None,
    sign: Annotated[
        Path | None, typer.Option(help="private key that signs, PEM; else the local one")
    ] = None,
) -> None:
    """Train the shadow rating, and print what it is worth."""
    screen = console()
    try:
        key = None if sign is None else load_private(sign)
        firms = read_us(data)
        model = train(firms, out, through, key=key)
    except Fault as fault:
        told = f"[red]{fault.code}[/]: {escape(fault.message)}\n  {escape(fault.remedy)}"
        screen.print(told, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from fault
    report = report_of(model, firms, data, through)
    screen.print(_table(report))
    for name in ("abroad", "agencies"):
        if name in report:
            screen.print(f"{name}: " + ", ".join(f"{k} {v:.4g}" for k, v in report[name].items()))
    if json_file is not None:
        json_file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    typer.echo(str(out / model.id))


def _table(report: dict[str, Any]) -> Table:
    learned = report["learned"]
    title = f"learned from {learned['n']:,} firm-years to {report['train_through']}"
    table = Table("test", "n", "failed", "", "AUC", "AP", "log-loss", "slope", title=title)
    for part, told in report["test"].items():
        for name in ("shadow", "untuned"):
            if name in told:
                of = told[name]
                keys = ("auc", "average_precision", "log_loss", "calibration_slope")
                cells = [f"{of[key]:.4f}" for key in keys]
                table.add_row(part, f"{told['n']:,}", str(told["failed"]), name, *cells)
    return table


if __name__ == "__main__":
    typer.run(main)
