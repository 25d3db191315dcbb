"""Digests of what a bundle is made of: the rows that it was learned from, and the recipe.

With both, the versions of the libraries and the same code, a bundle comes out the same bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import numpy as np
import rfc8785

from training.contest import Contest
from training.recipe import Recipe

ONLY_JUDGED = (
    *("split", "gates", "segments", "challengers", "one_variable", "also_alone"),
    *("nearly_tells", "least_parties"),
)
"""Of a recipe: what says how a bundle is judged, or whether there is one, and not what it is. The
periods learned from and calibrated on are in the digest of the rows."""


def recipe_digest(recipe: Recipe) -> str:
    """SHA-256 of what a recipe says of its bundles, as canonical JSON (RFC 8785), in hexadecimal.

    Comments, order and what is left out where it is the default don't matter.
    """
    return sha256(rfc8785.dumps(recipe.model_dump(mode="json", exclude={*ONLY_JUDGED}))).hexdigest()


def data_digest(names: tuple[str, ...], contest: Contest) -> str:
    """SHA-256 of all that a bundle is learned from, in hexadecimal.

    Of the names of the columns, then of the rows learned from, of each rehearsal and of those
    calibrated on, in the order of the ledger: keys, clusters, outcomes, values and weights. A test
    period has no part in it.

    Parameters
    ----------
    names : tuple of str
        The columns of the rows.
    """
    digest, known = sha256("\n".join(names).encode()), contest.known
    learned = [(contest.learn, contest.learn_event)]
    for fold in contest.rehearsed:
        learned += [(fold.learn, fold.learn_event), (fold.predict, fold.predict_event)]
    if contest.held is not None:
        learned.append((contest.held.rows, contest.held.event))
    for at, event in learned:
        digest.update(len(at).to_bytes(8, "big"))
        digest.update(_lines(known.keys, at))
        digest.update(np.packbits(event).tobytes())
    used = np.unique(np.concatenate([at for at, _ in learned]))
    digest.update(_lines(known.clusters, used))
    rows = known.rows[used] + 0.0  # one zero, and below one NaN
    rows[np.isnan(rows)] = np.nan
    digest.update(np.ascontiguousarray(rows, dtype="<f8").tobytes())
    if (weight := known.weights(used)) is not None:
        digest.update(np.ascontiguousarray(weight, dtype="<f8").tobytes())
    return digest.hexdigest()


def _lines(texts: tuple[str, ...], at: np.ndarray[Any, Any]) -> bytes:
    chosen: Iterable[str] = (texts[place] for place in at.tolist())
    return "\n".join(chosen).encode() + b"\n"
