"""What differs between two packs is told key by key, and nothing else."""

from typing import Any

import pytest

from lending.pack import Pack, load_pack
from lending.policy.pack_diff import differences
from tests.lending.offers import content, pack_of


def changed(name: str, *, code: str, case: str = "", at: int = 0, **keys: Any) -> Pack:
    """A shipped pack with other keys in one rule."""
    said = content(name)
    found = [one for one in said["rules"] if (one["code"], one.get("case", "")) == (code, case)]
    found[at].update(keys)
    return pack_of(said)


def told(before: Pack, after: Pack) -> list[tuple[str, str | None, str | None]]:
    return [(one.key, one.before, one.after) for one in differences(before, after)]


@pytest.mark.parametrize("name", ["cn", "generic"])
def test_a_pack_differs_in_nothing_from_itself(name: str) -> None:
    assert told(load_pack(name), pack_of(content(name))) == []


def test_parameters_severities_and_days_are_told_by_rule() -> None:
    before = load_pack("cn")

    assert told(before, changed("cn", code="K15", parameters={"most_share": 0.25})) == [
        ("rules.K15[request].parameters.most_share", "0.20", "0.25")
    ]
    assert told(before, changed("cn", code="K16", severity="BLOCK")) == [
        ("rules.K16[request].severity", "REFER", "BLOCK")
    ]
    assert told(before, changed("cn", code="K09", case="announced", severity="BLOCK")) == [
        ("rules.K09.announced[request from 2026-09-10].severity", "WARN", "BLOCK")
    ]


def test_entries_of_one_rule_are_told_apart_by_their_first_day() -> None:
    later = changed("cn", code="K09", case="longest", at=1, when_unknown="WARN")

    assert told(load_pack("cn"), later) == [
        ("rules.K09.longest[request from 2025-06-15].when_unknown", "REFER", "WARN")
    ]


def test_what_one_pack_says_nothing_of_is_none() -> None:
    said = content("generic", left_out=["K07", "K08", "K09", "K10", "K11", "K20", "K21", "K24"])
    said["rules"] = [one for one in said["rules"] if one["code"] != "K24"]

    found = told(load_pack("generic"), pack_of(said))

    assert ("rules.K24[request].severity", "REFER", None) in found
    assert told(pack_of(said), load_pack("generic")) == [
        (key, after, before) for key, before, after in found
    ]


def test_matrix_products_and_terms_are_told_by_name() -> None:
    said = content("generic")
    said["matrix"]["bands"][0]["below"]["late"] = 0.2
    said["products"]["any"]["most_tenor_days"] = 300

    assert told(load_pack("generic"), pack_of(said)) == [
        ("matrix.bands.low.below.late", "0.15", "0.2"),
        ("products.any.most_tenor_days", "365", "300"),
    ]


def test_rules_are_told_in_the_order_in_which_they_run() -> None:
    keys = [key for key, *_ in told(load_pack("generic"), load_pack("cn")) if "rules." in key]
    codes = [key.removeprefix("rules.")[:3] for key in keys]

    assert len(set(codes)) > 15
    assert codes == sorted(codes)
