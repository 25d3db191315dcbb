"""Recipes: those that ship can be read; what can't be right is refused before anything is read."""

from pathlib import Path

import pytest

from features.catalogue import BY_NAME, CREDIT_OF
from features.feature import Credit, Risk
from training.recipe import RecipeRefused, read_recipe

SHIPPED = sorted((Path(__file__).parents[2] / "recipes").glob("*.toml"))
GOOD = """
name = "mine"
data = "our own book"
one_variable = "buyer_late5_365d"
leave_out = ["claim_rate"]

[[events]]
name = "late5"
kind = "late"
days = 5
en = "late"
zh = "晚"

[folds]
count = 2

[trees]
rounds = 20
additive_rounds = [20, 10]
learning_rate = 0.1
leaves = 7
least_rows_in_leaf = 20
feature_share = 0.8
row_share = 0.8
l2 = 1.0
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_recipe_that_ships_can_be_read(path: Path) -> None:
    recipe = read_recipe(path)

    assert recipe.events
    assert recipe.one_variable in recipe.feature_names
    assert max(recipe.trees.additive_rounds) == recipe.trees.rounds  # wholly additive is tried
    assert len({event.name for event in recipe.events}) == len(recipe.events)


def test_features_are_learned_from_in_the_order_of_the_catalogue(tmp_path: Path) -> None:
    """Of the cross terms those that have a direction."""
    recipe = read_recipe(write(tmp_path, GOOD))

    wanted = tuple(
        name
        for name, credit in CREDIT_OF.items()
        if credit is not Credit.CROSS or BY_NAME[name].risk is not Risk.FREE
    )
    assert recipe.feature_names == tuple(name for name in wanted if name != "claim_rate")
    assert sum(CREDIT_OF[name] is Credit.CROSS for name in recipe.feature_names) == 6
    assert (recipe.folds.count, recipe.folds.months, recipe.seed) == (2, 3, 1)


WRONG = {
    "no TOML": ("[trees]", "[trees", "line"),
    "an unknown key": ('name = "mine"', 'name = "mine"\ncolour = 1', "colour"),
    "an unknown key of the trees": ("leaves = 7", "leaves = 7\ndepth = 3", "depth"),
    "no events": ("[[events]]", "[nothing]", "events"),
    "a kind of event that isn't": ('kind = "late"', 'kind = "theft"', "kind"),
    "a name that is none": ('name = "mine"', 'name = "../mine"', "name"),
    "a feature that isn't": ('["claim_rate"]', '["buyer_horoscope"]', "buyer_horoscope"),
    "a variable that isn't": ('"buyer_late5_365d"', '"buyer_horoscope"', "buyer_horoscope"),
    "a variable left out": ('["claim_rate"]', '["buyer_late5_365d"]', "is left out"),
    "too few rounds": ("rounds = 20\nadd", "rounds = 1\nadd", "rounds"),
    "nothing to turn": ("[20, 10]", "[]", "additive_rounds"),
    "more additive than all": ("[20, 10]", "[21]", "additive_rounds has 21"),
    "fewer than none": ("[20, 10]", "[20, -1]", "additive_rounds has -1"),
    "a share above one": ("row_share = 0.8", "row_share = 1.5", "row_share"),
    "no folds": ("count = 2", "count = 0", "count"),
    "a rate of no event": ("[folds]", "[long_run_rate]\nlate9 = 0.02\n\n[folds]", "late9"),
    "a rate that is none": ("[folds]", "[long_run_rate]\nlate5 = 1.0\n\n[folds]", "long_run_rate"),
    "another variable that isn't": (
        'data = "our own book"',
        'data = "our own book"\nalso_alone = ["buyer_horoscope"]',
        "buyer_horoscope",
    ),
    "no learning": ("learning_rate = 0.1", "learning_rate = nan", "learning_rate"),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_recipe_that_can_t_be_right_is_refused(tmp_path: Path, how: str) -> None:
    old, new, told = WRONG[how]
    assert GOOD.count(old) == 1

    with pytest.raises(RecipeRefused, match=told) as refused:
        read_recipe(write(tmp_path, GOOD.replace(old, new)))
    assert refused.value.field
    assert refused.value.remedy


def test_a_recipe_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeRefused, match=r"none\.toml"):
        read_recipe(tmp_path / "none.toml")


def test_rounds_follow_the_events_that_are_learned_from() -> None:
    """A round for every five, from 140 to 400; the dial in proportion, and its order kept."""
    trees = read_recipe(SHIPPED[0].with_name("default.toml")).trees

    found = {events: trees.learned_from(events) for events in (0, 100, 1000, 1500, 9000)}

    assert {events: one.rounds for events, one in found.items()} == {
        0: 140,
        100: 140,
        1000: 200,
        1500: 300,
        9000: 400,
    }
    assert found[1000].additive_rounds == (200, 160, 120)
    assert found[9000] == trees
    fixed = trees.model_copy(update={"rounds_an_event": None})
    assert fixed.learned_from(3) is fixed
