"""The method on the Polish set: as good as is published, where all have the same ratios."""

from pathlib import Path

import pytest

from benchmarks.bankruptcy_pl import five_fold


@pytest.mark.long
@pytest.mark.parametrize(
    ("file", "auc", "average_precision"), [("1year", 0.955, 0.75), ("3year", 0.935, 0.65)]
)
def test_five_folds_rank_as_well_as_asked(
    real_data: Path, file: str, auc: float, average_precision: float
) -> None:
    found = five_fold(real_data / "bankruptcy_pl" / f"{file}.parquet")

    assert found.auc >= auc
    assert found.average_precision >= average_precision
