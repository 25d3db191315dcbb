"""docs/features.md is what the declarations say."""

from pathlib import Path

from features.catalogue import BY_NAME, RELATIONS
from features.catalogue_page import page

WRITTEN = Path(__file__).parents[2] / "docs" / "features.md"


def test_the_page_on_disk_is_written_by_the_catalogue() -> None:
    assert WRITTEN.read_text(encoding="utf-8") == page(RELATIONS), (
        "write it again: tricredit features list --markdown > docs/features.md"
    )


def test_every_feature_has_one_row_of_seven_cells() -> None:
    rows = [line for line in page(RELATIONS).splitlines() if line.startswith("| `")]
    cells = [line.replace("\\|", "").strip("| ").split(" | ") for line in rows]

    assert [cell[0].split("`")[1] for cell in cells] == [
        feature.name
        for credit in ("subject", "object", "data", "cross")
        for relation in RELATIONS
        if relation.credit.value == credit
        for feature in relation.features
    ]
    assert len(rows) == len(BY_NAME)
    assert {len(cell) for cell in cells} == {7}
