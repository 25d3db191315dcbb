"""`tricredit models`: two people take a model from its folder to champion, and back."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ledger.audit.signing_keys import PRIVATE, PUBLIC, load_private, make_keys
from tests.command_results import told
from tests.models.made_validations import made_evidence, validate_as
from tests.models.tampering import Pair, make_pair
from tests.worlds import SmallWorld
from tricredit import app


@dataclass(frozen=True)
class Desk:
    """A lender's ledger, two bundles of a model, and the keys of two people."""

    db: str
    older: Path
    newer: Path
    keys: Path

    def run(self, *words: str | Path, by: str | None = None, keys: bool = True) -> Result:
        signed = ("--by", by, "--sign", self.keys / f"{by}.pem") if by else ()
        trust = ("--trust", self.keys) if keys else ()
        every = ("models", *words, *signed, *trust, "--db", self.db)
        return CliRunner().invoke(app, [str(word) for word in every])

    def done(self, *words: str | Path, by: str | None = None, keys: bool = True) -> str:
        result = self.run(*words, by=by, keys=keys)
        assert result.exit_code == 0, result.output
        return result.stdout + result.stderr

    def list(self) -> dict[str, Any]:
        found = json.loads(self.done("list", "--json", keys=False))
        return {one["bundle"]: one for one in found}


