"""The example of CONTRIBUTING.md ("Adding a feature") does what the page says of it."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings

from features.feature import Relation
from features.spark_engine import spark_sql
from models.families import FAMILIES
from tests.features.feature_laws import LAWS, Law
from tests.features.many_worlds import shared_worlds
from tests.features.plain_requests import Plain
from tests.features.small_ledgers import worlds
from tests.features.sql_rules import faults
from tests.features.worlds_of_facts import World, features_of

PAGE = Path(__file__).parents[2] / "CONTRIBUTING.md"
FEWER = settings(max_examples=settings().max_examples // 3)
WORLDS = worlds()
PLAIN_IMPORTS = """
from tests.features.plain_data import Values
from tests.features.plain_requests import Plain, ratio
"""


def code_of_the_page() -> tuple[str, str]:
    """The relation and its plain definition."""
    section = PAGE.read_text(encoding="utf-8").split("\n## Adding a feature\n")[1].split("\n## ")[0]
    relation, plain = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    return relation, plain


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The code of the page as a module."""
    relation, plain = code_of_the_page()
    file = tmp_path_factory.mktemp("example") / "largest_claim.py"
    file.write_text(f"{relation}\n{PLAIN_IMPORTS}\n{plain}", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("largest_claim", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def relation(example: ModuleType) -> Relation:
    made = example.RELATION
    assert isinstance(made, Relation)
    return made


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_it_obeys_the_laws(law: Law, relation: Relation) -> None:
    for shared in shared_worlds(WORLDS, settings().max_examples):
        law(shared, [relation])


@FEWER
@given(world=worlds())
def test_it_is_what_its_plain_definition_says(
    example: ModuleType, relation: Relation, world: World
) -> None:
    (values,) = features_of(world, [relation]).T
    plain = [
        example.largest_claim(Plain(world, request))["buyer_largest_claim_share"]
        for request in world.requests
    ]

    expected = [float("nan") if value is None else value for value in plain]
    assert values.tolist() == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_it_keeps_to_the_rules_and_goes_to_spark(relation: Relation) -> None:
    assert list(faults(relation.sql)) == []
    assert "largest" in spark_sql(relation.sql)


def test_it_names_a_reason_that_exists(relation: Relation) -> None:
    assert {feature.reason for feature in relation.features} <= set(FAMILIES)
