"""How a whole file writes numbers, days and blanks: what its columns show, and what is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.importing.drafting.column_looks import ColumnLook
from ledger.importing.drafting.decisions import Decisions, one_of, yes_or_no
from ledger.importing.drafting.number_writing import Form, common_form
from ledger.importing.drafting.sureness import Guess
from ledger.importing.drafting.synonyms import Language, synonyms

ISO_DAYS = ("%Y-%m-%d",)
DAY_FIRST, MONTH_FIRST = "day first", "month first"


@dataclass(frozen=True)
class FileWriting:
    """How a file writes what it holds.

    Attributes
    ----------
    form : Guess of Form
        Decimal mark and separator of thousands.
    month_first : bool
        Where the order of day and month is open, the month is meant to come first.
    dates : tuple of str
        The formats that most columns of days have.
    blank : tuple of str
        Words that mean "no value", beside nothing at all.
    """

    form: Guess[Form]
    month_first: bool
    dates: tuple[str, ...]
    blank: tuple[str, ...]

    def formats_of(self, look: ColumnLook) -> tuple[str, ...]:
        """The formats of a column of days, months or instants; none where it keeps its own."""
        if look.days is None:
            return ()
        return look.days.month_first if self._turned(look) else look.days.formats

    def _turned(self, look: ColumnLook) -> bool:
        return self.month_first and look.days is not None and look.days.order_open


def settle_writing(
    looks: Sequence[ColumnLook], language: Language, decisions: Decisions
) -> FileWriting:
    """Find out how a file writes what it holds; ask what it doesn't show."""
    form = _form(looks, decisions)
    month_first = _order(looks, language, form, decisions) == MONTH_FIRST
    bare = FileWriting(form, month_first, ISO_DAYS, ())
    days: Counter[tuple[str, ...]] = Counter(
        bare.formats_of(look) for look in looks if look.holds == "date" and bare.formats_of(look)
    )
    dates = days.most_common(1)[0][0] if days else ISO_DAYS
    return FileWriting(form, month_first, dates, tuple(_blank(looks, decisions)))


def _form(looks: Sequence[ColumnLook], decisions: Decisions) -> Guess[Form]:
    found = common_form(
        [(look.numbers, look.values) for look in looks if look.numbers and look.is_text]
    )
    if found.sure != "guess":
        return found
    other = Form(".", "") if found.value.decimal == "," else Form(",", "")
    question = one_of(
        "decimal", "Which is the decimal mark?", (found.value.decimal, other.decimal), found.why
    )
    answer = decisions.settle(question)
    chosen = found.value if answer == found.value.decimal else other
    return Guess(chosen, "guess" if decisions.is_open("decimal") else "sure", found.why)


def _order(
    looks: Sequence[ColumnLook], language: Language, form: Guess[Form], decisions: Decisions
) -> str:
    days = [look.days for look in looks if look.days is not None]
    if not any(look.order_open for look in days):
        return DAY_FIRST
    known = {fmt[1] for look in days if not look.order_open for fmt in look.formats} & {"d", "m"}
    if len(known) == 1:
        return DAY_FIRST if known == {"d"} else MONTH_FIRST
    choices = (DAY_FIRST, MONTH_FIRST)
    if synonyms().defaults[language].get("day_first") or form.value.decimal == ",":
        why = "no day above 12 was seen; the language or the decimal comma speaks for it"
    else:
        why = "no day above 12 was seen, so both orders read every cell; most countries write it so"
    names = ", ".join(look.name for look in looks if look.days and look.days.order_open)
    return decisions.settle(one_of("day_order", f"Day or month first in {names}?", choices, why))


def _blank(looks: Sequence[ColumnLook], decisions: Decisions) -> list[str]:
    """The words that somebody says mean "no value"; without an answer none does."""
    taken = []
    for word, columns in missing_words(looks).items():
        where = ", ".join(f"{name} ({times})" for name, times in columns.items())
        text = f'Does {word!r} mean "no value"? It stands in {where}'
        if decisions.settle(yes_or_no(f"blank:{word}", text, "never assumed")) == "yes":
            taken.append(word)
    return taken


def missing_words(looks: Sequence[ColumnLook]) -> Mapping[str, Mapping[str, int]]:
    """Words that probably mean "no value": how often each stands in which column."""
    found: dict[str, dict[str, int]] = {}
    for look in looks:
        for word, times in look.missing.items():
            found.setdefault(word, {})[look.name] = times
    return found