@pytest.fixture(scope="module")
def pair(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return make_pair(small_world.bundle, tmp_path_factory.mktemp("commands") / "bundles")


@pytest.fixture
def desk(pair: Pair, small_world: SmallWorld, tmp_path: Path) -> Desk:
    bundles = shutil.copytree(pair.newer.parent, tmp_path / "bundles")
    keys = tmp_path / "people"
    keys.mkdir()
    shutil.copy(pair.keys / PUBLIC, keys / "trainer.pub.pem")
    for name in ("ana", "ben"):
        private, public = make_keys(tmp_path / name)
        private.rename(keys / f"{name}.pem")
        public.rename(keys / f"{name}.pub.pem")
    copied = bundles / pair.older.name, bundles / pair.newer.name
    return Desk(small_world.copy(tmp_path), *copied, keys)


@pytest.fixture
def promoted(desk: Desk) -> Desk:
    """The newer is champion after the older."""
    for bundle in (desk.older, desk.newer):
        desk.done("register", bundle, by="ana")
    desk.done("promote", desk.older.name, "--reason", "first", by="ben")
    instead = ("--instead-of", desk.older.name)
    desk.done("promote", desk.newer.name, *instead, "--reason", "better", by="ben")
    return desk


def test_a_model_goes_from_its_folder_to_champion_and_back(promoted: Desk) -> None:
    older, newer = promoted.older.name, promoted.newer.name
    found = promoted.list()
    assert found[newer]["aliases"] == ["champion"]
    assert found[older]["aliases"] == []
    assert {one["maker"]["name"] for one in found.values()} == {"ana"}
    assert {one["gates"] for one in found.values()} == {"passed"}
    assert newer in promoted.done("list", keys=False)

    back = ("--instead-of", newer, "--reason", "late answers")
    assert f"{older} is champion again" in promoted.done("roll-back", "champion", *back, by="ana")
    promoted.done("retire", newer, "--reason", "worse", by="ben")

    found = promoted.list()
    assert (found[older]["aliases"], found[newer]["retired"]) == (["champion"], True)
    said = json.loads(promoted.done("show", newer, "--json"))["history"]
    acts = [(one["act"], one["by"], one.get("reason")) for one in said]
    assert acts == [
        ("register", "ana", None),
        ("promote", "ben", "better"),
        ("retire", "ben", "worse"),
    ]
    verified = json.loads(promoted.done("verify", "--json"))
    assert (verified["steps"], verified["findings"]) == (6, [])
    assert verified["last"] in promoted.done("verify").replace("\n", "")


def test_the_maker_alone_promotes_nothing(desk: Desk) -> None:
    desk.done("register", desk.older, by="ana")

    result = desk.run("promote", desk.older.name, "--reason", "mine", by="ana")

    assert "another person" in told(result, "maker-alone")
    assert desk.list()[desk.older.name]["aliases"] == []


def test_a_gate_that_is_not_passed_ends_with_status_one(desk: Desk, pair: Pair) -> None:
    key = load_private(pair.keys / PRIVATE)
    validate_as(desk.older, key, made_evidence(auc=0.55))
    desk.done("register", desk.older, by="ana")

    result = desk.run("promote", desk.older.name, "--reason", "best", by="ben")

    assert result.exit_code == 1
    assert result.stdout == ""
    for word in ("AUC, low end", "0.55", ">= 0.7", "failed", "gates-not-passed"):
        assert word in result.stderr
    desk.done("promote", desk.older.name, "--as", "shadow", "--reason", "look", by="ben")
    assert desk.list()[desk.older.name]["aliases"] == ["shadow"]


def test_what_is_shown_and_compared(promoted: Desk, pair: Pair) -> None:
    bundles = ("--bundles", promoted.newer.parent)
    by_alias, by_id = (
        json.loads(promoted.done("show", named, *bundles, "--json"))
        for named in ("champion", promoted.newer.name)
    )
    assert by_alias == by_id
    assert by_id["card"]["event"]["days"] == 5
    assert sum(map(len, by_id["card"]["features"].values())) > 10
    assert by_id["validation"]["figures"]["auc"] == 0.75
    shown = promoted.done("show", "champion", *bundles)
    for word in ("subject credit", "AUC, low end", "passed", "ana", "ben", "better"):
        assert word in shown

    both = json.loads(promoted.done("compare", promoted.older.name, "champion", *bundles, "--json"))
    assert both["same_rows"] is True
    assert both["figures"]["auc"] == [0.75, 0.75]
    assert both["features"]["first_only"] == both["features"]["second_only"] == []
    assert "on the same rows" in promoted.done("compare", promoted.older.name, "champion")


def test_figures_of_other_rows_are_said_to_be_so(desk: Desk, pair: Pair) -> None:
    validate_as(desk.newer, load_private(pair.keys / PRIVATE), made_evidence(0.8, sample="others"))
    for bundle in (desk.older, desk.newer):
        desk.done("register", bundle, by="ana")

    shown = desk.done("compare", desk.older.name, desk.newer.name)

    assert "not tested on the same rows" in shown
    assert "0.75" in shown
    assert "0.8" in shown


WRONG: dict[str, tuple[Callable[[Desk], Result], str]] = {
    "another holds it": (
        lambda desk: desk.run("promote", desk.newer.name, "--reason", "r", by="ben"),
        "alias-moved",
    ),
    "no alias": (
        lambda desk: desk.run(
            "promote", desk.newer.name, "--as", "winner", "--reason", "r", by="ben"
        ),
        "unknown-alias",
    ),
    "no reason": (
        lambda desk: desk.run("retire", desk.older.name, "--reason", " ", by="ben"),
        "wrong-reason",
    ),
    "no bundle": (lambda desk: desk.run("show", "late5-000000000000"), "unknown-bundle"),
    "nobody is challenger": (lambda desk: desk.run("show", "challenger"), "unknown-alias"),
    "no key": (
        lambda desk: desk.run(
            *("retire", desk.older.name, "--reason", "r", "--by", "x", "--sign", "x")
        ),
        "wrong-key-file",
    ),
    "no trust": (lambda desk: desk.run("show", "champion", keys=False), "untrusted-signer"),
    "champion": (
        lambda desk: desk.run("retire", desk.newer.name, "--reason", "r", by="ben"),
        "still-champion",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_use_says_what_is_wrong_and_what_to_do(promoted: Desk, case: str) -> None:
    act, code = WRONG[case]

    told(act(promoted), code)

    assert promoted.list()[promoted.newer.name]["aliases"] == ["champion"]


def test_a_stranger_signs_nothing(promoted: Desk) -> None:
    (promoted.keys / "ben.pub.pem").unlink()

    stranger = promoted.run("retire", promoted.older.name, "--reason", "r", by="ben")

    assert "*.pub.pem" in told(stranger, "untrusted-signer")
    verified = promoted.run("verify")
    assert verified.exit_code == 1
    assert "is not trusted here" in verified.stderr
