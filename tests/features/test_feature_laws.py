"""Every relation of the catalogue obeys every law, on small ledgers made by hypothesis.

The relations of a theme are built at once and several ledgers side by side: on few facts, planning
a statement takes longer than running it. A broken law names the feature that breaks it.
"""

import pytest
from hypothesis import settings

from features.catalogue import RELATIONS
from tests.features.feature_laws import LAWS, Law
from tests.features.many_worlds import shared_worlds
from tests.features.theme import Theme
from tests.features.themes import THEMES


def test_every_relation_is_in_a_theme() -> None:
    themed = [relation.name for theme in THEMES for relation in theme.relations]

    assert sorted(themed) == sorted(relation.name for relation in RELATIONS)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_relation_obeys(theme: Theme, law: Law) -> None:
    for shared in shared_worlds(theme.worlds, settings().max_examples):
        law(shared, theme.relations)
