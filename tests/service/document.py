"""The description of the interface taken apart: operations, their answers, examples and words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from openapi_schema_validator import OAS31Validator

Json = dict[str, Any]

CHINESE, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]")


class Shown(NamedTuple):
    """An example in the document.

    Attributes
    ----------
    where : str
        Operation, status or ``request``, media type and name.
    schema : dict
        What it must fit.
    value
        The example.
    """

    where: str
    schema: Json
    value: Any


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    """Every operation, as ``METHOD path``."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def shown(document: Json) -> Iterator[Shown]:
    """Every example of a body, asked or answered."""
    for name, operation in operations(document):
        bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
        for which, body in bodies.items():
            for media, content in body.get("content", {}).items():
                examples = dict(content.get("examples", {}))
                if "example" in content:
                    examples["example"] = {"value": content["example"]}
                for one, example in examples.items():
                    value = resolved(document, example)["value"]
                    yield Shown(f"{name} {which} {media} {one}", content["schema"], value)


def resolved(document: Json, part: Json) -> Json:
    """A part, or what its reference names."""
    if "$ref" not in part:
        return part
    for step in part["$ref"].split("/")[1:]:
        document = document[step]
    return document


def faults_of(document: Json, schema: Json, value: Any) -> list[str]:
    """What of a value doesn't fit a schema of the document."""
    whole = {**schema, "components": document["components"]}
    return [
        f"{error.json_path}: {error.message[:200]}"
        for error in OAS31Validator(whole).iter_errors(value)
    ]


def in_both_languages(text: str) -> bool:
    """Whether a text has Chinese characters and Latin letters."""
    return bool(CHINESE.search(text) and LATIN.search(text))
