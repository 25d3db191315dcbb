# %% [markdown]
# # Explore a bundle
#
# A signed bundle and the ledger that it is asked about: what it says of requests, why, and what
# would change it. Run it cell by cell in an editor that knows `# %%`, as a notebook
# (`pip install jupytext notebook`, then open this file with jupytext), or as a script:
#
# ```sh
# TRICREDIT_DB=sqlite:///ledger.db TRICREDIT_BUNDLE=bundles/NAME TRICREDIT_TRUST=KEYS \
#     .venv/bin/python docs/notebooks/explore_a_bundle.py
# ```
#
# Without `TRICREDIT_TRUST` the local key beside the bundles is believed. It reads only. `tricredit
# demo` and `python -m training.retrain` make both.

# %% The bundle: loaded only if a trusted key has signed it
"""A notebook in text: what a bundle says of requests, why, and what would change it."""

import os
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from features.pipeline import silent
from ledger.clocks import day_of, from_day_number, to_day_number
from ledger.database import open_database
from models.assessment import assess, logits, parts
from models.bundle import load
from models.reasons import adverse, phrase
from training.book_read import read_book
from training.default_examples import with_lending
from training.events import KINDS
from training.examples import last_day
from training.metrics import sigmoid
from training.points_table import Scorecards
from training.report import model_plots as plots
from training.report.curves import Tested, effect, swarms
from training.report.feature_words import in_words
from training.report.model_words import words_of
from training.report.plotting import plotted
from training.validation.by_grade import by_grade

trust = os.environ.get("TRICREDIT_TRUST")
bundle = load(os.environ["TRICREDIT_BUNDLE"], None if trust is None else Path(trust))
card, event = bundle.card, bundle.card.event
print(f"{bundle.id}: the probability that {event.en}")
print(f"{len(bundle.feature_names)} features, calibration slope {card.cal_slope:.3f}")

# %% Every example of the ledger, described as it would have been scored on its day
engine = open_database(os.environ["TRICREDIT_DB"])
gathered = read_book(engine)
if event.kind != "late":
    gathered = with_lending(engine, gathered)
kind = KINDS[event.kind]
known = kind.describe(gathered, bundle.feature_names, 1, silent)
cut = to_day_number(day_of(card.trained_through, gathered.book.tz))
later = np.flatnonzero(known.day >= cut)
print(f"{len(known.keys):,} {kind.examples_are}; {len(later):,} since {from_day_number(cut)}")

# %% Some requests, from the safest to the riskiest of those that it hasn't learned from
rows = known.rows[later]
probability = sigmoid(logits(bundle, parts(bundle, rows)))
places = later[np.argsort(probability)][np.linspace(0, len(later) - 1, 5).astype(int)]
said = list(assess(bundle, known.rows[places]))
scored = pd.DataFrame(
    [{"probability": one.probability, "points": one.points, **one.parts} for one in said],
    index=[known.keys[place] for place in places],
)
print(scored.round(3))


# %% The riskiest as a waterfall: from the base each feature moves the log-odds
class Drawn(str):
    """A plot that a notebook shows as the last value of a cell."""

    def _repr_html_(self) -> str:
        return self


def drawn(name: str, plot: Callable[[Axes], None]) -> Drawn:
    """Draw with the words of the report, in English."""
    return Drawn(plotted(name, plot, words_of("en")))


riskiest = said[-1]
for name in plots.heaviest(riskiest):
    print(f"{riskiest.contributions[name]:+.3f}  {phrase(name, riskiest.values[name])[0]}")
drawn("waterfall", partial(plots.draw_example, said=riskiest))

# %% The reasons that an applicant would be told, against approved peers
for reason in adverse(riskiest, bundle.peers, {}):
    print(f"{reason.code} {reason.en}: {reason.detail_en}")

# %% How the risk moves with the feature that weighs most
settled = kind.labels(gathered, known, event, last_day(gathered))
judged = later[settled.known[later]]
tested = Tested(bundle, known.rows[judged], settled.event[judged])
heaviest = [swarm.name for swarm in swarms(tested, 10)]
curve = effect(tested, heaviest[0])
print(in_words(heaviest[0], "en"), f"; where it is missing {curve.missing:+.3f}")
drawn("effect", partial(plots.draw_effect, found=curve))

# %% Grades by its own probability, on what it hasn't learned from: forecast beside what came of it
grades = pd.DataFrame(asdict(row) for row in by_grade(tested.event, *[tested.probability] * 2))
print(grades[["grade", "n", "events", "expected", "observed", "p_value"]].round(4).to_string())

# %% The points of a scorecard on the ten heaviest features, learned from the same rows
then = kind.labels(gathered, known, event, cut)
learned = np.flatnonzero(then.known & (known.day < cut))
columns = [bundle.feature_names.index(name) for name in heaviest]
scorecard = Scorecards(tuple(heaviest), seed=1)
points = scorecard.fit(known.rows[learned][:, columns], then.event[learned]).describe()
print(points)

# %% What if the riskiest request had other values of one feature, all else as it is?
asked = heaviest[0]
column = bundle.feature_names.index(asked)
values = np.append(np.unique(np.nanquantile(known.rows[:, column], [0.1, 0.5, 0.9])), np.nan)
changed = np.repeat(known.rows[[places[-1]]], len(values), axis=0)
changed[:, column] = values
what_if = pd.DataFrame(
    {"probability": sigmoid(logits(bundle, parts(bundle, changed)))},
    index=[phrase(asked, value)[0] for value in values.tolist()],
)
print(f"as it is: {riskiest.probability:.3f}")
print(what_if.round(3))
