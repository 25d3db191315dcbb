"""Lines are cut the same wherever the parts of a body begin, and no long one is kept."""

import asyncio
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from service.batch_lines import MOST_LINES, SPACE, Incoming, Line, LineCutter, line_key
from service.conversation import Conversation

LONGEST = 8
PARTS = st.lists(st.text("ab \n\r\té", max_size=12).map(str.encode), max_size=8)


def cut(parts: list[bytes], longest: int = LONGEST) -> list[Line]:
    cutter = LineCutter(longest)
    lines = [line for part in parts for line in cutter.feed(part)]
    return [*lines, *cutter.end()]


@given(PARTS)
def test_lines_are_those_of_the_whole_body(parts: list[bytes]) -> None:
    plain = enumerate(b"".join(parts).split(b"\n"), start=1)
    wanted = [
        (at, line.strip(SPACE)) for at, line in plain if len(line) > LONGEST or line.strip(SPACE)
    ]
    too_long = {
        at for at, line in enumerate(b"".join(parts).split(b"\n"), 1) if len(line) > LONGEST
    }

    found = cut(parts)

    assert [line.number for line in found] == [at for at, _ in wanted]
    assert {line.number for line in found if line.fault is not None} == too_long
    assert all(line.body == dict(wanted)[line.number] for line in found if line.fault is None)


def test_of_a_line_that_is_too_long_nothing_is_kept() -> None:
    cutter, part = LineCutter(1 << 16), b"x" * (1 << 16)
    tracemalloc.start()
    for _ in range(1_000):
        assert list(cutter.feed(part)) == []
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    (line,) = cutter.feed(b"\n")
    assert line.fault is not None
    assert line.fault.code == "body-too-large"
    assert most < 1 << 20


def incoming(parts: list[bytes], talk: Conversation | None = None, **limits: int) -> Incoming:
    messages: Iterator[Message] = iter(
        [{"type": "http.request", "body": part, "more_body": True} for part in parts]
        + [{"type": "http.request", "body": b"", "more_body": False}]
    )

    async def receive() -> Message:
        return next(messages)

    most = {"longest": 100, "most_lines": 1_000, "most_bytes": 10_000, **limits}
    return Incoming(receive, talk or Conversation(), **most)


async def groups(coming: Incoming) -> list[list[Line]]:
    found = []
    while group := await coming.group():
        found.append(group)
    return found


def test_a_group_is_what_is_there_and_waits_for_one_alone() -> None:
    coming = incoming([b"a\nb", b"\n", b"c\n" * 100])
    found = asyncio.run(groups(coming))

    assert [len(group) for group in found] == [1, 1, MOST_LINES, 100 - MOST_LINES]
    assert coming.whole


@pytest.mark.parametrize("limits", [{"most_lines": 3}, {"most_bytes": 9}])
def test_the_line_beyond_a_limit_is_a_fault_and_the_last(limits: dict[str, int]) -> None:
    coming = incoming([b"a\n", b"b\nc\n", b"d\ne\n"], None, **limits)
    lines = [line for group in asyncio.run(groups(coming)) for line in group]

    assert [line.number for line in lines] == [1, 2, 3, 4]
    assert [line.fault is None for line in lines] == [True, True, True, False]
    assert not coming.whole


def test_a_service_that_ends_reads_no_more() -> None:
    async def ended() -> tuple[list[list[Line]], bool]:
        talk = Conversation()
        coming = incoming([b"a\n", b"b\n"], talk)
        first = await coming.group()
        talk.ending.set()
        return [first, await coming.group()], coming.whole

    (first, second), whole = asyncio.run(ended())
    assert ([line.body for line in first], second, whole) == ([b"a"], [], False)


def test_keys_of_lines_are_no_callers_keys() -> None:
    one, other = Line(1, b"{}"), Line(2, b"{}")

    keys = [line_key("k", one), line_key("k", other), line_key("k 1", one)]
    assert len({key.text for key in keys if key}) == 3
    assert all(key is not None and " " in key.text for key in keys)
    assert line_key(None, one) is None
