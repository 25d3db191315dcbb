"""Every relation of the catalogue obeys every law, on small ledgers made by hypothesis.

The relations of a theme are built at once: that is ten times quicker than one by one, and a broken
law names the feature that breaks it.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import RELATIONS
from tests.features.feature_laws import LAWS, Law
from tests.features.theme import Theme
from tests.features.themes import THEMES


def test_every_relation_is_in_a_theme() -> None:
    themed = [relation.name for theme in THEMES for relation in theme.relations]

    assert sorted(themed) == sorted(relation.name for relation in RELATIONS)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@settings(max_examples=max(4, settings().max_examples // 5))
@given(data=st.data())
def test_every_relation_obeys(theme: Theme, law: Law, data: st.DataObject) -> None:
    law(data.draw(theme.worlds), theme.relations)
