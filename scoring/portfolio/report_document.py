"""The report of the book as a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lending.portfolio.concentration import Concentration
from lending.portfolio.inclusive_tags import Tag
from models.scale import DEFAULTED, GRADES
from scoring.portfolio.book_report import BookReport, Rescored
from scoring.portfolio.committee_document import (
    Chart,
    Column,
    Document,
    Listing,
    Section,
    Writing,
    bars_of,
    numbers,
)
from scoring.portfolio.report_words import REPORT_WORDS

MOST_NAMES = 30
MOST_FALLS = 100


def report_document(report: BookReport, language: str) -> Document:
    """The report in ``en`` or ``zh``."""
    words, write = REPORT_WORDS[language], Writing(language, report.currency)
    sections = [_tags(report, words, write)]
    if report.rescored is not None:
        sections = [
            _loss(report.rescored, report.whole.minor, words, write),
            _grades(report.rescored, words, write),
            _falls(report.rescored, words, write),
            *sections,
        ]
    views = [_view(name, view, words, write) for name, view in report.views.items() if view.parts]
    return Document(
        language,
        words["title"],
        words["subtitle"].format(day=write.day(report.day)),
        tuple(_figures(report, words, write)),
        (*sections[:-1], _lines(report, words, write), *views, sections[-1]),
        words["made"].format(others=write.number(report.of_other_currencies)),
    )


Figure = tuple[str, str, str]


def _figures(report: BookReport, words: Mapping[str, str], write: Writing) -> Iterator[Figure]:
    buyers = report.views["buyer"]
    for key, count in (("out", report.whole), ("past_due", report.past_due)):
        said = words["financings"].format(count=write.number(count.financings))
        yield words[key], write.money(count.minor), said
    yield (
        words["hhi"],
        write.number(buyers.hhi, "0.000"),
        words["equal"].format(names=write.number(buyers.equal_names, "0.0")),
    )
    if report.rescored is None:
        yield words["expected"], "–", words["no_bundle"]
        return
    loss = report.rescored.loss
    quantile = write.share(loss.quantile)
    yield words["expected"], write.money(loss.expected_minor), words["until"]
    yield (
        words["quantile"].format(quantile=quantile),
        write.money(loss.simulated_minor),
        words["of_out"].format(
            share=write.share(loss.simulated_minor / max(1, report.rescored.scored.minor))
        ),
    )
    yield (
        words["unexpected"],
        write.money(loss.unexpected_minor),
        words["above"].format(quantile=quantile),
    )


def _loss(again: Rescored, out: int, words: Mapping[str, str], write: Writing) -> Section:
    loss, quantile = again.loss, write.share(again.loss.quantile)
    rows = [
        (words["expected"], loss.expected_minor),
        (words["unexpected"], loss.unexpected_minor),
        (words["quantile"].format(quantile=quantile), loss.simulated_minor),
        (words["granular_quantile"].format(quantile=quantile), loss.granular_minor),
        (words["names_add"], loss.names_minor),
    ]
    return Section(
        words["loss"],
        words["loss_note"],
        listing=Listing(
            numbers(words["measure"], words["amount"], words["share"]),
            tuple((says, write.money(of), write.share(of / max(1, out))) for says, of in rows),
            bars_of([of for _, of in rows]),
        ),
    )


def _grades(again: Rescored, words: Mapping[str, str], write: Writing) -> Section:
    grades = (*(str(number) for number in range(1, GRADES + 1)), DEFAULTED)
    unit = 100.0
    series = tuple(
        (words[name], tuple(of[grade].minor / unit if grade in of else 0.0 for grade in grades))
        for name, of in (("then", again.grades_then), ("now", again.grades))
    )
    return Section(
        words["grades"],
        words["grades_note"].format(
            scored=write.number(again.scored.financings),
            left=write.number(again.left_out.financings),
            left_minor=write.money(again.left_out.minor),
        ),
        Chart(grades, series, locale=write.locale),
    )


def _falls(again: Rescored, words: Mapping[str, str], write: Writing) -> Section:
    columns = (
        *(Column(words[name], number=False) for name in ("financing", "supplier", "buyer")),
        *(Column(words[name]) for name in ("out", "then", "now", "pd")),
    )
    rows = tuple(
        (
            one.financing,
            one.supplier,
            one.buyer,
            write.money(one.out_minor),
            one.grade_then,
            one.grade,
            f"{write.share(one.pd_12m_then, '0.00%')} → {write.share(one.pd_12m, '0.00%')}",
        )
        for one in again.falls[:MOST_FALLS]
    )
    title = words["falls"].format(notches=again.notches)
    return Section(title, "" if rows else words["falls_none"], listing=Listing(columns, rows))


def _lines(report: BookReport, words: Mapping[str, str], write: Writing) -> Section:
    used = report.lines[:MOST_NAMES]
    return Section(
        words["lines"],
        words["lines_note" if used else "no_lines"].format(pack=report.pack),
        listing=Listing(
            (
                Column(words["name"], number=False),
                Column(words["over"], number=False),
                *(Column(words[name]) for name in ("line", "out", "used")),
            ),
            tuple(
                (
                    one.name,
                    words[one.over],
                    write.money(one.line_minor),
                    write.money(one.used_minor),
                    write.share(one.used_share),
                )
                for one in used
            ),
            tuple(min(1.0, one.used_share or 0.0) for one in used),
        ),
    )


def _view(name: str, view: Concentration, words: Mapping[str, str], write: Writing) -> Section:
    parts = view.parts[:MOST_NAMES]
    note = words["hhi_note"].format(
        hhi=write.number(view.hhi, "0.000"), names=write.number(view.equal_names, "0.0")
    )
    if name == "group":
        note = f"{words['group_note']} {note}"
    return Section(
        words[f"by_{name}"],
        note,
        listing=Listing(
            numbers(words["name"], words["count"], words["out"], words["share"]),
            tuple(
                (
                    _named(part.name, words),
                    write.number(part.count),
                    write.money(part.amount_minor),
                    write.share(part.share),
                )
                for part in parts
            ),
            bars_of([part.share for part in parts]),
        ),
    )


def _named(name: str | None, words: Mapping[str, str]) -> str:
    """A name, or the words for a product or for what isn't known."""
    return words["unknown"] if name is None else words.get(f"product_{name}", name)


def _tags(report: BookReport, words: Mapping[str, str], write: Writing) -> Section:
    def told(tag: Tag) -> tuple[str, ...]:
        counts = report.tags[tag]
        pairs = [
            (write.number(counts[word].financings), write.money(counts[word].minor))
            for word in ("yes", "no", "unknown")
        ]
        return (words[tag.value], *(text for pair in pairs for text in pair))

    heads = [
        text
        for word in ("yes", "no", "not_told")
        for text in (words[word], f"{words[word]}, {write.currency}")
    ]
    return Section(
        words["tags"],
        words["tags_note"],
        listing=Listing(numbers(words["tag"], *heads), tuple(told(tag) for tag in Tag)),
    )
