"""The page for integrators is what the tables say."""

from ledger.kinds import KINDS
from ledger.ledger_page import PAGE, ledger_page


def test_the_page_is_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == ledger_page(), "run python -m ledger.ledger_page"


def test_the_kinds_stand_in_the_order_to_send() -> None:
    heads = [line[4:] for line in ledger_page().splitlines() if line.startswith("### ")]

    assert heads == [kind.name for kind in KINDS]
