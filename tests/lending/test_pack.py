"""Policy packs: read as written, dated, known by what they say, refused where they can't be."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lending.pack import SHIPPED, load_pack, path_of, read_pack, shipped
from lending.pack_faults import PackRefused
from lending.policy.rulebook import RULES
from tests.lending.offers import content, pack_of

GENERIC = shipped("generic").read_text(encoding="utf-8")
CN = shipped("cn").read_text(encoding="utf-8")


def write(folder: Path, text: str, name: str = "pack.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_pack_is_loaded_by_its_shipped_name_or_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of the same name in the way isn't taken."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "nothing", "cn")

    assert load_pack() == load_pack("generic") == load_pack(shipped("generic"))
    assert load_pack("cn").policy.jurisdiction == "CN"
    assert path_of("mine.toml") == Path("mine.toml")


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_decides_on_both_kinds_of_event_and_names_every_rule(name: str) -> None:
    policy = load_pack(name).policy
    said = {entry.name for entry in policy.rules}

    assert policy.matrix.measures == {"late", "default"}
    left_out = {rule.name for rule in RULES if {rule.name, rule.code} & set(policy.left_out)}
    assert said | left_out == {rule.name for rule in RULES}


def test_china_has_all_of_them() -> None:
    codes = sorted({entry.code for entry in load_pack("cn").policy.rules})

    assert codes == [f"K{number:02}" for number in range(1, 26)]


def test_a_pack_is_known_by_what_it_says_and_not_by_how_it_is_written(tmp_path: Path) -> None:
    first = load_pack("generic")
    head, *rules = GENERIC.split("[[rules]]")
    turned = "[[rules]]".join([head, *reversed([f"{rule}\n" for rule in rules])])
    same = turned.replace("= 0.80 #", "= 0.8 # or").replace("least = 3", "least  =  3")
    assert same != GENERIC

    assert load_pack(write(tmp_path, same)).id == first.id
    assert re.fullmatch(r"generic-2026-11-[0-9a-f]{12}", first.id)


OTHER = {
    "a threshold": ("least = 3", "least = 4"),
    "a severity": ('severity = "COUNTER"', 'severity = "REFER"'),
    "a band": ("default = 0.03", "default = 0.031"),
    "a product": ("most_tenor_days = 180", "most_tenor_days = 181"),
    "a basis": ("ISO 17442;", "ISO 17442,"),
    "a default": ("needs_delivery = false", "least_tier = 1"),
}


@pytest.mark.parametrize("what", OTHER)
def test_another_word_makes_another_pack(tmp_path: Path, what: str) -> None:
    old, new = OTHER[what]
    assert old in GENERIC

    assert load_pack(write(tmp_path, GENERIC.replace(old, new, 1))).id != load_pack().id


def test_the_terms_that_a_pack_names_are_part_of_it(tmp_path: Path) -> None:
    """A file beside the pack; another figure in it makes another pack."""
    terms = shipped("terms").read_text(encoding="utf-8")
    mine = write(tmp_path, GENERIC.replace('terms = "terms"', 'terms = "our_terms.toml"'))
    ids = []
    for figure in ("0.05", "0.06"):
        write(
            tmp_path,
            terms.replace("workout_share = 0.05", f"workout_share = {figure}"),
            "our_terms.toml",
        )
        ids.append(load_pack(mine).id)
        assert load_pack(mine).terms.table.loss.workout_share == float(figure)

    assert ids[0] != ids[1]
    (tmp_path / "our_terms.toml").unlink()
    with pytest.raises(PackRefused, match="our_terms") as refused:
        load_pack(mine)
    assert refused.value.field == "terms"


def test_a_share_is_the_decimal_that_is_written(tmp_path: Path) -> None:
    text = GENERIC.replace("most_advance_share = 0.80", "most_advance_share = 0.29")
    policy = load_pack(write(tmp_path, text)).policy

    assert policy.product("factoring").most_advance_share == Decimal("0.29")
    assert policy.product("order_finance").needs_delivery is False
    assert policy.product(None) == policy.product("factoring") == policy.products["any"]


HISTORY = 'case = "history"\nseverity = "REFER"'
PERSON = 'code = "K25"\nseverity = "REFER"'
DOUBT = 'above = 3.0\ndecision = "REFER"'
APPROVE = 'nothing = "APPROVE"'
LEAST, CAP = "{ least = 3 }", "most_advance_share = 0.80"
FROM, CERTIFICATE = "valid_from = 2026-01-01", "valid_to = 2025-06-15\n"
LAST = 'name = "high"'

WRONG = {
    "an unknown key": (LAST, f'{LAST}\ncolour = "red"', "colour"),
    "an unknown key of a rule": (HISTORY, f"{HISTORY}\nuntil = 3", "rules.K23.history.until"),
    "a severity that is none": (HISTORY, HISTORY.replace("REFER", "HALT"), "history.severity"),
    "one it can't have": (HISTORY, HISTORY.replace("REFER", "COUNTER"), "history.severity"),
    "a person declined": (PERSON, PERSON.replace("REFER", "BLOCK"), "rules.K25.severity"),
    "unknown countered": (HISTORY, f'{HISTORY}\nwhen_unknown = "COUNTER"', "when_unknown"),
    "a scope it can't have": (HISTORY, f'{HISTORY}\nscope = "source"', "rules.K23.history.scope"),
    "a scope that is none": (HISTORY, f'{HISTORY}\nscope = "night"', "rules.K23.history.scope"),
    "no basis": ('basis = "authorisation of the taxpayer"', 'basis = ""', "rules.K22.tax.basis"),
    "a case that is none": ('case = "history"', 'case = "story"', "rules.K23.story"),
    "a rule that is none": ('code = "K24"', 'code = "K26"', "rules.K26"),
    "a missing rule": ('code = "K24"', 'code = "K26"', "rules.K24"),
    "a rule left out and there": ('["K07"', '["K24", "K07"', "left_out"),
    "left out what is none": ('["K07"', '["K77", "K07"', "left_out"),
    "a parameter too much": (LEAST, "{ least = 3, most = 4 }", "rules.K23.history.parameters.most"),
    "a parameter too few": (LEAST, "{ }", "rules.K23.history.parameters.least"),
    "half a claim": (LEAST, "{ least = 2.5 }", "rules.K23.history.parameters.least"),
    "a record that is none": ('["sanctions"]', '["sanction"]', "sanctions.parameters.records"),
    "no product any": ("[products.any]", "[products.factoring]", "products"),
    "a product that is none": ("[products.order_finance]", "[products.orders]", "products.orders"),
    "a share above one": (CAP, CAP.replace("0.80", "1.01"), "products.any.most_advance_share"),
    "a share of nothing": (CAP, CAP.replace("0.80", "0.0"), "products.any.most_advance_share"),
    "a share that is none": (CAP, CAP.replace("0.80", "nan"), "products.any.most_advance_share"),
    "a line below zero": ("# [lines]", "[lines]\nbuyer_minor = -1", "lines.buyer_minor"),
    "bands that fall": ("late = 0.50", "late = 0.10", "matrix"),
    "a band that is no number": ("late = 0.15", "late = nan", "matrix.bands.0.below.late"),
    "a band of another kind": ("late = 0.50", "theft = 0.50", "theft"),
    "a band without an event": ("{ late = 0.50, ", "{ ", "matrix"),
    "an end of the last band": (LAST, f"{LAST}\nbelow = {{ late = 0.9 }}", "matrix"),
    "two bands of one name": (LAST, 'name = "low"', "matrix"),
    "a softer answer to more risk": (APPROVE, 'nothing = "DECLINE"', "matrix"),
    "a softer answer to a block": ('block = "DECLINE"', 'block = "APPROVE"', "matrix"),
    "a reduction that nobody asks": (APPROVE, 'nothing = "APPROVE_REDUCED"', "matrix"),
    "a reduction that isn't made": ('counter = "APPROVE_REDUCED"', 'counter = "APPROVE"', "matrix"),
    "an answer that is none": (APPROVE, 'nothing = "CANNOT_SCORE"', "matrix.bands.0.nothing"),
    "doubt approved": (DOUBT, DOUBT.replace("REFER", "APPROVE"), "matrix.doubt.decision"),
    "a name that is none": ('name = "generic"', 'name = "Our Pack"', "name"),
    "a day that is none": (FROM, 'valid_from = "soon"', "valid_from"),
    "no days at all": (FROM, f"{FROM}\nvalid_to = 2026-01-01", "valid_to"),
}
WRONG_CN = {
    "two on a day": (CERTIFICATE, "valid_to = 2025-06-16\n", "rules.K03.certificate.valid_from"),
    "a rule twice": (
        'case = "announced"',
        'case = "unreviewed"',
        "rules.K09.unreviewed.valid_from",
    ),
    "days that don't follow": (CERTIFICATE, f"valid_from = 2025-07-01\n{CERTIFICATE}", "valid_to"),
}
EVERY = [(GENERIC, *how) for how in WRONG.values()] + [(CN, *how) for how in WRONG_CN.values()]


@pytest.mark.parametrize(("text", "old", "new", "named"), EVERY, ids=[*WRONG, *WRONG_CN])
def test_a_pack_that_can_t_be_right_is_refused(
    tmp_path: Path, text: str, old: str, new: str, named: str
) -> None:
    assert old in text
    path = write(tmp_path, text.replace(old, new, 1))

    with pytest.raises(PackRefused) as refused:
        load_pack(path)
    assert str(path) in refused.value.message
    assert any(named in fault.field for fault in refused.value.faults)
    assert all(fault.message and fault.remedy for fault in refused.value.faults)
    assert (refused.value.field, refused.value.remedy) != ("", "")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = GENERIC.replace('name = "generic"', 'name = "Our Pack"')
    text = text.replace("{ least = 3 }", "{ least = -3 }").replace('code = "K25"', 'code = "K77"')
    text = text.replace('basis = "authorisation of the taxpayer"\n', "")

    pack, faults = read_pack(write(tmp_path, text))

    assert pack is None
    assert {fault.field for fault in faults} == {
        "name",
        "rules.K22.tax.basis",
        "rules.K23.history.parameters.least",
        "rules.K77",
    }


@pytest.mark.parametrize("what", ["missing", "folder", "not UTF-8", "no TOML"])
def test_a_file_that_can_t_be_read_is_refused(tmp_path: Path, what: str) -> None:
    path = {"missing": tmp_path / "none.toml", "folder": tmp_path}.get(what, tmp_path / "x.toml")
    if what in {"not UTF-8", "no TOML"}:
        path.write_bytes(GENERIC.encode("utf-16") if what == "not UTF-8" else b"[matrix")

    with pytest.raises(PackRefused) as refused:
        load_pack(path)
    assert str(path) in refused.value.message
    assert "generic.toml" in refused.value.remedy


@pytest.mark.parametrize("rules", [None, 3, [3], [{}]])
def test_rules_that_are_none_are_refused(rules: object) -> None:
    with pytest.raises(AssertionError, match=r"rules"):
        pack_of(content(rules=rules))


@pytest.mark.parametrize(
    ("valid_to", "on", "holds"),
    [
        (None, date(2025, 12, 31), False),
        (None, date(2026, 1, 1), True),
        (None, date(2199, 1, 1), True),
        (date(2026, 7, 1), date(2026, 6, 30), True),
        (date(2026, 7, 1), date(2026, 7, 1), False),
    ],
)
def test_a_pack_holds_from_its_first_day_to_before_its_last(
    valid_to: date | None, on: date, holds: bool
) -> None:
    given = pack_of(content() if valid_to is None else content(valid_to=valid_to))

    assert given.in_force(on) is holds
