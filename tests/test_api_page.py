"""docs/api.md does what it says: its commands run in order, its words are those of the code."""

import json
from pathlib import Path

from service.routes import ROUTES
from tests.service.running import serving
from tests.test_readme import ROOT, SERVED, answers, blocks, run
from tests.worlds import SmallWorld

PAGE = "docs/api.md"


def test_the_story_with_curl_runs(small_world: SmallWorld, tmp_path: Path) -> None:
    script = "\n".join(blocks(PAGE, "sh"))

    with serving(small_world.settings(small_world.copy(tmp_path))) as port:
        printed = run(script.replace(SERVED, f"http://127.0.0.1:{port}"), tmp_path)
    loaded, scored, explained, tried, replayed = answers(printed)

    rows = sum(map(len, json.loads((tmp_path / "history.json").read_text("utf-8")).values()))
    assert (loaded["rows"], loaded["added"], loaded["doubtful"]) == (rows, rows, 0)
    assert scored["decision"] == "REFER"
    assert [rule["code"] for rule in scored["rules"]] == ["RK23"]
    assert explained["score_id"] == replayed["score"] == scored["score_id"]
    weights = sum(one["weight"] for one in explained["features"])
    assert abs(explained["base"] + weights - scored["logit"]) < 1e-9
    assert tried["score"] == scored["score_id"]
    assert [one["name"] for one in tried["changes"]] == ["half", "confirmed by the buyer"]
    assert (replayed["from"], replayed["same"]) == ("facts", True)


def test_every_address_the_page_names_is_served() -> None:
    served = {route.path for route in ROUTES}

    for block in blocks(PAGE, "sh"):
        for line in block.splitlines():
            if SERVED in line:
                path = (
                    line.partition(SERVED)[2].split("?")[0].split("'")[0].split('"')[0].split()[0]
                )
                assert path.replace("$SCORE", "{score_id}") in served, line
    assert (ROOT / "docs" / "openapi.json").is_file()
