"""The catalogue as a page of Markdown: ``docs/features.md``, written by the declarations alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from features.declared import GRAINS
from features.feature import Credit, Feature, Relation, Risk

HEAD = """\
# Features

The catalogue as declared in `features/`. Written by `tricredit features list --markdown`; a test
compares this page with the code, so edit the declarations instead.

- **risk** is the direction in which the risk moves as the value rises, and the monotone
  constraint of the model: ↑ it rises, ↓ it falls, · the model is free.
- **missing** is what NaN means. A feature is missing or finite, and unknown is never zero.
- **tier** is the data tier from which on there can be a value: T0 invoices and the request itself,
  T1 also bank flows, T2 also the buyers' platform, T3 also registry, bureau, tax, courts and
  statements. **needs** names the sources; a number over a source that never told is missing.
- History ends at the start of the day of the request. What is asked for is seen as it is now.
"""

CREDITS: dict[Credit, str] = {
    Credit.SUBJECT: "Subject credit 主体信用",
    Credit.OBJECT: "Object credit 物的信用",
    Credit.DATA: "Data credit 数据信用",
    Credit.CROSS: "Cross terms 交叉项",
}

ARROWS: dict[Risk, str] = {Risk.RISES: "↑", Risk.FALLS: "↓", Risk.FREE: "·"}


def page(relations: Sequence[Relation]) -> str:
    """Write the catalogue as Markdown.

    Parameters
    ----------
    relations : sequence of Relation
        In the order in which they are shown within their credit.

    Returns
    -------
    str
        A section per credit and in it a table per relation; ends with a line break.
    """
    return "\n".join(_lines(relations)) + "\n"


def _lines(relations: Sequence[Relation]) -> Iterator[str]:
    yield HEAD
    yield _counts(relations)
    for credit, title in CREDITS.items():
        yield f"\n## {title}"
        for relation in relations:
            if relation.credit is credit and relation.features:
                yield from _table(relation)


def _counts(relations: Sequence[Relation]) -> str:
    parts = [
        f"{sum(len(relation.features) for relation in relations if relation.credit is credit)} "
        f"{credit.value}"
        for credit in CREDITS
    ]
    every = sum(len(relation.features) for relation in relations)
    return f"{every} features: {', '.join(parts)}."


def _table(relation: Relation) -> Iterator[str]:
    yield f"\n### {relation.name}\n"
    yield f"One row per {GRAINS[relation.grain]}.\n"
    yield "| feature | definition | unit | risk | tier, needs | missing | told as |"
    yield "|---|---|---|---|---|---|---|"
    yield from (_row(relation, feature) for feature in relation.features)


def _row(relation: Relation, feature: Feature) -> str:
    name = f"`{feature.name}`" + (f" ({feature.code})" if feature.code else "")
    told = f"{feature.reason}: {feature.en}<br>{feature.zh}"
    needs = ", ".join(source.value for source in relation.needs_of(feature))
    needs = f"T{relation.tier(feature)}: {needs}"
    risk = ARROWS[feature.risk]
    cells = (name, feature.definition, feature.unit, risk, needs, feature.missing, told)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
