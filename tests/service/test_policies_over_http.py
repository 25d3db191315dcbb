"""Policy packs as the service tells them: those that ship, the one that decides, earlier ones."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lending.pack import load_pack, path_of
from lending.policy.pack_diff import differences
from service.app import create_app
from service.policy_answers import PoliciesReply, PolicyDiffReply, PolicyReply
from tests.worlds import SmallWorld


def get(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer


def test_packs_that_ship_and_the_one_that_decides_are_listed(
    service: TestClient, named: dict[str, Any]
) -> None:
    score = service.post("/score", json=named).json()

    found = PoliciesReply.model_validate_json(get(service, "/policies").content)

    generic, cn = found.packs
    assert (generic.id, generic.serves, generic.ships) == (score["pack"], True, True)
    assert (cn.id, cn.serves, cn.jurisdiction) == (load_pack("cn").id, False, "CN")
    assert [one.id for one in found.decided] == [score["pack"]]


@pytest.mark.parametrize("name", ["generic", "cn"])
def test_a_pack_is_told_whole(service: TestClient, name: str) -> None:
    pack = load_pack(name)
    by_name = get(service, f"/policies/{name}")
    assert by_name.content == get(service, f"/policies/{pack.id}").content

    found = PolicyReply.model_validate_json(by_name.content)
    assert found.matrix == pack.policy.matrix
    assert len(found.rules_told) == found.rules == len(pack.policy.rules)
    assert {one.code for one in found.rules_told} == {one.name for one in pack.policy.rules}
    assert all(one.basis and one.en and one.zh for one in found.rules_told)
    by_name = {(one.name, one.scope, one.valid_from): one for one in pack.policy.rules}
    for one in found.rules_told:
        entry = by_name[one.code, one.scope, one.valid_from]
        assert (one.severity, one.valid_to) == (entry.severity, entry.valid_to)


def test_two_packs_are_compared_as_the_command_compares_them(service: TestClient) -> None:
    found = PolicyDiffReply.model_validate_json(
        get(service, "/policies/generic/diff", **{"with": "cn"}).content
    )

    first, second = load_pack("generic"), load_pack("cn")
    expected = differences(first, second)
    assert (found.before, found.after) == (first.id, second.id)
    assert [tuple(vars(one).values()) for one in found.differences] == [
        (one.key, one.before, one.after) for one in expected
    ]
    assert len(expected) > 10
    same = get(service, "/policies/cn/diff", **{"with": "cn"}).json()
    assert same["differences"] == []


def test_a_pack_that_decided_before_is_told_from_the_ledger(
    lender: SmallWorld, named: dict[str, Any], tmp_path: Path
) -> None:
    db = lender.copy(tmp_path)
    text = path_of("generic").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(re.sub(r'^version = ".*"$', 'version = "9"', text, count=1, flags=re.M), "utf-8")
    with TestClient(create_app(lender.settings(db).model_copy(update={"pack": str(own)}))) as old:
        decided = old.post("/score", json=named).json()["pack"]
    assert "-9-" in decided

    with TestClient(create_app(lender.settings(db))) as client:
        found = PolicyReply.model_validate_json(get(client, f"/policies/{decided}").content)
        listed = PoliciesReply.model_validate_json(get(client, "/policies").content)
        apart = get(client, f"/policies/{decided}/diff", **{"with": "generic"}).json()

    assert (found.serves, found.ships, found.version) == (False, False, "9")
    assert [one.id for one in listed.decided] == [decided]
    assert [one["key"] for one in apart["differences"]] == ["version"]


def test_what_is_not_there_is_told_so(service: TestClient) -> None:
    for path, parameters, said in (
        ("/policies/none", {}, (404, "/problems/unknown-policy")),
        ("/policies/generic/diff", {"with": "none"}, (404, "/problems/unknown-policy")),
        ("/policies/generic/diff", {}, (422, "/problems/wrong-parameter")),
        ("/policies", {"x": "1"}, (422, "/problems/wrong-parameter")),
    ):
        answer = service.get(path, params=parameters)
        assert (answer.status_code, answer.json()["type"]) == said
