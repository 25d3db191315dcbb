"""docs/shadow_rating.md says of the inputs what their declarations say."""

from pathlib import Path

from models.account_ratios import AMOUNTS, RATIOS
from models.shadow_model import LEAST_TOLD
from scoring.shadow_ratings import VALID_DAYS

PAGE = Path(__file__).parents[1] / "docs" / "shadow_rating.md"
ARROWS = {1: "↑", -1: "↓", 0: "·"}


def rows_under(head: str) -> list[str]:
    """The rows of the table of the page that begins with a head."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    below = lines[lines.index(head) + 2 :]
    return below[: below.index("")]


def test_every_amount_stands_on_the_page() -> None:
    rows = [f"| `{one.name}` | {one.sheet} | {one.zh} |" for one in AMOUNTS]

    assert rows_under("| amount | stands in | of a Chinese statement |") == rows


def test_every_ratio_stands_on_the_page_with_its_formula() -> None:
    rows = [
        f"| `{one.name}` | {one.zh} | `{one.formula}` | {ARROWS[one.risk]} | {one.missing} |"
        for one in RATIOS
    ]

    assert rows_under("| ratio | | formula | | missing where |") == rows


def test_its_numbers_are_those_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert f"less than {VALID_DAYS} days ago" in text
    assert f"at least {LEAST_TOLD} of the ratios" in text
