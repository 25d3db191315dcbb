"""What the file doesn't show is asked or marked; nothing is assumed silently."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.importing.drafting import decisions
from ledger.importing.drafting.decisions import Question
from ledger.importing.drafting.draft import Draft
from ledger.importing.import_faults import WrongHeader
from ledger.importing.mapping import parse_mapping
from tests.ledger.importing.drafting import made_exports as made
from tests.ledger.importing.drafting.drafted_runs import draft

HEADER = ("claim no", "debtor", "creditor", "invoice date", "due date", "amount")


def claims(path: Path, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Path:
    return made.write(path / "claims.csv", [header, *rows], delimiter=";")


def asks(drafted: Draft, *parts: str) -> bool:
    """Whether a line of the draft names all of these as something to decide."""
    text = drafted.text.replace("\n#   ", " ")
    return any(
        line.startswith("# ?") and all(part in line for part in parts) for line in text.splitlines()
    )


def test_a_good_draft_still_asks_for_zone_currency_and_history(tmp_path: Path) -> None:
    drafted = draft(claims(tmp_path, ("1", "D", "S", "2024-03-01", "2024-04-30", "5.00")))

    assert drafted.problems == ()
    for part in ("where days begin", "what amounts are in", "history"):
        assert asks(drafted, part)
    assert drafted.findings.undecided


def test_an_open_order_of_day_and_month_is_said(tmp_path: Path) -> None:
    path = claims(tmp_path, ("1", "D", "S", "03/04/2024", "05/06/2024", "5.00"))

    drafted = draft(path)

    assert asks(drafted, "Day or month first in invoice date, due date?", "day first")
    assert 'dates = ["%d/%m/%Y"]' in drafted.text
    turned = draft(path, ask=lambda q: "month first" if q.name == "day_order" else None)
    assert 'dates = ["%m/%d/%Y"]' in turned.text
    assert not asks(turned, "Day or month first")


def test_another_column_settles_the_order(tmp_path: Path) -> None:
    drafted = draft(claims(tmp_path, ("1", "D", "S", "03/04/2024", "05/25/2024", "5.00")))

    assert not asks(drafted, "Day or month first")
    assert 'dates = ["%m/%d/%Y"]' in drafted.text


def test_words_for_no_value_are_asked_and_never_assumed(tmp_path: Path) -> None:
    rows = [(str(n), "D", "S", "2024-03-01", "2024-04-30", f"{n}.50") for n in range(9)]
    path = claims(tmp_path, *rows, ("10", "D", "S", "2024-03-01", "2024-04-30", "NA"))

    drafted = draft(path)
    agreed = draft(path, ask=lambda q: "yes" if q.name == "blank:NA" else None)

    assert asks(drafted, "'NA' mean \"no value\"", 'blank = ["", "NA"]')
    assert "\nblank =" not in drafted.text
    assert drafted.trial is not None
    assert agreed.trial is not None
    assert (drafted.trial.good, agreed.trial.good) == (9, 10)
    assert drafted.trial.causes == {("amount", "not-a-number"): 1}
    assert '\nblank = ["", "NA"]' in agreed.text


@pytest.mark.parametrize(
    ("column", "cells", "said"),
    [
        (("amount", 5), ("R$ 1.234,00", "R$ 5,00"), "'R$' at its numbers"),
        (("amount", 5), ("(5.00)", "(6.00)"), "'()' at its numbers"),
        (("due date", 4), ("05-Mar-2024", "06-Mar-2024"), "months in letters"),
        (("amount (thousand)", 5), ("5.00", "6.00"), "no rule multiplies"),
        (("金额（万元）", 5), ("5.00", "6.00"), "no rule multiplies"),
    ],
)
def test_a_column_that_is_named_well_and_cannot_be_read_is_told(
    tmp_path: Path, column: tuple[str, int], cells: tuple[str, ...], said: str
) -> None:
    name, place = column
    header = tuple(name if at == place else cell for at, cell in enumerate(HEADER))
    rows = []
    for number, cell in enumerate(cells):
        row = [str(number), "D", "S", "2024-03-01", "2024-04-30", f"{number}.50"]
        row[place] = cell
        rows.append(tuple(row))

    drafted = draft(claims(tmp_path, *rows, header=header), kind="receivable")

    assert asks(drafted, name, said)


def test_words_of_a_state_that_are_not_known_are_asked(tmp_path: Path) -> None:
    header = (*made.INVOICE_HEADER[:10], "发票状态")
    rows = [
        (*row[:10], ("正常", "谜")[n % 2]) for n, row in enumerate(made.chinese_invoices(8)[1:])
    ]

    drafted = draft(made.write(tmp_path / "f.csv", [header, *rows]))

    assert asks(drafted, "'谜': which of valid, void", "4 row(s)")
    assert drafted.trial is not None
    assert drafted.trial.causes == {("发票状态", "unknown-value"): 4}


def test_two_names_of_one_party_leave_the_names_out(tmp_path: Path) -> None:
    rows = [list(row) for row in made.chinese_invoices(12)]
    rows[5][5] = "另一个名字"

    drafted = draft(made.write(tmp_path / "f.csv", rows))

    assert drafted.trial is not None
    assert drafted.trial.good == 12
    assert asks(drafted, "a party has several")
    assert 'name = { column = "购方名称" }' not in drafted.text


def test_a_repeated_number_gives_no_key_but_one_that_is_made(tmp_path: Path) -> None:
    rows = [list(row) for row in made.chinese_invoices(12)]
    rows[5][0], rows[5][2], rows[5][3] = rows[1][0], rows[1][2], rows[1][3]

    drafted = draft(made.write(tmp_path / "f.csv", rows))

    assert 'ref = { key = "row" }' in drafted.text
    assert asks(drafted, "no key of its own")
    assert drafted.trial is not None
    assert drafted.trial.good == 12


def test_titles_above_the_header_are_refused_with_their_line(tmp_path: Path) -> None:
    path = made.write(tmp_path / "f.csv", [("Report of March",), *made.english_parties(5)])

    with pytest.raises(WrongHeader, match="line 1 is no header") as caught:
        draft(path)

    assert "take out what stands above" in caught.value.remedy


def test_every_question_has_an_answer_that_can_be(tmp_path: Path) -> None:
    seen: list[Question] = []

    def note(question: Question) -> None:
        seen.append(question)

    rows = [(str(n), "D", "S", "03/04/2024", "05/06/2024", amount) for n, amount in enumerate("56")]
    draft(claims(tmp_path, *rows, ("3", "D", "S", "03/04/2024", "05/06/2024", "NA")), ask=note)

    assert {question.name for question in seen} >= {
        "kind", "name", "time_zone", "currency", "historical", "day_order", "blank:NA",
    }  # fmt: skip
    for question in seen:
        assert question.wrong(question.default) is None
        assert not question.choices or question.default in question.choices


def test_wrong_answers_are_told() -> None:
    assert decisions.time_zone("UTC", "").wrong("Mars/Olympus")
    assert decisions.currency("EUR", "").wrong("XXY")
    assert decisions.source_name("x").wrong("a\nb")


@given(
    st.lists(st.text(max_size=12), min_size=1, max_size=4, unique=True),
    st.lists(st.text(max_size=8), min_size=4, max_size=4),
)
def test_whatever_headers_and_cells_hold_the_draft_is_a_mapping(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], cells: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    names = [name.replace("\ud800", "") for name in header]
    path = made.write(folder / "f.csv", [names, cells[: len(names)]])
    try:
        drafted = draft(path)
    except Exception as error:
        assert type(error).__name__ in {"WrongHeader", "UnreadableFile"}  # noqa: PT017
        return

    parse_mapping(drafted.text.encode(), "the draft")
    assert set(tomllib.loads(drafted.text)) <= {"source", "fact", "file"}


def test_how_a_claim_ended_is_no_part_of_its_beginning(tmp_path: Path) -> None:
    """A state known at issue would show a model how the claim ended."""
    rows = [
        (str(n), "D", "S", "2024-03-01", "2024-04-30", f"{n}.50", ("open", "paid")[n % 2], "0.00")
        for n in range(6)
    ]

    drafted = draft(claims(tmp_path, *rows, header=(*HEADER, "status", "outstanding")))

    assert drafted.findings.kind.value == "receivable"
    assert '# status = { column = "status" }' in drafted.text
    assert '# outstanding_minor = { money = "outstanding" }' in drafted.text
    assert asks(drafted, "how it ended")
    assert "# not read: status" in drafted.text


def test_a_state_counts_from_the_day_of_the_draft(tmp_path: Path) -> None:
    drafted = draft(made.write(tmp_path / "f.csv", made.chinese_invoices(12)))

    (status,) = [fact for fact in drafted.findings.row.facts if fact.kind == "invoice_status"]
    assert status.rule("happened_at") == {"constant": drafted.findings.source.drafted_on}
    assert asks(drafted, "no day of the state")


def test_numbers_of_paper_invoices_are_no_key_without_their_code(tmp_path: Path) -> None:
    rows = [list(row) for row in made.chinese_invoices(12)]
    for number, row in enumerate(rows[1:]):
        row[0] = f"{number:08d}"

    drafted = draft(made.write(tmp_path / "f.csv", rows))

    assert 'ref = { key = "row" }' in drafted.text


def test_names_of_persons_need_their_secret(tmp_path: Path) -> None:
    rows = [("client id", "name", "natural person"), ("1", "Anna", "yes"), ("2", "Acme", "no")]

    assert asks(draft(made.write(tmp_path / "f.csv", rows)), "TRICREDIT_PERSON_SECRET")
