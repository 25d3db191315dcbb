"""JSON that means one thing: what parsers let pass in silence is refused here.

Python's parser and pydantic's both take the last of two equal keys, and Python's takes NaN, lone
surrogates and numbers too large for a float. An amount that is there twice must not be scored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import inf, isfinite

from service.pointers import pointer
from service.refusals import Flaw, MalformedJson

LONGEST_NUMBER = 40
"""Characters of a number; a float needs at most 24, an amount in minor units 16."""

MOST_FLAWS = 20
DEEPEST = 64
"""Levels of nesting; a request has four."""

HALF_A_PAIR = re.compile("[\ud800-\udfff]")
"""A surrogate by itself; the parser has joined the pairs."""

Steps = tuple[str | int, ...]


class Members(list[tuple[str, object]]):
    """The members of a JSON object in order, twins included."""


def check_json(body: bytes) -> str:
    """Return the text of a body that is one unambiguous JSON value.

    Raises
    ------
    MalformedJson
        Where it isn't UTF-8 or JSON, an object has two members of one name, a number is not finite
        or longer than `LONGEST_NUMBER`, a text has half a surrogate pair, or values are nested
        deeper than `DEEPEST`.
    """
    text = _decoded(body)
    flaws = []
    for flaw in _flaws(_parsed(text)):
        flaws.append(flaw)
        if len(flaws) == MOST_FLAWS:
            break
    if flaws:
        raise MalformedJson("the body can be read in more than one way or not at all", flaws=flaws)
    return text


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJson(
            f"byte {error.start} of the body is not UTF-8", remedy="encode the body in UTF-8"
        ) from error


def _parsed(text: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=Members,
            parse_int=_number,
            parse_float=_number,
            parse_constant=lambda _name: inf,
        )
    except json.JSONDecodeError as error:
        raise MalformedJson(
            f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}",
            remedy="send one JSON object",
        ) from error
    except RecursionError as error:
        raise _too_deep() from error


def _number(digits: str) -> float:
    return float(digits) if len(digits) <= LONGEST_NUMBER else inf


def _flaws(value: object) -> Iterator[Flaw]:
    """Walk over a parsed body without recursion, so that its depth costs nothing."""
    waiting: list[tuple[Steps, object]] = [((), value)]
    while waiting:
        at, value = waiting.pop()
        if len(at) >= DEEPEST and isinstance(value, list):
            raise _too_deep()
        if isinstance(value, Members):
            yield from _of_members(at, value)
            waiting.extend(((*at, name), member) for name, member in reversed(value))
        elif isinstance(value, list):
            waiting.extend(((*at, index), item) for index, item in enumerate(value))
        elif isinstance(value, str) and _broken(value):
            yield Flaw(pointer(at), "half a surrogate pair", "write the character in full")
        elif isinstance(value, float) and not isfinite(value):
            yield Flaw(
                pointer(at),
                "a number that is not finite or has too many digits",
                f"give a finite number of at most {LONGEST_NUMBER} characters, or null",
            )


def _of_members(at: Steps, members: Members) -> Iterator[Flaw]:
    seen: set[str] = set()
    for name, _ in members:
        if name in seen:
            yield Flaw(pointer((*at, name)), "the same key twice", "keep one of them")
        if _broken(name):
            yield Flaw(pointer(at), "a key with half a surrogate pair", "write it in full")
        seen.add(name)


def _broken(text: str) -> bool:
    return HALF_A_PAIR.search(text) is not None


def _too_deep() -> MalformedJson:
    return MalformedJson(
        f"the body is nested deeper than {DEEPEST} levels", remedy="send a request as in /docs"
    )
