"""The report of the book on a day: what is out on whom, what it may lose, how it has changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from lending.pack import Pack
from lending.policy.tables import Lines
from lending.portfolio.book_loss import BookLoss, ObligorLoss, book_loss, obligor_loss
from lending.portfolio.concentration import Concentration, concentration
from lending.portfolio.inclusive_tags import Tag, tags_of
from lending.portfolio.portfolio_rules import BookLossRules
from scoring.portfolio.open_book import OpenBook, OpenFinancing
from scoring.portfolio.rescoring import InLife

VIEWS: Mapping[str, Callable[[OpenFinancing], str | None]] = {
    "buyer": lambda one: one.buyer,
    "group": lambda one: one.group,
    "supplier": lambda one: one.supplier,
    "sector": lambda one: one.sector,
    "product": lambda one: one.product,
}
"""Views of the book; the sector is the buyer's."""


@dataclass(frozen=True)
class Count:
    """Financings and what is out on them, in minor units."""

    financings: int
    minor: int


@dataclass(frozen=True)
class LineUsed:
    """A line of the policy and what is out under it.

    Attributes
    ----------
    over : str
        ``buyer``, ``group`` or ``supplier``.
    name : str
    line_minor, used_minor : int
    """

    over: str
    name: str
    line_minor: int
    used_minor: int

    @property
    def used_share(self) -> float | None:
        """Above 1 is over the line; None for a line of 0."""
        return self.used_minor / self.line_minor if self.line_minor else None


@dataclass(frozen=True)
class GradeFall:
    """A financing whose grade is some notches worse than before it was drawn."""

    financing: str
    supplier: str
    buyer: str
    out_minor: int
    grade_then: str
    grade: str
    pd_12m_then: float
    pd_12m: float


@dataclass(frozen=True)
class Rescored:
    """What scoring the open financings again says.

    Attributes
    ----------
    bundle : str
        Id of what scored.
    scored, left_out : Count
        Financings, and those that name no receivable known when they were drawn.
    loss : BookLoss
        Of what was scored, until 90 days past each maturity; by obligor, a financing's buyer.
    grades_then, grades : mapping of str to Count
        By grade, before drawing and today.
    falls : tuple of GradeFall
        Those of at least the notches asked for, the largest amount first.
    notches : int
    """

    bundle: str
    scored: Count
    left_out: Count
    loss: BookLoss
    grades_then: Mapping[str, Count]
    grades: Mapping[str, Count]
    falls: tuple[GradeFall, ...]
    notches: int


@dataclass(frozen=True)
class BookReport:
    """The book on a day.

    Attributes
    ----------
    day : date
        What is known was visible before it.
    currency : str
    pack : str
        Id of the policy pack whose lines are told.
    whole : Count
    past_due : Count
        Past maturity.
    of_other_currencies : int
        Financings left out.
    views : mapping of str to Concentration
        By `VIEWS`.
    lines : tuple of LineUsed
        The most used first; empty where the policy sets none.
    tags : mapping of Tag to mapping of str to Count
        ``yes``, ``no`` and ``unknown``.
    rescored : Rescored or None
        None where no bundle was named.
    """

    day: date
    currency: str
    pack: str
    whole: Count
    past_due: Count
    of_other_currencies: int
    views: Mapping[str, Concentration]
    lines: tuple[LineUsed, ...]
    tags: Mapping[Tag, Mapping[str, Count]]
    rescored: Rescored | None

    def as_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        told = asdict(self)
        told["day"] = self.day.isoformat()
        for name, view in self.views.items():
            told["views"][name]["equal_names"] = view.equal_names
        for line, one in zip(told["lines"], self.lines, strict=True):
            line["used_share"] = one.used_share
        return told


