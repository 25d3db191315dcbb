"""The report on late payers as a document."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.portfolio.committee_document import (
    Chart,
    Column,
    Document,
    Listing,
    Section,
    Writing,
)
from scoring.portfolio.late_payers import LatePayers
from scoring.portfolio.late_words import LATE_WORDS

CHARTED = 12
MINOR = 100.0


def late_document(found: LatePayers, daily_rate: float, language: str) -> Document:
    """The report in ``en`` or ``zh``; ``daily_rate`` is that of contracts signed on its day."""
    words, write = LATE_WORDS[language], Writing(language, found.currency)
    return Document(
        language,
        words["title"],
        words["subtitle"].format(day=write.day(found.day)),
        _figures(found, daily_rate, words, write),
        (*_chart(found, words, write), _listed(found, words, write), _apart(found, words, write)),
        words["made"],
    )


def _figures(
    found: LatePayers, daily_rate: float, words: Mapping[str, str], write: Writing
) -> tuple[tuple[str, str, str], ...]:
    def added(name: str) -> int:
        return sum(getattr(one, name) for one in found.payers)

    return (
        (
            words["payers"],
            write.number(sum(one.unpaid > 0 for one in found.payers)),
            words["of_claims"].format(claims=write.number(found.bound)),
        ),
        (
            words["unpaid"],
            write.money(added("unpaid_minor")),
            words["claims"].format(count=write.number(added("unpaid"))),
        ),
        (
            words["interest"],
            write.money(added("interest_minor")),
            words["rate"].format(rate=write.share(daily_rate, "0.00#%")),
        ),
        (
            words["paid_late"],
            write.money(added("paid_late_minor")),
            words["paid_interest"].format(minor=write.money(added("paid_interest_minor"))),
        ),
    )


def _chart(found: LatePayers, words: Mapping[str, str], write: Writing) -> tuple[Section, ...]:
    owing = [one for one in found.payers if one.interest_minor][:CHARTED]
    if not owing:
        return ()
    values = tuple(one.interest_minor / MINOR for one in owing)
    labels = tuple(one.buyer for one in owing)
    chart = Chart(labels, ((words["interest"], values),), locale=write.locale)
    return (Section(words["chart"], chart=chart),)


def _listed(found: LatePayers, words: Mapping[str, str], write: Writing) -> Section:
    heads = ("suppliers", "count", "amount", "longest", "interest_short", "paid_count")
    return Section(
        words["list"],
        "" if found.payers else words["none"],
        listing=Listing(
            (
                Column(words["buyer"], number=False),
                Column(words["kind"], number=False),
                *(Column(words[name]) for name in (*heads, "long_terms")),
            ),
            tuple(
                (
                    one.buyer,
                    words[one.payer],
                    write.number(one.suppliers),
                    write.number(one.unpaid),
                    write.money(one.unpaid_minor),
                    write.number(one.longest_days),
                    write.money(one.interest_minor),
                    write.number(one.paid_late),
                    write.number(one.long_terms),
                )
                for one in found.payers
            ),
        ),
    )


def _apart(found: LatePayers, words: Mapping[str, str], write: Writing) -> Section:
    return Section(
        words["not_judged"],
        words["not_judged_note"].format(
            unknown=write.number(found.size_unknown), not_told=write.number(found.not_told)
        ),
    )
