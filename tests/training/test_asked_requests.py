"""The past requests of a book: lent on or not, described alike."""

from ledger.clocks import from_micros
from ledger.database import open_database
from tests.features.worlds_of_facts import DAY, corrected
from tests.training.lent_books import TODAY, asked, claim, lent, link, of, usual
from tests.worlds import SmallWorld
from training.asked_requests import asked_for, decisions, past_requests
from training.default_examples import with_lending


def test_a_request_that_came_to_nothing_is_found_beside_those_lent_on() -> None:
    found = past_requests(
        usual(
            ("receivable", claim("r2")),
            ("financing_request", asked("no", (TODAY + 1) * DAY, decision="declined")),
            ("requested_receivable", link("no", "r2")),
        )
    )

    assert [(one.request.request_id, one.financings) for one in found.requests] == [
        ("q", ("f",)),
        ("no", ()),
    ]
    assert found.requests[1].request.receivables == ("r2",)
    assert found.requests[1].request.as_of == from_micros((TODAY + 1) * DAY)


def test_a_request_drawn_twice_is_one_as_it_was_before_the_first() -> None:
    later = (TODAY + 3) * DAY
    found = past_requests(
        usual(
            ("receivable", claim("r2")),
            ("requested_receivable", link("q", "r2", later)),
            ("financing", lent("f2", "q", later + DAY)),
        )
    )

    (one,) = found.requests
    assert (one.financings, one.request.receivables) == (("f", "f2"), ("r",))


def test_what_can_t_be_answered_again_is_counted() -> None:
    found = past_requests(
        of(
            ("financing_request", asked("bare")),
            ("receivable", claim("late", (TODAY + 5) * DAY)),
            ("financing_request", asked("q")),
            ("requested_receivable", link("q", "late")),
            ("financing", lent("f", "q")),
        )
    )

    assert (found.requests, found.without_receivables, found.too_late) == ((), 1, 1)


def test_a_decision_is_what_was_known_of_it_on_the_day() -> None:
    change = corrected(asked("q"), (TODAY + 9) * DAY, decision="withdrawn")
    book = usual(("financing_request", change))

    assert decisions(book, TODAY) == {}
    assert decisions(book, TODAY + 9) == {"q": "approved"}
    assert decisions(book, TODAY + 10) == {"q": "withdrawn"}


def test_what_was_lent_on_is_asked_as_training_learns_it(small_world: SmallWorld) -> None:
    engine = open_database(small_world.url)
    book = with_lending(engine, small_world.gathered)
    engine.dispose()
    examples = asked_for(book)
    learned = {
        key: (one.as_of, one.receivables, one.amount_requested_minor)
        for key, one in zip(examples.financings, examples.requests, strict=True)
    }

    past = past_requests(book).requests

    of_lent = {one.financings[0]: one.request for one in past if one.financings}
    assert {
        key: (one.as_of, one.receivables, one.amount_requested_minor)
        for key, one in of_lent.items()
    } == learned
    told = book.facts["financing_request"].num_rows
    assert (len(past), told) == (len({one.request.request_id for one in past}), len(past))
