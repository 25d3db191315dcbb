"""The description of the interface: frozen, valid, in two languages, with an example of all."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openapi_spec_validator import validate
from typer.testing import CliRunner

import tricredit
from service.contract import TAGS
from service.frozen_contract import difference, frozen, frozen_text
from service.problem_contract import SAYS, example_of
from service.problem_examples import OCCURRENCES
from service.problems import STATUS, Problem, RowsProblem, catalogue
from service.routes import ROUTES
from tests.service.document import Json, faults_of, in_both_languages, operations, shown

KEPT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
AGAIN = "tricredit openapi > docs/openapi.json"


@pytest.fixture(scope="module")
def document() -> Json:
    return frozen()


def leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a document with its JSON pointer."""
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in pairs:
            yield from leaves(one, f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}")
    else:
        yield at, value


def test_the_frozen_description_is_what_the_code_says() -> None:
    found = difference(KEPT.read_text(encoding="utf-8"))

    assert not found, (
        f"docs/openapi.json says otherwise than the code:\n{found}\n"
        f"Where the change is meant, write it anew: {AGAIN}\n"
        "docs/api.md says which changes break callers; tell of them in CHANGELOG.md."
    )


def test_a_difference_names_the_lines_that_changed() -> None:
    changed = frozen_text().replace('"summary": "Score a request', '"summary": "Score something')

    found = difference(changed).splitlines()

    assert [line for line in found if line.startswith(("- ", "+ "))] == [
        '-    "summary": "Score something / 申请评分",',
        '+    "summary": "Score a request / 申请评分",',
    ]


def test_the_command_prints_it_and_compares(tmp_path: Path) -> None:
    run = CliRunner()
    file = tmp_path / "openapi.json"

    printed = run.invoke(tricredit.app, ["openapi"])
    file.write_text(printed.stdout, encoding="utf-8")
    same = run.invoke(tricredit.app, ["openapi", "--check", str(file)])
    file.write_text(printed.stdout.replace("/score", "/scored"), encoding="utf-8")
    other = run.invoke(tricredit.app, ["openapi", "--check", str(file)])

    assert json.loads(printed.stdout) == frozen()
    assert (same.exit_code, other.exit_code) == (0, 1)
    assert "/scored" in other.stdout


def test_it_is_valid_openapi(document: Json) -> None:
    validate(document)


def test_every_answer_of_every_route_has_an_example(document: Json) -> None:
    bare = [
        f"{name} {status} {media}"
        for name, operation in operations(document)
        for status, answer in operation["responses"].items()
        for media, content in answer.get("content", {"no content": {}}).items()
        if not content.get("examples") and "example" not in content
    ]

    assert bare == [], (
        "record what the service answers: a step in tests/service/recording.py, then "
        "python -m tests.service.recording; a problem's example is in service/problem_examples.py"
    )


def test_every_example_fits_its_schema(document: Json) -> None:
    wrong = {
        one.where: faults
        for one in shown(document)
        if (faults := faults_of(document, one.schema, one.value))
    }

    assert wrong == {}


def test_the_body_of_every_request_has_an_example(document: Json) -> None:
    asked = {
        name: operation["requestBody"]["content"]
        for name, operation in operations(document)
        if "requestBody" in operation
    }

    assert [
        name
        for name, contents in asked.items()
        if not any("example" in one or "examples" in one for one in contents.values())
    ] == []


def test_everything_is_said_in_english_and_chinese(document: Json) -> None:
    said = {}
    for name, operation in operations(document):
        said[f"{name} summary"] = operation["summary"]
        said[f"{name} description"] = operation["description"]
        said |= {
            f"{name} {one['name']}": one.get("description", "")
            for one in operation.get("parameters", ())
        }
        said |= {f"{name} {at}": one["description"] for at, one in operation["responses"].items()}
        if "requestBody" in operation:
            said[f"{name} body"] = operation["requestBody"].get("description", "")
    for tag in document["tags"]:
        said[f"tag {tag['name']}"] = tag["description"]
    for status, words in SAYS.items():
        said[f"status {status}"] = words

    assert [at for at, text in said.items() if not in_both_languages(text)] == []


def test_the_tags_are_in_the_order_of_a_demonstration(document: Json) -> None:
    named = [tag["name"] for tag in TAGS]
    used = [tag for _, operation in operations(document) for tag in operation["tags"]]

    assert list(dict.fromkeys(used)) == named
    assert used == sorted(used, key=named.index)


def test_every_route_of_the_documentation_is_an_operation(document: Json) -> None:
    listed = {f"{route.method} {route.path}" for route in ROUTES if route.tag}

    assert {name for name, _ in operations(document)} == listed


def test_every_reference_resolves(document: Json) -> None:
    text = json.dumps(document)

    for part in ("schemas", "examples"):
        named = set(re.findall(rf'"#/components/{part}/([^"]+)"', text))
        assert named <= set(document["components"][part])
    assert "HTTPValidationError" not in text
    # two classes of one name: a generated client would keep one of them
    assert [name for name in document["components"]["schemas"] if "__" in name] == []


def test_what_is_served_differs_by_examples_of_the_ledger_alone(
    document: Json, service: TestClient
) -> None:
    served = dict(leaves(service.get("/openapi.json").json()))
    kept = dict(leaves(document))
    others = {at for at in served.keys() | kept.keys() if served.get(at, at) != kept.get(at, at)}
    asked = re.compile(
        r"/paths/[^/]+/(get|post)/(requestBody/content/[^/]+/examples?|parameters/\d+/example)(/|$)"
    )

    assert others
    assert [at for at in others if not asked.match(at)] == []


def test_each_problem_has_an_example_and_a_chinese_title() -> None:
    codes = {kind.code for kind in catalogue()}

    assert set(OCCURRENCES) == codes == {*STATUS, "unexpected"}
    for kind in catalogue():
        example = example_of(kind.code)
        body = RowsProblem if kind.code == "rows-refused" else Problem
        told = body.model_validate(example)
        assert (told.type, told.status, told.title) == (kind.type, kind.status, kind.title)
        assert in_both_languages(f"{kind.title} {kind.title_zh}")
        assert len(told.detail) > 10
