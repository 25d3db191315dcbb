"""The scorecard in SQL gives the scorecard's log-odds, in two databases that aren't ours."""

import sqlite3
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from optbinning import BinningProcess
from sklearn.linear_model import LogisticRegression

from training.scorecard import Scorecard, Variable, fit_scorecard
from training.scorecard_sql import scorecard_sql

NAMES = ("first", "sec ond", 'thi"rd')
NAN = float("nan")


def drawn(seed: int, count: int) -> tuple[Any, Any]:
    """Rows of which all three tell something, one by being missing."""
    generator = np.random.default_rng(seed)
    rows = generator.normal(size=(count, 3)) * [1.0, 1e6, 1e-9]
    rows[generator.random((count, 3)) < 0.3] = NAN
    told = np.nan_to_num(rows / [1.0, 1e6, 1e-9], nan=0.7).sum(axis=1)
    return rows, generator.random(count) < 1 / (1 + np.exp(-told))


@pytest.fixture(scope="module")
def card() -> Scorecard:
    rows, event = drawn(1, 1_500)
    return fit_scorecard(NAMES, rows, event, seed=1)


def asked(card: Scorecard) -> Any:
    """Random rows with missing values, and for each split itself and the doubles beside it."""
    rows = [drawn(2, 2_000)[0], np.full((1, 3), NAN), [[1e300, -1e300, 0.0]]]
    for variable in card.variables:
        for split in variable.splits:
            beside = np.full((3, 3), NAN)
            beside[:, NAMES.index(variable.name)] = [
                np.nextafter(split, -np.inf),
                split,
                np.nextafter(split, np.inf),
            ]
            rows.append(beside)
    return np.vstack(rows)


def in_sqlite(sql: str, rows: Any) -> list[tuple[int, float]]:
    columns = ", ".join('"' + name.replace('"', '""') + '" REAL' for name in NAMES)
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE asked (id INTEGER, {columns})")
    values = [
        (at, *(None if np.isnan(one) else float(one) for one in row)) for at, row in enumerate(rows)
    ]
    connection.executemany("INSERT INTO asked VALUES (?, ?, ?, ?)", values)
    return connection.execute(sql).fetchall()


def in_duckdb(sql: str, rows: Any) -> list[tuple[int, float]]:
    table = {name: pa.array(rows[:, at], from_pandas=True) for at, name in enumerate(NAMES)}
    with duckdb.connect() as connection:
        connection.register("asked", pa.table({"id": np.arange(len(rows)), **table}))
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("run", [in_sqlite, in_duckdb])
def test_sql_gives_the_log_odds_of_the_scorecard(
    card: Scorecard, run: Callable[[str, Any], list[tuple[int, float]]]
) -> None:
    rows = asked(card)

    found = run(scorecard_sql(card, "asked", ["id"]), rows)

    assert len(card.variables) == 3
    told = dict(found)
    assert sorted(told) == list(range(len(rows)))
    logits = np.array([told[at] for at in range(len(rows))])
    assert np.abs(logits - card.log_odds(NAMES, rows)).max() <= 1e-12


def test_the_scorecard_is_that_of_optbinning_and_scikit_learn(card: Scorecard) -> None:
    (learn, event), rows = drawn(1, 1_500), asked(card)
    binning = BinningProcess(
        list(NAMES), binning_fit_params={name: {"solver": "mip"} for name in NAMES}
    )
    binning.fit(pd.DataFrame(learn, columns=list(NAMES)), event.astype(int))
    woe, other = (
        binning.transform(
            pd.DataFrame(some, columns=list(NAMES)), metric="woe", metric_missing="empirical"
        ).to_numpy()
        for some in (learn, rows)
    )
    model = LogisticRegression(max_iter=2000, random_state=1).fit(woe, event)

    assert np.abs(card.log_odds(NAMES, rows) - model.decision_function(other)).max() <= 1e-9


@pytest.mark.parametrize("run", [in_sqlite, in_duckdb])
@pytest.mark.parametrize(
    "card",
    [
        Scorecard(-1.0, ()),
        Scorecard(0.1, (Variable("first", (), (1e-17,), -2.0),)),
        Scorecard(0.0, (Variable("first", (0.1, 1e22), (0.1, -0.2, 0.3), 123456789012345.67),)),
    ],
)
def test_cards_of_little_and_of_odd_numbers(
    card: Scorecard, run: Callable[[str, Any], list[tuple[int, float]]]
) -> None:
    rows = np.array([[NAN] * 3, [0.1] * 3, [np.nextafter(0.1, 0)] * 3, [1e22] * 3, [1e23] * 3])

    found = run(scorecard_sql(card, "asked", ["id"]), rows)

    assert [logit for _, logit in sorted(found)] == card.log_odds(NAMES, rows).tolist()
