"""Relations over claims read the facts of the parties they describe, and of nobody else."""

from hypothesis import given, settings

from tests.features import claim_theme
from tests.features.feature_laws import strangers_change_nothing
from tests.features.small_ledgers import worlds
from tests.features.worlds_of_facts import World


@settings(max_examples=settings().max_examples // 3)
@given(world=worlds())
def test_strangers_change_nothing(world: World) -> None:
    strangers_change_nothing(world, claim_theme.THEME.relations)
