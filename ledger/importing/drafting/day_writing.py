"""How a column writes days, months and instants, and whether the order of day and month is open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal

from ledger.facts import EARLIEST, LATEST

Span = Literal["day", "month", "instant"]
"""What a text names."""

MOST = 0.95
"""Share of the cells that must be read; the rest is rejected."""

FEW = 0.02
"""A way of writing that fewer cells have is taken for a slip, not for a second format."""

SHAPE = re.compile(
    r"(?P<a>[0-9]{1,8})(?:(?P<s>[-/.年])(?P<b>[0-9]{1,4})(?:(?:(?P=s)|月)(?P<c>[0-9]{1,4})日?)?月?)?"
    r"(?P<time>[T ][0-9:.]+)?(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
TIMES = {1: " %H:%M", 2: " %H:%M:%S"}
WORDED = re.compile(
    r"[0-9]{1,2}[- /][^\W\d_]{3,9}\.?[- /][0-9]{2,4}|[^\W\d_]{3,9} [0-9]{1,2}, [0-9]{4}"
)
"""Days with the month in letters, which no format reads."""


@dataclass(frozen=True)
class DayLook:
    """How a column writes days.

    Attributes
    ----------
    span : Span
        What its cells name.
    share : float
        Of the cells that hold something, those that are read.
    formats : tuple of str
        The formats that read them, the commonest first.
    month_first : tuple of str
        The same with month before day, where nothing tells which is meant; else empty.
    first, last : datetime
        The earliest and the latest.
    midnight : bool
        Every time of day is 00:00: the cells are days.
    """

    span: Span
    share: float
    formats: tuple[str, ...]
    month_first: tuple[str, ...]
    first: datetime
    last: datetime
    midnight: bool

    @property
    def order_open(self) -> bool:
        """Whether day and month may be the other way round."""
        return bool(self.month_first)


def look_at_days(texts: Mapping[str, int], total: int) -> DayLook | None:
    """How a column writes days; None where most of its cells are none.

    Parameters
    ----------
    texts : mapping
        The different cells, trimmed and not blank, with how often each stands there.
    total : int
        Cells that hold something, longer ones included.
    """
    shapes: Counter[str] = Counter()
    for text, times in texts.items():
        shapes.update(dict.fromkeys(_shapes(text), times))
    common = [shape for shape, times in shapes.most_common() if times >= FEW * total]
    spans: set[Span] = {_span(shape) for shape in common}
    for span in sorted(spans, reverse=True):  # months before instants before days
        formats = [shape for shape in common if _span(shape) == span]
        look = _read(texts, total, span, formats)
        if look is not None:
            return look
    return None


def _read(
    texts: Mapping[str, int], total: int, span: Span, formats: Sequence[str]
) -> DayLook | None:
    """The look by those formats that agree on the order of day and month."""
    ways = [_ordered(formats, first) for first in ("d", "m")]
    tried = [(_moments(texts, way), way) for way in ways]
    counts = [sum(texts[text] for text in moments) for moments, _ in tried]
    best = counts.index(max(counts))
    moments, way = tried[best]
    if not moments or counts[best] < MOST * total:
        return None
    is_open = counts[0] == counts[1] and ways[0] != ways[1]
    when = sorted(moments.values())
    return DayLook(
        span=span,
        share=counts[best] / total,
        formats=tuple(way),
        month_first=tuple(ways[1]) if is_open else (),
        first=when[0],
        last=when[-1],
        midnight=all(moment.time() == time.min for moment in when),
    )


def _ordered(formats: Sequence[str], first: str) -> list[str]:
    """The formats, but those that begin with the other of day and month."""
    other = "m" if first == "d" else "d"
    return [one for one in formats if "%d" not in one or not one.startswith(f"%{other}")]


def _moments(texts: Mapping[str, int], formats: Sequence[str]) -> dict[str, datetime]:
    found = {}
    for text in texts:
        moment = next(_parsed(text, formats), None)
        if moment is not None and EARLIEST <= moment.date() <= LATEST:
            found[text] = moment
    return found


def _parsed(text: str, formats: Sequence[str]) -> Iterator[datetime]:
    for pattern in formats:
        try:
            yield datetime.strptime(text, pattern).replace(tzinfo=None)  # noqa: DTZ007 - by its clock
        except ValueError:
            continue


def _span(pattern: str) -> Span:
    if "%d" not in pattern:
        return "month"
    return "instant" if "%H" in pattern else "day"


def _shapes(text: str) -> list[str]:
    """The formats that a text may be in, by its shape alone."""
    found = SHAPE.fullmatch(text)
    if found is None:
        return []
    days = _day_shapes(found)
    ending = _time_shape(found["time"], found["offset"])
    if ending is None or (ending and not all("%d" in day for day in days)):
        return []
    return [f"{day}{ending}" for day in days]


def _day_shapes(found: re.Match[str]) -> list[str]:
    a, b, c, mark = found["a"], found["b"], found["c"], found["s"]
    if b is None:
        return {8: ["%Y%m%d"], 6: ["%Y%m"]}.get(len(a), [])
    if mark == "年":
        return ["%Y年%m月%d日" if c else "%Y年%m月"]
    if c is None:
        return [f"%Y{mark}%m"] if len(a) == 4 else [f"%m{mark}%Y"] if len(b) == 4 else []
    if len(a) == 4:
        return [f"%Y{mark}%m{mark}%d"]
    year = {4: "%Y", 2: "%y"}.get(len(c))
    if year is None or len(a) > 2:
        return []
    return [f"%d{mark}%m{mark}{year}", f"%m{mark}%d{mark}{year}"]


def _time_shape(said: str | None, offset: str | None) -> str | None:
    if said is None:
        return None if offset else ""
    colons = said.count(":")
    if colons not in TIMES:
        return None
    fraction = ".%f" if "." in said else ""
    return said[0] + TIMES[colons][1:] + fraction + ("%z" if offset else "")
