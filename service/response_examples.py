"""What OpenAPI says of an answer that is no problem: what it is, and real examples of it.

The examples were given by the service itself and are kept in ``service/examples``, a file an
operation: status, media type, name, then ``summary`` and ``value``; long lists have their first
members only. CONTRIBUTING tells how they are recorded again.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from inspect import cleandoc
from typing import Any, get_args, get_origin

CHINESE = re.compile(r"[\u4e00-\u9fff]")

Examples = dict[str, dict[str, dict[str, Any]]]
"""By status, media type and name."""


def answered(gives: Any, status: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the answer of a route that is no problem.

    Parameters
    ----------
    gives : type or None
        Class of the body, whose docstring says what it is, or a list of such.
    status : int
        Of a success.
    """
    return {int(status): {"description": _words(gives)}} if gives else {}


def recorded(operation: str) -> Examples:
    """The examples that are kept of an operation, by its id; none where it has no file."""
    file = files("service").joinpath("examples", f"{operation}.json")
    if not file.is_file():
        return {}
    found: Examples = json.loads(file.read_text(encoding="utf-8"))
    return found


def show_answers(paths: dict[str, Any]) -> None:
    """Put the examples that are kept into the operations of a document.

    Afterwards, for FastAPI leaves out what is null in an example.
    """
    for operations in paths.values():
        for operation in operations.values():
            for status, by_media in recorded(operation["operationId"]).items():
                content = operation["responses"][status].setdefault("content", {})
                for media, examples in by_media.items():
                    content.setdefault(media, {})["examples"] = examples


def _words(gives: Any) -> str:
    """The first sentence in English and the one in Chinese, of the docstring of a class."""
    several = get_origin(gives) is list
    body = get_args(gives)[0] if several else gives
    english, *others = re.split(r"\n\n", cleandoc(body.__doc__ or ""))
    chinese = next((text for text in others if CHINESE.search(text)), "")
    said = " ".join(f"{english} {chinese}".split())
    return f"A list 列表: {said}" if several else said
