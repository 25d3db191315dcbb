"""docs/policy.md lists the rules as they are, and its example is a pack."""

import re
from pathlib import Path

import pytest

from lending.pack import load_pack
from lending.policy.rule import Rule
from lending.policy.rulebook import RULES
from lending.policy.tables import PolicyPack, RuleEntry

CN, GENERIC = load_pack("cn").policy, load_pack("generic").policy
PAGE = Path(__file__).parents[2] / "docs" / "policy.md"


def first_asked(policy: PolicyPack, rule: Rule) -> list[RuleEntry]:
    """Its entries, without those by which it is asked again at drawdown."""
    entries = [entry for entry in policy.rules if entry.name == rule.name]
    return [entry for entry in entries if entry.scope != "drawdown"] or entries


def does(policy: PolicyPack, rule: Rule) -> str:
    """What a pack has a rule do, by its first day where it has one."""
    entries = first_asked(policy, rule)
    words = [
        f"{entry.severity}{f' from {entry.valid_from}' if entry.valid_from else ''}"
        f"{f' until {entry.valid_to}' if entry.valid_to else ''}"
        for entry in entries
    ]
    asked = sum(entry.name == rule.name for entry in policy.rules)
    again = " again at drawdown" if asked > len(entries) else ""
    return f"{', '.join(words) or '-'}{again}"


def row(rule: Rule) -> str:
    unknown = {str(entry.when_unknown or "-") for entry in first_asked(CN, rule)}
    cells = (
        rule.name,
        rule.subject_en,
        rule.dated,
        does(CN, rule),
        ", ".join(sorted(unknown)),
        does(GENERIC, rule),
    )
    return f"| {' | '.join(cells)} |"


def test_the_table_of_the_page_is_that_of_the_rules() -> None:
    told = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "| K"]

    assert told == [row(rule) for rule in RULES]


def test_the_rule_that_the_page_shows_can_stand_in_a_pack(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = [block for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "K15" in block]
    cn = (Path(__file__).parents[2] / "lending" / "packs" / "cn.toml").read_text(encoding="utf-8")
    (before,) = re.findall(r"\[\[rules\]\]\ncode = \"K15\".*?\n\n", cn, re.DOTALL)
    mine = tmp_path / "mine.toml"
    mine.write_text(cn.replace(before, f"{shown[0]}\n"), encoding="utf-8")

    entries = [entry for entry in load_pack(mine).policy.rules if entry.code == "K15"]

    assert [str(entry.parameters["most_share"]) for entry in entries] == ["0.20", "0.10"]


@pytest.mark.parametrize("name", ["cn", "generic"])
def test_every_parameter_of_a_pack_is_on_the_page(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    said = {key for entry in load_pack(name).policy.rules for key in entry.parameters}

    assert [key for key in said if f"`{key}`" not in page] == []
