"""From matched columns to the facts of a row: the leading one, and those that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.importing.cells import plain_text
from ledger.importing.drafting.drafted_facts import DraftedFact, DraftedRow, DraftedSource
from ledger.importing.drafting.fact_shapes import Shape
from ledger.importing.drafting.field_matching import Match, Matcher, Matches
from ledger.importing.drafting.first_rows import Sample
from ledger.importing.drafting.synonyms import holds_part, synonyms
from ledger.kinds import kind_of

KEY = "row"
"""Name of the key that is made where the file has none."""

OTHER_KIND = "which kind of invoice is it? other says nothing"
NO_KEY = (
    "the file has no key of its own: one is made of these columns. Leave out what is filled in "
    "later, such as a day of payment"
)
NO_SIDE = ("party", "name")
"""Roles that name a party without saying on which side of a trade it is."""

NOT_YET = (
    "how it stands when the file is written; told of its beginning it would show a model how it "
    "ended. Leave it out, or load it as news"
)
LOADED_BEFORE = "for use where those are loaded before, under the same keys"
NO_DAY_OF_STATE = (
    "the file tells no day of the state: it counts from today. Where it is known to be earlier, be "
    "late rather than early: a model must not see it before the lender could"
)
PERSONS = (
    "names of natural persons are kept under a key of their own: set TRICREDIT_PERSON_SECRET for "
    "the import, or leave them out"
)
PAPER_DIGITS = 8
NO_DAY = "the file tells no day: it counts from this one on; history wants an earlier one"
IN_FULL = "the file has no amount paid: taken as paid in full"


class RowDrafter:
    """Drafts what a row tells.

    Parameters
    ----------
    sample : Sample
        The first rows.
    matcher : Matcher
        Of their columns.
    source : DraftedSource
        Where the file comes from.
    """

    def __init__(self, sample: Sample, matcher: Matcher, source: DraftedSource) -> None:
        self._sample = sample
        self._matcher = matcher
        self._source = source
        self.row = DraftedRow()

    def draft(self, matches: Matches) -> DraftedFact:
        """Draft the leading fact and its followers; return the leading one."""
        shape = matches.shape
        lead = DraftedFact(shape.kind)
        if shape.kind == "party_report":
            self._period(lead, matches)
        self._ref(lead, matches)
        self._matched(lead, matches)
        self._parties(lead, shape)
        self._happened(lead, matches)
        self._rest(lead, matches)
        if "person_linked" in lead.fields and lead.fields.keys() & set(kind_of("party").personal):
            lead.asks = (*lead.asks, PERSONS)
        self.row.facts.append(lead)
        taken = [match.look.name for match in matches.of.values()]
        self._follow(lead, shape, taken, ())
        return lead

    def _matched(self, fact: DraftedFact, matches: Matches) -> None:
        row = kind_of(fact.kind).row
        for name, match in matches.of.items():
            named = kind_of(fact.kind).names.get(name, "party")
            if name in matches.shape.later:
                self._use(fact, match, off=NOT_YET)
            elif named != "party" and not row.model_fields[name].is_required():
                self._use(fact, match, off=LOADED_BEFORE)
            else:
                self._use(fact, match)
        for name, (column, why) in matches.misfits.items():
            said = f"{column!r} is named so, but {why}"
            if name not in fact.fields and row.model_fields[name].is_required():
                fact.put(name, None, said)
            else:
                fact.asks = (*fact.asks, f"{name}: {said}")

    def _use(self, fact: DraftedFact, match: Match, *, off: str = "") -> None:
        asks = match.fit.asks
        if match.sure != "sure":
            asks = (f"{match.sure}: {match.why}", *asks)
        if match.role in NO_SIDE and match.field in kind_of(fact.kind).names:
            asks = (f"is {match.look.name!r} the {match.field}? Its name doesn't say", *asks)
        if off:
            asks = (off, *asks)
        fact.put(match.field, match.fit.rule, *asks, off=bool(off))
        if not off:
            self._declare(match)

    def _declare(self, match: Match) -> None:
        self.row.columns.setdefault(match.look.name, match.fit.column)

    def _ref(self, fact: DraftedFact, matches: Matches) -> None:
        if "ref" in matches.of:
            match = matches.of["ref"]
            self._use(fact, match)
            return
        columns = [] if self._repeats(matches) else _columns(matches, matches.shape.template)
        if columns and self._tells_apart(columns) and not any("{" in name for name in columns):
            fact.put("ref", {"template": ":".join(f"{{{name}}}" for name in columns)})
            return
        columns = _columns(matches, matches.shape.key) or _columns(matches, tuple(matches.of))
        if columns:
            self.row.keys[KEY] = tuple(columns)
            fact.put("ref", {"key": KEY}, NO_KEY)

    def _repeats(self, matches: Matches) -> bool:
        """Whether they are numbers of Chinese paper invoices, which repeat without their code."""
        number = matches.of.get("number")
        if number is None or matches.shape.kind != "invoice" or "code" in matches.of:
            return False
        return self._source.currency == "CNY" and all(
            text.isdigit() and len(text) <= PAPER_DIGITS for text in number.look.values
        )

    def _tells_apart(self, columns: Sequence[str]) -> bool:
        rows = list(zip(*(self._sample.cells.get(name, ()) for name in columns), strict=True))
        said = {tuple(plain_text(cell).strip() for cell in row if cell is not None) for row in rows}
        whole = all(len(one) == len(columns) and all(one) for one in said)
        return whole and len(said) == len(rows)

    def _period(self, fact: DraftedFact, matches: Matches) -> None:
        """A month's figures; a header may say that they are those of the month before."""
        match = matches.of.get("period_start")
        if match is None:
            return
        month, others = match.look.name, [other.look.name for other in matches.of.values()]
        before = any(holds_part(name, synonyms().previous) for name in others)
        ask = "the figures are of the month before" if before else "the figures are of this month"
        first: dict[str, Any] = {"month": month, "plus_months": -1} if before else {"month": month}
        after: dict[str, Any] = {"month": month} if before else {"month": month, "plus_months": 1}
        self._declare(match)
        for name, rule in (("period_start", first), ("period_end", after), ("happened_at", after)):
            fact.put(name, rule, *([ask] if name == "period_start" else []))

    def _parties(self, fact: DraftedFact, shape: Shape) -> None:
        """A party that the ledger needs and no column names is the same one in all rows."""
        row = kind_of(fact.kind).row
        for name, kind in kind_of(fact.kind).names.items():
            lacking = name not in fact.fields and row.model_fields[name].is_required()
            if kind == "party" and lacking and name not in shape.needs:
                fact.put(
                    name,
                    {"constant": f"{self._source.name}-{name}"[:128]},
                    f"no column names the {name}: put its key, here and above",
                )

    def _happened(self, fact: DraftedFact, matches: Matches) -> None:
        match = matches.of.get(matches.shape.happened)
        if match is None:
            fact.put("happened_at", {"constant": self._source.opens}, NO_DAY)
        elif match.fit.column["type"] == "instant":
            fact.put("happened_at", {"instant": match.look.name})
        else:
            fact.put("happened_at", match.fit.rule)

    def _rest(self, fact: DraftedFact, matches: Matches) -> None:
        """Needed fields that nothing was found for."""
        row = kind_of(fact.kind).row
        if any("money" in (one.rule or {}) for one in fact.fields.values()) and (
            "currency" in row.model_fields
        ):
            self._currency(fact, matches)
        for name, declared in row.model_fields.items():
            if not declared.is_required() or name in fact.fields:
                continue
            if (fact.kind, name) == ("invoice", "kind"):
                fact.put(name, {"constant": "other"}, OTHER_KIND)
            elif name == "currency":
                self._currency(fact, matches)
            else:
                fact.put(name, None, "no column was found for it")

    def _currency(self, fact: DraftedFact, matches: Matches) -> None:
        match = matches.of.get("currency")
        if match is None:
            fact.put("currency", {"constant": self._source.currency})
            return
        for name, one in list(fact.fields.items()):
            if one.rule is not None and "money" in one.rule:
                rule = {**one.rule, "currency_column": match.look.name}
                del fact.fields[name]
                fact.put(name, rule, *one.asks, why=one.why, off=one.off)

    def _follow(
        self, lead: DraftedFact, shape: Shape, taken: Sequence[str], when: tuple[str, ...]
    ) -> None:
        for follower in shape.followers:
            matches = self._matcher.match(follower, taken)
            if not _is_there(follower, matches):
                continue
            fact = DraftedFact(follower.kind)
            needed = (matches.of[name].look.name for name in follower.needs)
            fact.when = tuple(dict.fromkeys((*when, *needed)))
            self._matched(fact, matches)
            self._happened_of(fact, follower, matches)
            for name, of in follower.same.items():
                self._same(fact, name, lead, of)
            self._rest(fact, matches)
            self.row.facts.append(fact)
            more = [*taken, *(match.look.name for match in matches.of.values())]
            self._follow(fact, follower, more, fact.when)

    def _happened_of(self, fact: DraftedFact, shape: Shape, matches: Matches) -> None:
        """When a follower happened: on its own day; a state without one, when it is told."""
        if shape.happened:
            self._happened(fact, matches)
        elif shape.kind == "invoice_status":
            fact.put("happened_at", {"constant": self._source.drafted_on}, NO_DAY_OF_STATE)

    def _same(self, fact: DraftedFact, name: str, lead: DraftedFact, of: str) -> None:
        rule = lead.rule(of)
        if rule is None or name not in kind_of(fact.kind).row.model_fields:
            return
        asks = (IN_FULL,) if (fact.kind, name) == ("payment", "amount_minor") else ()
        if name in fact.fields:
            return
        fact.put(name, rule, *asks)


def _columns(matches: Matches, fields: Sequence[str]) -> list[str]:
    """The columns of some fields, those without one left out."""
    return [matches.of[name].look.name for name in fields if name in matches.of]


def _is_there(follower: Shape, matches: Matches) -> bool:
    some = not follower.one_of or any(name in matches.of for name in follower.one_of)
    return some and all(name in matches.of for name in follower.needs)
