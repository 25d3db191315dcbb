"""The back-test as a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from lending.policy.outcomes import Decision
from scoring.portfolio.committee_document import (
    UNKNOWN,
    Column,
    Document,
    Listing,
    Section,
    Writing,
    numbers,
)
from training.backtest.backtest_run import Backtest
from training.backtest.backtest_words import BACKTEST_WORDS
from training.backtest.compared import Change, Compared
from training.backtest.side_sections import (
    FINE,
    Report,
    Words,
    both_section,
    grades_section,
    money_section,
)
from training.backtest.what_became import Known

MOST_LISTED = 50
MOST_REASONS = 12


def backtest_document(found: Backtest, language: str) -> Document:
    """The back-test in ``en`` or ``zh``."""
    report = found.report
    words, write = BACKTEST_WORDS[language], Writing(language, report["currency"])
    base, other = report["bundles"]["base"], report["bundles"]["other"]
    return Document(
        language,
        words["title"],
        words["subtitle"].format(
            n=write.number(report["requests"]["n"]),
            first=write.day(date.fromisoformat(report["first"])),
            last=write.day(date.fromisoformat(report["last"])),
            base_bundle=base["bundle"],
            base_pack=base["pack"],
            other_bundle=other["bundle"],
            other_pack=other["pack"],
        ),
        tuple(_figures(report, words, write)),
        (
            *_learned(report, words, write),
            both_section(report, words, write),
            _matrix(report, words, write),
            _sets(report, words, write),
            _turned(report, "turned_by", "turned", words, write),
            _turned(report, "model_reasons", "reasons", words, write),
            grades_section(report, words, write),
            money_section(report, words, write),
            _recorded(report, words, write),
            _untold(report, words, write),
            _listed(found, words, write),
        ),
        words["made"].format(seq=write.number(report["ledger_seq"])),
    )


def summary(found: Backtest) -> Document:
    """What a terminal has room for, in English."""
    words, write = BACKTEST_WORDS["en"], Writing("en", found.report["currency"])
    parts = (
        _matrix(found.report, words, write),
        _turned(found.report, "turned_by", "turned", words, write),
    )
    return replace(backtest_document(found, "en"), sections=parts, made="")


def _figures(report: Report, words: Words, write: Writing) -> Iterator[tuple[str, str, str]]:
    asked, sides = report["requests"], report["sides"]
    yield (
        words["requests"],
        write.number(asked["n"]),
        words["requests_known"].format(known=write.number(asked["known"])),
    )
    yield (
        words["approvals"],
        write.number(sides["other"]["approved"]),
        words["was"].format(base=write.number(sides["base"]["approved"])),
    )
    for name in ("swapped_in", "swapped_out"):
        of = report["sets"][name]
        yield words[name], write.number(of["n"]), words["defaulted"].format(**of)
    profit = report["differences"]["profit_minor"]
    yield (
        words["profit"],
        write.money(profit["difference"]),
        words["between"].format(low=write.money(profit["low"]), high=write.money(profit["high"])),
    )


def _learned(report: Report, words: Words, write: Writing) -> Iterator[Section]:
    """A warning, where a bundle has seen some of what it is judged on."""
    before = {side: of["asked_before"] for side, of in report["bundles"].items()}
    if any(before.values()):
        told = {side: write.number(n) for side, n in before.items()}
        yield Section(words["learned"], words["learned_note"].format(**told))


def _matrix(report: Report, words: Words, write: Writing) -> Section:
    count = {(one["base"], one["other"]): one["n"] for one in report["matrix"]}
    rows = [one.value for one in Decision if any(base == one for base, _ in count)]
    columns = [one.value for one in Decision if any(other == one for _, other in count)]
    return Section(
        words["matrix"],
        words["matrix_note"],
        listing=Listing(
            numbers(words["base"], *(words[one] for one in columns)),
            tuple(
                (words[base], *(write.number(count.get((base, other), 0)) for other in columns))
                for base in rows
            ),
        ),
    )


SETS = {
    "both_approve": "both_approve",
    "swapped_in": "in_set",
    "swapped_out": "out_set",
    "neither_approves": "neither_approves",
}


def _sets(report: Report, words: Words, write: Writing) -> Section:
    def row(name: str) -> tuple[str, ...]:
        of = report["sets"][name]
        defaults = write.number(of["defaults"])
        if of["rate"] is not None:
            rate, low, high = (write.share(of[end]) for end in ("rate", "low", "high"))
            defaults += f": {rate} ({low}–{high})"
        bounds = "–".join(write.share(of[f"bound_{end}"], "0%") for end in ("low", "high"))
        return (
            words[SETS[name]],
            *(write.number(of[key]) for key in ("n", "known", "not_ripe", "never_lent")),
            defaults,
            bounds if of["n"] else UNKNOWN,
            " / ".join(write.share(of[f"{side}_mean_pd"]) for side in ("base", "other")),
        )

    heads = ("set", "count", "known", "not_ripe", "never_lent", "rate", "bounds", "pd_both")
    return Section(
        words["sets"],
        words["sets_note"],
        listing=Listing(numbers(*(words[head] for head in heads)), tuple(map(row, SETS))),
    )


def _turned(report: Report, table: str, title: str, words: Words, write: Writing) -> Section:
    rows = tuple(
        (
            words[f"change_{change}"],
            one[write.language],
            one["code"],
            write.number(one["n"]),
            write.share(one["share"]),
        )
        for change, counted in report[table].items()
        for one in counted[:MOST_REASONS]
    )
    columns = (
        Column(words["change"], number=False),
        Column(words["reason"], number=False, wraps=True),
        Column(words["code"], number=False),
        Column(words["count"]),
        Column(words["share"]),
    )
    note = words[f"{title}_note"] if rows else words["list_none"]
    return Section(words[title], note, listing=Listing(columns, rows))


def _recorded(report: Report, words: Words, write: Writing) -> Section:
    columns = [
        one.value
        for one in Decision
        if any(one in row["base"] or one in row["other"] for row in report["recorded"])
    ]
    rows = tuple(
        (
            words[row["recorded"] or "open"],
            *(
                " ".join((write.number(row["other"].get(one, 0)), f"({row['base'].get(one, 0)})"))
                for one in columns
            ),
        )
        for row in report["recorded"]
    )
    listing = Listing(numbers(words["recorded"], *(words[one] for one in columns)), rows)
    return Section(words["recorded"], words["recorded_note"], listing=listing)


def _untold(report: Report, words: Words, write: Writing) -> Section:
    told = {**report["requests"], **report["left_out"]}
    names = ("n", "never_lent", "not_ripe", "without_receivables", "too_late")
    note = words["untold_note"].format(**{name: write.number(told[name]) for name in names})
    return Section(words["untold"], note)


def _listed(found: Backtest, words: Words, write: Writing) -> Section:
    changed = [row for row in found.rows if row.base.decision is not row.other.decision]
    terms = sum(row.change is Change.TERMS for row in found.rows)
    largest = sorted(changed, key=lambda row: -(row.past.request.amount_requested_minor or 0))

    def line(row: Compared) -> tuple[str, ...]:
        base, other = row.base, row.other
        ended = words["known_default" if row.became.defaulted else "known_good"]
        return (
            row.past.request.request_id,
            write.money(row.past.request.amount_requested_minor),
            f"{words[base.decision]} → {words[other.decision]}",
            f"{write.share(base.pd_maturity, FINE)} → {write.share(other.pd_maturity, FINE)}",
            f"{write.money(base.amount_minor)} → {write.money(other.amount_minor)}",
            ended if row.became.known is Known.KNOWN else words[row.became.known.value],
        )

    heads = ("request", "asked", "decisions", "pds", "lent_both", "outcome")
    note = words["list_note"].format(n=write.number(len(changed)), terms=write.number(terms))
    columns = numbers(*(words[head] for head in heads))
    return Section(
        words["list"],
        note if changed or terms else words["list_none"],
        listing=Listing(columns, tuple(map(line, largest[:MOST_LISTED]))),
    )
