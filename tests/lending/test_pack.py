"""Policy packs: read as written, dated, and refused where they can't be right."""

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lending.pack import Pack, PackRefused, PolicyPack, load_pack
from tests.lending.offers import policy

SHIPPED = Path(__file__).parents[2] / "lending" / "packs" / "generic.toml"
GOOD = """
name = "generic"
version = "1"
valid_from = 2026-01-01

[cut_offs.late]
approve_below = 0.08
decline_from = 0.40

[limits]
advance_cap_share = 0.80
history_claims_least = 3
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "pack.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_pack_that_ships_is_the_default() -> None:
    assert load_pack() == load_pack(SHIPPED)


def test_the_pack_that_ships_decides_on_both_kinds_of_event() -> None:
    assert set(load_pack().policy.cut_offs) == {"late", "default"}


def test_its_id_names_it_and_the_digest_of_its_bytes(tmp_path: Path) -> None:
    first = load_pack(write(tmp_path, GOOD))
    second = load_pack(write(tmp_path, GOOD + "# a word more"))

    assert first.id == f"generic-1-{hashlib.sha256(GOOD.encode()).hexdigest()[:12]}"
    assert second.policy == first.policy
    assert second.id != first.id


def test_a_share_is_the_decimal_that_is_written(tmp_path: Path) -> None:
    text = GOOD.replace("advance_cap_share = 0.80", "advance_cap_share = 0.29")

    assert load_pack(write(tmp_path, text)).policy.limits.advance_cap_share == Decimal("0.29")


WRONG = {
    "cut-offs in the wrong order": ("decline_from = 0.40", "decline_from = 0.07", "decline_from"),
    "an unknown key": ('name = "generic"', 'name = "generic"\ncolour = "red"', "colour"),
    "an unknown limit": ("[limits]", "[limits]\nadvance_floor = 1", "advance_floor"),
    "an unknown event": ("[cut_offs.late]", "[cut_offs.theft]", "theft"),
    "a missing key": ("advance_cap_share = 0.80", "", "advance_cap_share"),
    "a share above one": ("advance_cap_share = 0.80", "advance_cap_share = 1.01", "share"),
    "a share of nothing": ("advance_cap_share = 0.80", "advance_cap_share = 0.0", "share"),
    "a share that is no number": ("advance_cap_share = 0.80", "advance_cap_share = nan", "share"),
    "a cut-off that is no number": ("approve_below = 0.08", "approve_below = nan", "approve"),
    "a decline that never comes": ("decline_from = 0.40", "decline_from = nan", "decline"),
    "a cut-off of one": ("approve_below = 0.08", "approve_below = 1.0", "approve_below"),
    "a negative count": ("history_claims_least = 3", "history_claims_least = -1", "history"),
    "half a claim": ("history_claims_least = 3", "history_claims_least = 2.5", "history"),
    "a name that is none": ('name = "generic"', 'name = "Our Pack"', "name"),
    "a day that is none": ("valid_from = 2026-01-01", 'valid_from = "soon"', "valid_from"),
    "no TOML": ("[limits]", "[limits", "line"),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_pack_that_can_t_be_right_is_refused(tmp_path: Path, how: str) -> None:
    old, new, named = WRONG[how]
    assert GOOD.count(old) == 1
    path = write(tmp_path, GOOD.replace(old, new))

    with pytest.raises(PackRefused, match=named) as refused:
        load_pack(path)
    assert refused.value.field == str(path)
    assert "generic.toml" in refused.value.remedy


@pytest.mark.parametrize("what", ["missing", "folder", "not UTF-8"])
def test_a_file_that_can_t_be_read_is_refused(tmp_path: Path, what: str) -> None:
    path = {"missing": tmp_path / "none.toml", "folder": tmp_path}.get(what, tmp_path / "x.toml")
    if what == "not UTF-8":
        path.write_bytes(GOOD.encode("utf-16"))

    with pytest.raises(PackRefused) as refused:
        load_pack(path)
    assert str(path) in refused.value.message


@pytest.mark.parametrize(
    ("valid_to", "on", "holds"),
    [
        (None, date(2025, 12, 31), False),
        (None, date(2026, 1, 1), True),
        (None, date(2199, 1, 1), True),
        ("2026-07-01", date(2026, 6, 30), True),
        ("2026-07-01", date(2026, 7, 1), False),
    ],
)
def test_a_pack_holds_from_its_first_day_to_before_its_last(
    valid_to: str | None, on: date, holds: bool
) -> None:
    given = Pack("mine", PolicyPack.model_validate(policy(valid_to=valid_to)))

    assert given.in_force(on) is holds


def test_equal_cut_offs_leave_nothing_to_refer() -> None:
    """In order means not below: a lender may do without the part between."""
    same = {"late": {"approve_below": 0.2, "decline_from": 0.2}}

    assert PolicyPack.model_validate(policy(cut_offs=same)).cut_offs["late"].decline_from == 0.2
