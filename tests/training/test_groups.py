"""What was known of a supplier on the day of an example, and not what became known later."""

from features.at_hand import AtHand
from features.sources import ASKED, State
from tests.features.worlds_of_facts import DAY, fact
from tests.training.lent_books import TODAY, lent, of
from training.groups import groups_of

NOTHING_TOLD = AtHand.of([State.NOT_CHECKED] * len(ASKED), [State.NOT_CHECKED] * len(ASKED))


def profile(ref: str, seen: int, happened: int, **more: str) -> tuple[str, dict[str, object]]:
    row = fact("party_profile", ref, 7, seen * DAY, party="s", **more)
    return "party_profile", {**row, "happened_at": happened * DAY}


def test_a_profile_counts_from_the_day_after_it_was_known() -> None:
    gathered = of(
        profile("one", TODAY - 9, TODAY - 9, size_class="micro", region="310000"),
        profile("two", TODAY, TODAY, size_class="small", ownership="private"),
        profile("old", TODAY + 1, TODAY - 20, size_class="large"),
    )
    days = [TODAY - 9, TODAY, TODAY + 1, TODAY + 9]

    found = groups_of(gathered, ["s"] * 4, days, [NOTHING_TOLD] * 4)

    assert found["size"] == (None, "micro", "small", "small")
    assert found["region"] == (None, "310000", None, None)
    assert found["ownership"] == (None, None, "private", "private")
    assert found["tier"] == ("T0",) * 4


def test_a_loan_is_the_first_until_one_is_known() -> None:
    gathered = of(("financing", lent("f", None)))
    days = [TODAY, TODAY + 2, TODAY + 3]

    found = groups_of(gathered, ["s"] * 3, days, [NOTHING_TOLD] * 3)
    others = groups_of(gathered, ["b"] * 3, days, [NOTHING_TOLD] * 3)

    assert found["loan"] == ("first loan", "first loan", "borrowed before")
    assert others["loan"] == ("first loan",) * 3


def test_no_examples_have_empty_groups() -> None:
    assert set(groups_of(of(), [], [], []).values()) == {()}
