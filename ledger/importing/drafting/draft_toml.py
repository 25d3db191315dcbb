"""The draft as TOML, with what was seen in comments and what must be decided in ``# ?`` lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ledger.importing.drafting.column_looks import ColumnLook
from ledger.importing.drafting.decisions import Decision
from ledger.importing.drafting.drafted_facts import DraftedFact, DraftedField
from ledger.importing.drafting.findings import Findings
from ledger.importing.drafting.look_words import holds_words
from ledger.importing.drafting.number_writing import PLAIN
from ledger.importing.drafting.toml_text import comment, key, value
from ledger.kinds import kind_of

OPEN = "# ?"
"""How a line begins that names something to decide."""

TIMES = ("happened_at", "known_at")
"""Fields that are written last."""

HEADINGS = {
    "name": "noted with every fact",
    "time_zone": "where days begin",
    "currency": "what amounts are in",
    "historical": "true: a first load of history. false: news, visible from today at the earliest",
}


def draft_text(found: Findings) -> str:
    """The draft."""
    return "\n".join([*_head(found), *_source(found), *_constants(found), *_file(found)]) + "\n"


def _head(found: Findings) -> Iterator[str]:
    sample = found.sample
    of = "all" if sample.whole else "the first"
    yield from comment(f"Draft of a mapping for {sample.path.name}, by {of} {sample.rows:,} rows.")
    yield from comment(
        "Lines with # ? are to be decided: correct what they name, then take them out. "
        "docs/mappings.md explains every line that may stand here. Then try it: "
        "tricredit import THIS_FILE FOLDER --db URL --check"
    )
    kind = found.kind.value or "of no known kind"
    yield from comment(f"A row is: {kind} ({found.kind.sure}: {found.kind.why}).", _mark(found))
    for what, guess in sample.seen:
        named = {"\t": "tab"}.get(guess.value, guess.value)
        yield from comment(f"{what}: {named} ({guess.sure}: {guess.why})")
    for fault, times in sample.broken.items():
        yield from comment(f"{times:,} of these rows can't be read: {fault}", OPEN)
    for one in found.decisions:
        if not one.taken and one.question.name == "direction":
            yield from comment(_taken(one), OPEN)
    for lacking in found.lacking:
        yield from comment(f"{lacking} is needed, and no column was found for it", OPEN)
    yield ""


def _mark(found: Findings) -> str:
    return "#" if found.kind.sure == "sure" else OPEN


def _source(found: Findings) -> Iterator[str]:
    source = found.source
    made = {one.question.name: one for one in found.decisions}
    yield "[source]"
    said: dict[str, Any] = {
        "name": source.name,
        "time_zone": source.time_zone,
        "currency": source.currency,
        "historical": source.historical,
    }
    for name, answer in said.items():
        if name in made and not made[name].taken:
            yield from comment(f"{HEADINGS[name]} ({made[name].question.why})", OPEN)
        yield f"{name} = {value(answer)}"
    yield ""


def _constants(found: Findings) -> Iterator[str]:
    for fact in found.row.constants:
        yield "[[fact]]"
        yield from _fact(fact, "fact")


def _file(found: Findings) -> Iterator[str]:
    sample = found.sample
    yield "[[file]]"
    yield f"name = {value(sample.path.name)}"
    if sample.container != sample.named:
        yield f"kind = {value(sample.container)}"
    yield ""
    yield from _format(found)
    yield "[file.columns]"
    for look in found.looks:
        if look.name in found.row.columns:
            yield from _column(look, found.row.columns[look.name])
    for look in found.looks:
        if look.name not in found.row.columns:
            yield from comment(f"not read: {key(look.name)}, {holds_words(look)}")
    yield ""
    if found.row.keys:
        yield "[file.keys]"
        for name, columns in found.row.keys.items():
            yield f"{key(name)} = {value(columns)}"
        yield ""
    for fact in found.row.facts:
        yield from (line for ask in fact.asks for line in comment(ask, OPEN))
        yield "[[file.fact]]"
        yield from _fact(fact, "file.fact")


def _format(found: Findings) -> Iterator[str]:
    formats, writing = found.sample.formats, found.writing
    said: dict[str, Any] = formats.model_dump(
        include={"encoding", "delimiter", "quote", "header", "sheet", "header_row"},
        exclude_defaults=True,
    )
    if writing.form.value != PLAIN:
        said["decimal"] = writing.form.value.decimal
        if writing.form.value.thousands:
            said["thousands"] = writing.form.value.thousands
    if writing.dates != ("%Y-%m-%d",):
        said["dates"] = writing.dates
    if writing.blank:
        said["blank"] = ("", *writing.blank)
    if not said and not found.decisions:
        return
    lines = [f"{key(name)} = {value(one)}" for name, one in said.items() if one is not None]
    asks = [line for one in found.decisions for line in _of_format(one)]
    if lines or asks:
        yield "[file.format]"
        yield from (*asks, *lines, "")


def _of_format(decision: Decision) -> Iterator[str]:
    """The open questions that the format of the file answers."""
    name = decision.question.name
    if decision.taken or not name.startswith(("blank:", "day_order", "decimal", "header", "sheet")):
        return
    said = _taken(decision)
    if name.startswith("blank:"):
        said = f"{decision.question.text}. If so, list it: blank = {value(['', name[6:]])}"
    yield from comment(said, OPEN)


def _taken(decision: Decision) -> str:
    question = decision.question
    return f"{question.text} Taken: {decision.answer} ({question.why})"


def _column(look: ColumnLook, declared: Mapping[str, Any]) -> Iterator[str]:
    short = declared["type"] if set(declared) == {"type"} else declared
    yield f"{key(look.name)} = {value(short)}  # {holds_words(look)}"


def _fact(fact: DraftedFact, place: str) -> Iterator[str]:
    yield f"kind = {value(fact.kind)}"
    if fact.when:
        yield f"when = {value(fact.when)}"
    yield f"[{place}.fields]"
    order = [name for name in kind_of(fact.kind).row.model_fields if name not in TIMES]
    for name in (*order, *TIMES):
        if name in fact.fields:
            yield from _field(fact.fields[name])
    yield ""


def _field(one: DraftedField) -> Iterator[str]:
    for ask in one.asks:
        yield from comment(ask, OPEN)
    if one.why:
        yield from comment(one.why)
    if one.rule is None:
        yield f"# {one.name} ="
        return
    yield f"{'# ' if one.off else ''}{one.name} = {value(one.rule)}"