def book_report(opened: OpenBook, pack: Pack, again: Rescored | None = None) -> BookReport:
    """Put the report together."""
    every = opened.financings
    return BookReport(
        day=opened.day,
        currency=opened.currency,
        pack=pack.id,
        whole=count(every),
        past_due=count([one for one in every if one.days_past_due(opened.day)]),
        of_other_currencies=opened.of_other_currencies,
        views={
            name: concentration((of(one), one.out_minor) for one in every)
            for name, of in VIEWS.items()
        },
        lines=_lines(every, pack.policy.lines),
        tags=_tags(opened),
        rescored=again,
    )


def summed(
    opened: OpenBook,
    in_life: Mapping[str, InLife],
    pack: Pack,
    rules: BookLossRules,
    *,
    bundle: str,
    notches: int,
) -> Rescored:
    """Sum up financings that were scored again.

    Parameters
    ----------
    notches : int
        A grade that is so many notches worse is told.
    """
    scored = [one for one in opened.financings if one.ref in in_life]
    falls = [
        GradeFall(
            one.ref,
            one.supplier,
            one.buyer,
            one.out_minor,
            seen.before.grade,
            seen.current.grade,
            seen.before.pd_12m,
            seen.current.pd_12m,
        )
        for one in scored
        if (seen := in_life[one.ref]).fell >= notches
    ]
    return Rescored(
        bundle=bundle,
        scored=count(scored),
        left_out=count([one for one in opened.financings if one.ref not in in_life]),
        loss=book_loss(_obligors(scored, in_life, pack), rules),
        grades_then=_by(scored, lambda one: in_life[one.ref].before.grade),
        grades=_by(scored, lambda one: in_life[one.ref].current.grade),
        falls=tuple(sorted(falls, key=lambda one: (-one.out_minor, one.financing))),
        notches=notches,
    )


def count(financings: Sequence[OpenFinancing]) -> Count:
    """How many, and what is out on them."""
    return Count(len(financings), sum(one.out_minor for one in financings))


def _by(
    financings: Sequence[OpenFinancing], key: Callable[[OpenFinancing], str]
) -> dict[str, Count]:
    parts: dict[str, list[OpenFinancing]] = defaultdict(list)
    for one in financings:
        parts[key(one)].append(one)
    return {name: count(some) for name, some in parts.items()}


def _obligors(
    scored: Sequence[OpenFinancing], in_life: Mapping[str, InLife], pack: Pack
) -> list[ObligorLoss]:
    """Buyers: what is financed of one is lost together, whoever sold it."""
    small = pack.terms.table.capital.small
    of: dict[str, list[InLife]] = defaultdict(list)
    for one in scored:
        of[one.buyer].append(in_life[one.ref])
    found = []
    for _, seen in sorted(of.items()):
        sales = seen[0].buyer_sales_minor
        losses = [
            (one.current.pd_maturity, one.loss.given_default.lgd_share * one.loss.ead_minor)
            for one in seen
        ]
        unit = None if sales is None else sales / small.unit_minor
        found.append(obligor_loss(losses, small, unit))
    return found


def _lines(financings: Sequence[OpenFinancing], lines: Lines) -> tuple[LineUsed, ...]:
    found = []
    for over, line_of in (
        ("buyer", lines.of_buyer),
        ("group", lambda _: lines.group_minor),
        ("supplier", lambda _: lines.single_name_minor),
    ):
        used: Counter[str] = Counter()
        for one in financings:
            used[str(VIEWS[over](one))] += one.out_minor
        found += [
            LineUsed(over, name, line, minor)
            for name, minor in used.items()
            if (line := line_of(name)) is not None
        ]
    return tuple(sorted(found, key=lambda one: (-(one.used_share or 0), one.over, one.name)))


def _tags(opened: OpenBook) -> dict[Tag, dict[str, Count]]:
    told = {True: "yes", False: "no", None: "unknown"}
    tagged = [(one, tags_of(one.tags, opened.day)) for one in opened.financings]
    return {
        tag: {
            word: count([one for one, tags in tagged if tags[tag] is value])
            for value, word in told.items()
        }
        for tag in Tag
    }
