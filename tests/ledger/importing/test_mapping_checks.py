"""Whatever is wrong with a mapping is found before anything is loaded, with place and remedy."""

from pathlib import Path

import pytest

from ledger.faults import Fault
from ledger.importing.import_faults import MissingFile, WrongMapping
from ledger.importing.mapping import read_mapping
from ledger.importing.mapping_checks import check_mapping
from tests.ledger.importing.small_bank import MAPPING, mapping_of

WRONG: tuple[tuple[str, str, str], ...] = (
    # what stands there, what is put in its place, where it is found
    ('currency = "CNY"\nhist', 'currency = "XXY"\nhist', "/source/currency"),
    ("Asia/Shanghai", "Asia/Atlantis", "/source/time_zone"),
    ("historical = true", "", "/source/historical"),
    ("historical = true", "historical = true\ncolour = 1", "/source/colour"),
    ('size = { type = "enum"', 'size = { type = "enumeration"', "/file/0/columns/size"),
    (', unknown = "reject" }', " }", "/file/0/columns/size/unknown"),
    ('"large"', '"huge"', "/file/0/fact/1/fields/size_class"),
    ('kind = "party_profile"', 'kind = "portrait"', "/file/0/fact/1/kind"),
    ("size_class = {", "colour = {", "/file/0/fact/1/fields/colour"),
    ('size_class = { column = "size" }', "size_class = {}", "/file/0/fact/1/fields/size_class"),
    ('party = { column = "id" }', "", "/file/0/fact/1/fields"),
    ('party = { column = "id" }', "party = { constant = 5 }", "/file/0/fact/1/fields/party"),
    ('party = { column = "id" }', 'party = { constant = "" }', "/file/0/fact/1/fields/party"),
    ('party = { column = "id" }', 'party = { template = "{no}" }', "/file/0/fact/1/fields/party"),
    (
        'party = { column = "id" }',
        'party = { column = "id", day = "id" }',
        "/file/0/fact/1/fields/party",
    ),
    (
        'issued = "date"',
        'issued = { type = "date", formats = ["%d.%B"] }',
        "/file/1/columns/issued/formats/0",
    ),
    (
        'issued = "date"',
        'issued = { type = "date", formats = ["%d.%m"] }',
        "/file/1/columns/issued/formats/0",
    ),
    ('buyer = "text"', 'buyer = { type = "text", pattern = "(" }', "/file/1/columns/buyer/pattern"),
    (
        'buyer = "text"',
        'buyer = { type = "boolean", true = ["x"] }',
        "/file/1/columns/buyer",
    ),
    (
        'buyer = "text"',
        'buyer = { type = "text", file_name = "claims" }',
        "/file/1/columns/buyer",
    ),
    (
        'buyer = "text"',
        'buyer = { type = "text", of = "b", file_name = "(.*)" }',
        "/file/1/columns/buyer",
    ),
    ('amount = "decimal"', 'amount = "integer"', "/file/1/fact/0/fields/face_minor"),
    ('amount = "decimal"\n', "", "/file/1/keys/claim"),
    ('{ money = "amount" }', '{ column = "amount" }', "/file/1/fact/0/fields/face_minor"),
    ('{ money = "amount" }', '{ percent = "amount" }', "/file/1/fact/0/fields/face_minor"),
    ('{ day = "issued" }', '{ day = "buyer" }', "/file/1/fact/0/fields/issued_on"),
    ('{ day = "issued" }', '{ instant = "issued" }', "/file/1/fact/0/fields/issued_on"),
    ('issued = "date"', 'issued = "instant"', "/file/1/require/0"),
    (
        'issued = "date"',
        'issued = { type = "instant", formats = ["%Y-%m-%d"] }',
        "/file/1/columns/issued/formats/0",
    ),
    (
        'issued = "date"',
        'issued = { type = "date", formats = ["%Y-%m-%d%z"] }',
        "/file/1/columns/issued/formats/0",
    ),
    ("{ constant = 2020-01-01 }", "{ constant = 1820-01-01 }", "/fact/0/fields/happened_at"),
    ('{ key = "claim" }', '{ key = "claims" }', "/file/1/fact/0/fields/ref"),
    ('when = ["paid"]', 'when = ["payd"]', "/file/1/fact/1/when"),
    ('op = ">="', 'op = "=>"', "/file/1/require/0/op"),
    ('other = "issued"', "", "/file/1/require/0"),
    ('other = "issued"', "value = 5", "/file/1/require/0"),
    ('other = "issued"', 'other = "buyer"', "/file/1/require/0"),
    ('other = "issued"', 'other = "posted"', "/file/1/require/0"),
    ('name = "claims.csv"', 'name = "../claims.csv"', "/file/1/name"),
    (
        'name = "claims.csv"',
        'name = "c.csv"\nformat = { encoding = "utf-9" }',
        "/file/1/format/encoding",
    ),
    ('name = "claims.csv"', 'name = "c.csv"\nformat = { thousands = "." }', "/file/1/format"),
    ('ref = { constant = "S" }', 'ref = { column = "id" }', "/fact/0/fields/ref"),
    ("[source]", "[source", ""),
)


@pytest.mark.parametrize(("old", "new", "place"), WRONG)
def test_a_wrong_mapping_is_refused_at_its_place(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    assert old in MAPPING
    with pytest.raises(WrongMapping) as caught:
        check_mapping(mapping_of(tmp_path, MAPPING.replace(old, new)))
    assert place in [problem.place for problem in caught.value.problems]
    assert all(problem.remedy and problem.message for problem in caught.value.problems)


def test_all_problems_are_listed_at_once(tmp_path: Path) -> None:
    text = MAPPING.replace('"large"', '"huge"').replace('when = ["paid"]', 'when = ["payd"]')
    with pytest.raises(WrongMapping) as caught:
        check_mapping(mapping_of(tmp_path, text))
    assert len(caught.value.problems) == 2
    assert isinstance(caught.value, Fault)
    assert caught.value.field == caught.value.problems[0].place


def test_a_good_mapping_passes(tmp_path: Path) -> None:
    check_mapping(mapping_of(tmp_path))


def test_no_mapping_there(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        read_mapping(tmp_path / "none.toml")
