"""A theme: relations that read the same facts, tested together on ledgers of those facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from features.feature import Relation
from tests.features.plain_requests import Plain
from tests.features.worlds_of_facts import World

Values = dict[str, float | None]


@dataclass(frozen=True)
class Theme:
    """What the laws and the definitions of some relations are tested on.

    Attributes
    ----------
    name : str
    relations : tuple of Relation
    worlds : strategy of World
        Small ledgers, with all that makes the relations differ.
    plain : mapping of relation to function
        The slow plain definition of the features and measures of each relation, from its request.
    built : tuple of Relation
        Whose features and measures a definition takes as they are built.
    """

    name: str
    relations: tuple[Relation, ...]
    worlds: st.SearchStrategy[World]
    plain: Mapping[str, Callable[[Plain], Values]]
    built: tuple[Relation, ...] = ()
