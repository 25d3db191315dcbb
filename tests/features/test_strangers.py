"""Relations over claims read the facts of the parties they describe, and of nobody else."""

from hypothesis import settings

from tests.features import claim_theme
from tests.features.feature_laws import strangers_change_nothing
from tests.features.many_worlds import shared_worlds
from tests.features.small_ledgers import worlds


def test_strangers_change_nothing() -> None:
    for shared in shared_worlds(worlds(), settings().max_examples // 3):
        strangers_change_nothing(shared, claim_theme.THEME.relations)
