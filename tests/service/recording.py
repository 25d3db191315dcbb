"""Records what the service answers on the small world: the examples in ``service/examples``.

``python -m tests.service.recording`` asks every operation once, in the order of a demonstration,
and writes the files anew; a test asks the same and compares keys and types. Add a step here for a
new operation.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from service.app import create_app
from service.routes import ROUTES
from tests.default_bundles import save_default_bundles
from tests.service.demonstration import to_demonstrate
from tests.service.shadowed import until
from tests.worlds import make_small_world

FOLDER = Path(__file__).resolve().parents[2] / "service" / "examples"
MOST_LINES = 12
"""Lines of a text that are kept."""

MOST = 3
"""Elements of a list that are kept, and members of the objects that have one a feature."""

A_MEMBER_A_FEATURE = ("features", "missing")

Examples = dict[str, dict[str, dict[str, Any]]]


class Recorder:
    """Asks a service, and keeps its answers by operation.

    Attributes
    ----------
    kept : dict
        By operation: status, media type, name; the value whole.
    """

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.kept: dict[str, Examples] = {}
        self.document: dict[str, Any] = client.get("/openapi.json").json()

    def example(self, path: str, method: str, name: str | None = None) -> Any:
        """A body of the page: the one of a name, else the first."""
        content = self.document["paths"][path][method]["requestBody"]["content"]
        body = content["application/json"]
        examples = body.get("examples") or {"only": {"value": body["example"]}}
        return examples[name or next(iter(examples))]["value"]

    def ask(self, operation: str, name: str, says: str, *, of: str = "", **more: Any) -> Any:
        """Ask, keep the answer under a name and return it.

        Parameters
        ----------
        of : str
            What follows the path, or stands in it for its parameter.
        """
        route = next(one for one in ROUTES if one.handler.__name__ == operation)
        start, _, rest = route.path.partition("{")
        address = start + of + rest.partition("}")[2]
        answer = self._client.request(route.method, address, **more)
        assert answer.is_success, (operation, name, answer.text)
        media = answer.headers["content-type"].partition(";")[0]
        value = _value(answer.text, media)
        by_media = self.kept.setdefault(operation, {}).setdefault(str(answer.status_code), {})
        by_media.setdefault(media, {})[name] = {"summary": says, "value": value}
        return value


def _value(text: str, media: str) -> Any:
    """An answer as an example shows it; of lines each, of a text its beginning."""
    if media == "application/x-ndjson":
        lines = [shortened(json.loads(line)) for line in text.splitlines()]
        return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    if media == "text/plain":
        return "".join(text.splitlines(keepends=True)[:MOST_LINES])
    return json.loads(text)


def record(client: TestClient) -> dict[str, Examples]:
    """Go through a demonstration, and keep what every operation answers."""
    recorder = Recorder(client)
    for step in STEPS:
        step(recorder)
    return recorder.kept


def _facts(to: Recorder) -> None:
    source = {"source_system": "docs"}
    history = to.example("/facts", "post")
    to.ask(
        "post_kinds",
        "three_suppliers",
        "Three suppliers / 三家供应商",
        params={**source, "historical": "true"},
        json=history,
    )
    party = to.example("/facts/{kind}", "post")
    to.ask("post_facts", "added", "Something new / 新增", of="party", params=source, json=party)
    to.ask(
        "post_facts", "unchanged", "The same again / 重复", of="party", params=source, json=party
    )
    buyer = history["receivable"][0]["buyer"]
    asked = {"buyer": buyer, "limit": "2"}
    to.ask("get_facts", "a_page", "The first page / 第一页", of="receivable", params=asked)
    to.ask("get_enterprise", "a_buyer", "A core enterprise / 核心企业", of=buyer)


def _scores(to: Recorder) -> None:
    score = {}
    for case, says in (
        ("good", "Approved / 通过"),
        ("doubtful", "To a person / 转人工"),
        ("fraudulent", "Declined / 拒绝"),
    ):
        asked = to.example("/score", "post", case)
        score[case] = to.ask("post_score", case, says, json=asked)
    good = score["good"]["score_id"]
    to.ask("get_score", "recorded", "As it was answered / 与当时答复一致", of=good)
    to.ask("get_explain", "each_feature", "Feature by feature / 逐项", of=good)
    to.ask("post_replay", "inputs", "From the inputs on record / 依据记录内输入", of=good)
    to.ask(
        "post_replay",
        "facts",
        "From the facts of then / 依据当时账本",
        of=good,
        params={"from": "facts"},
    )
    asked = to.example("/what-if", "post")
    to.ask("post_what_if", "of_a_request", "What would help / 如何改善", json=asked)
    doubtful = score["doubtful"]["score_id"]
    depart = to.example("/scores/{score_id}/overrides", "post")
    to.ask("post_override", "declined", "A person declines / 人工拒绝", of=doubtful, json=depart)
    to.ask("get_overrides", "by_a_person", "What holds now / 现行决定", of=doubtful)
    hold = to.example("/scores/{score_id}/reserve", "post")
    to.ask("post_reserve", "held", "Held / 已预占", of=good, json=hold)
    to.ask("post_release", "given_back", "Given back / 已释放", of=good)
    draw = to.example("/scores/{score_id}/drawdown", "post")
    to.ask("post_drawdown", "drawn", "Paid out / 已放款", of=good, json=draw)
    came = to.example("/scores/{score_id}/outcomes", "post")
    to.ask("post_outcome", "repaid", "Repaid / 已还清", of=good, json=came)
    to.ask("get_outcomes", "what_came", "What came of it / 结果", of=good)


def _batches(to: Recorder) -> None:
    content = to.document["paths"]["/score/batch"]["post"]["requestBody"]["content"]
    first = content["application/x-ndjson"]["example"].partition("\n")[0]
    lines: dict[str, Any] = {
        "content": f'{first}\n{{"request_id": "R-2"}}\n',
        "headers": {"content-type": "application/x-ndjson"},
    }
    to.ask("post_batch", "each_line", "A line each / 逐行结果", **lines)
    job = to.ask("post_job", "taken", "The file was taken / 已受理", **lines)["id"]
    until(lambda: to.ask("get_job", "done", "It is done / 已完成", of=job)["state"] == "done")
    to.ask("get_jobs", "jobs", "The newest first / 由新到旧")
    to.ask("get_job_result", "each_line", "A line each / 逐行结果", of=job)
    to.ask("delete_job", "removed", "Its files are gone / 文件已删除", of=job)


def _models(to: Recorder) -> None:
    to.ask("get_models", "models", "A champion and a shadow / 冠军与旁路")
    to.ask("get_model", "champion", "The one that answers / 当前模型", of="champion")
    scored = to.kept["post_score"]["200"]["application/json"]["good"]["value"]["score_id"]
    until(lambda: bool(to.ask("get_shadows", "along", "The shadow / 旁路", of=scored)["shadows"]))
    to.ask("get_model_shadow", "compared", "Against the champion / 与冠军对比", of="shadow")
    to.ask("get_policies", "policies", "Those that ship / 随附的策略包")
    to.ask("get_policy", "generic", "One that ships / 随附的一个", of="generic")
    with_cn = {"with": "cn"}
    to.ask("get_policy_diff", "to_cn", "Against cn / 与 cn 对比", of="generic", params=with_cn)


def _what_there_is(to: Recorder) -> None:
    to.ask("get_features", "declared", "The first ones / 前几项")
    to.ask("get_monitoring", "today", "Today / 当天")
    to.ask("get_live", "live", "It is up / 存活")
    to.ask("get_ready", "ready", "It can score / 可以评分")
    to.ask("get_metrics", "counted", "The first lines / 前几行")
    to.ask("get_problems", "kinds", "The first ones / 前几项")
    to.ask("get_problem", "a_kind", "One kind / 一种", of="unknown-party")


STEPS: tuple[Callable[[Recorder], None], ...] = (_facts, _scores, _batches, _models, _what_there_is)


def shortened(value: Any, name: str = "") -> Any:
    """An answer with the beginning of each list, and of what has a member a feature."""
    if isinstance(value, list):
        return [shortened(one) for one in value[:MOST]]
    if isinstance(value, dict):
        members = list(value.items())
        if name in A_MEMBER_A_FEATURE:
            members = members[:MOST]
        return {key: shortened(one, key) for key, one in members}
    return value


def main() -> None:
    """Write the files anew."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = make_small_world(folder)
        bundle = save_default_bundles(small, folder / "default" / "bundles").default
        settings = to_demonstrate(small.copy(folder), bundle, folder)
        with TestClient(create_app(settings)) as client:
            kept = record(client)
    for operation, examples in kept.items():
        text = json.dumps(shortened(examples), ensure_ascii=False, indent=1)
        (FOLDER / f"{operation}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
