"""SQL of what each source has told of a party: the state of every source on a day.

The latest check of each kind counts, for ``STALE_DAYS``. A fact on file shows that its source told,
where nobody recorded a check. Of the kinds of one source the best state counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from features.sources import ASKED, PARTIES, STALE_DAYS, Source, State

Sources = Mapping[Source, tuple[str, ...]]

MICROS_A_DAY = 86_400_000_000

_RESULTS = {state.name: int(state) for state in State}

# the best state of a source's kinds: found, none found, stale, refused, not checked
_RANKS = {
    State.FOUND: 1,
    State.NONE_FOUND: 2,
    State.STALE: 3,
    State.REFUSED: 4,
    State.NOT_CHECKED: 5,
}


def column(source: str) -> str:
    """Name of the column with the state of a source."""
    return f"{source}_state"


COLUMNS = tuple(column(source) for source in ASKED)
"""A column for each source that is asked."""


def _on_file(sources: Sources) -> str:
    """SQL of the first day on which a source has told of each party."""
    parts = [
        f"SELECT {field} AS party, '{source}' AS source, from_day AS day FROM known_{kind}"  # noqa: S608
        for source, kinds in sources.items()
        for kind in kinds
        for field in PARTIES.get(kind, ())
    ]
    every = " UNION ALL ".join(parts)
    return f"SELECT party, source, MIN(day) AS day FROM ({every}) AS fact GROUP BY party, source"  # noqa: S608


def _source_of(kind: str, sources: Sources) -> str:
    cases = [
        f"WHEN {kind} = '{name}' THEN '{source}'"
        for source, kinds in sources.items()
        for name in kinds
    ]
    return f"CASE {' '.join(cases)} END"


def _chosen(value: str, pairs: dict[str, str]) -> str:
    return (
        f"CASE {' '.join(f'WHEN {value} = {one} THEN {then}' for one, then in pairs.items())} END"
    )


_RANK_OF_RESULT = _chosen(
    "result", {f"'{name}'": str(_RANKS[State(number)]) for name, number in _RESULTS.items()}
)
_STATE_OF_RANK = _chosen("rank", {str(rank): str(int(state)) for state, rank in _RANKS.items()})


def states(points: str, party: str, sources: Sources = ASKED) -> str:
    """SQL of a row per party and day with the state of every source (`COLUMNS`).

    Parameters
    ----------
    points : str
        ``supplier_day`` or ``buyer_day``.
    party : str
        ``supplier`` or ``buyer``.
    sources : mapping of source to kinds of fact
        The sources wanted, out of `ASKED`.
    """
    picked = ", ".join(
        f"COALESCE(MAX(CASE WHEN source = '{source}' THEN state END), 0) AS {column(source)}"
        for source in sources
    )
    return f"""
        WITH point AS (SELECT {party} AS party, day FROM {points}),
        latest AS (
            SELECT k.party, k.day, {_source_of("c.source", sources)} AS source, c.result,
                k.day * {MICROS_A_DAY} - c.checked_at AS age,
                ROW_NUMBER() OVER (
                    PARTITION BY k.party, k.day, c.source ORDER BY c.checked_at DESC, c.seq DESC
                ) AS place
            FROM point AS k
            JOIN known_source_coverage AS c
                ON c.party = k.party AND c.from_day <= k.day AND k.day < c.until_day
        ),
        checked AS (
            SELECT party, day, source, MIN(
                CASE WHEN age > {STALE_DAYS * MICROS_A_DAY} AND result IN ('FOUND', 'NONE_FOUND')
                    THEN {_RANKS[State.STALE]} ELSE {_RANK_OF_RESULT} END
            ) AS rank
            FROM latest
            WHERE place = 1 AND source IS NOT NULL
            GROUP BY party, day, source
        ),
        first_on_file AS ({_on_file(sources)}),
        filed AS (
            SELECT k.party, k.day, f.source
            FROM point AS k
            JOIN first_on_file AS f ON f.party = k.party AND f.day <= k.day
        ),
        either AS (
            SELECT party, day, source FROM checked UNION SELECT party, day, source FROM filed
        ),
        stated AS (
            SELECT e.party, e.day, e.source,
                CASE WHEN filed.source IS NOT NULL AND
                        COALESCE(c.rank, {_RANKS[State.NOT_CHECKED]}) IN
                        ({_RANKS[State.NONE_FOUND]}, {_RANKS[State.NOT_CHECKED]})
                    THEN {int(State.FOUND)} ELSE {_STATE_OF_RANK} END AS state
            FROM either AS e
            LEFT JOIN checked AS c
                ON c.party = e.party AND c.day = e.day AND c.source = e.source
            LEFT JOIN filed
                ON filed.party = e.party AND filed.day = e.day AND filed.source = e.source
        ),
        picked AS (SELECT party, day, {picked} FROM stated GROUP BY party, day)
        SELECT k.party AS {party}, k.day,
            {", ".join(f"COALESCE(p.{name}, 0) AS {name}" for name in map(column, sources))}
        FROM point AS k
        LEFT JOIN picked AS p ON p.party = k.party AND p.day = k.day
    """  # noqa: S608 - composed of literals
