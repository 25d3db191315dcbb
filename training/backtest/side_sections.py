"""The part of the back-test's document that is about money and grades: side beside side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_compact_decimal

from ledger.money import decimal_amount
from scoring.portfolio.committee_document import (
    Chart,
    Listing,
    Section,
    Writing,
    numbers,
)

FINE = "0.00%"
PARTS = ("realised", "expected")

Words = Mapping[str, str]
Report = Mapping[str, Any]


def both_section(report: Report, words: Words, write: Writing) -> Section:
    """What either side does, and the difference with its interval."""
    sides = report["sides"]
    values = {
        "approved_share": lambda side: side["approved_share"],
        "amount_minor": lambda side: side["amount_minor"],
        "mean_pd": lambda side: side["mean_pd"],
        "mean_rate": lambda side: side["mean_rate"],
        "default_rate": lambda side: side["defaults"]["rate"],
        "realised_loss_minor": lambda side: side["realised"]["loss_minor"],
        "realised_profit_minor": lambda side: side["realised"]["profit_minor"],
        "expected_loss_minor": lambda side: side["expected_loss_minor"],
        "expected_profit_minor": lambda side: side["expected"]["profit_minor"],
        "profit_minor": lambda side: (
            side["realised"]["profit_minor"] + side["expected"]["profit_minor"]
        ),
    }

    def row(name: str) -> tuple[str, ...]:
        money = name.endswith("_minor")
        less = report["differences"][name]

        def said(value: float | None) -> str:
            return _whole(value, write) if money else write.share(value, FINE)

        def short(value: float | None) -> str:
            if value is None or not money:
                return said(value)
            amount = decimal_amount(round(value), write.currency)
            return format_compact_decimal(amount, locale=write.locale, fraction_digits=2)

        return (
            f"{words[name]}, {write.currency}" if money else words[name],
            *(said(values[name](sides[side])) for side in ("base", "other")),
            said(less["difference"]),
            " … ".join(short(less[end]) for end in ("low", "high")),
        )

    heads = (words[head] for head in ("measure", "base", "other", "difference", "interval"))
    columns = numbers(*heads)
    return Section(
        words["both"], words["both_note"], listing=Listing(columns, tuple(map(row, values)))
    )


def _whole(minor: float | None, write: Writing) -> str:
    """Whole units of the currency, which stands beside."""
    amount = None if minor is None else float(decimal_amount(round(minor), write.currency))
    return write.number(amount)


def grades_section(report: Report, words: Words, write: Writing) -> Section:
    """How the grades of what either side approves lie."""
    sides = {side: report["sides"][side]["grades"] for side in ("base", "other")}
    chart = Chart(
        tuple(sides["base"]),
        tuple((words[side], tuple(map(float, of.values()))) for side, of in sides.items()),
        locale=write.locale,
    )
    return Section(words["grades"], words["grades_note"], chart)


def money_section(report: Report, words: Words, write: Writing) -> Section:
    """Income, costs, losses and profit, known and unknown apart."""
    sides = [report["sides"][side] for side in ("base", "other")]
    parts = ("amount", "income", "funding", "costs", "loss", "profit", "capital")

    def row(name: str) -> tuple[str, ...]:
        values = [of[part][f"{name}_minor"] for of in sides for part in ("realised", "expected")]
        return (words[f"money_{name}"], *(_whole(value, write) for value in values))

    def bound(end: str) -> tuple[str, ...]:
        told = [_whole(of["profit_bounds_minor"][end], write) for of in sides]
        return (words[end], "", told[0], "", told[1])

    heads = [f"{words[side]}, {words[part]}" for side in ("base", "other") for part in PARTS]
    note = words["money_note"].format(untold=write.number(report["requests"]["loss_not_told"]))
    rows = (*map(row, parts), *map(bound, ("low", "high")))
    return Section(words["money"], note, listing=Listing(numbers(write.currency, *heads), rows))
