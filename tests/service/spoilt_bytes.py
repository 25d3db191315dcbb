"""Good bodies with a few bytes changed, and what parsers dislike."""

import random

MARKER = "张三·13812345678"
"""A person's, in a body: no refusal may repeat it."""

UGLY = (
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"-0",
    b"1.0",
    b"true",
    b"null",
    b'"5"',
    b"{}",
    b"[]",
    b"{",
    b"]",
    b",",
    b":",
    b'"',
    b"\\ud800",
    b"\\u0000",
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"9" * 30,
    b"9" * 5_000,
    b"-1",
    b"[" * 2_000,
    b'"mode":"what_if",',
    b'"as_of":"2026-06-17T00:00:00Z",',
    b'"as_of":"2026-06-17T00:00:00",',
    b'"currency":"USD",',
    b"2199-12-31",
    b"1900-01-01",
    b"9999-99-99",
)


def spoilt(body: bytes, chance: random.Random) -> bytes:
    """A body with one to three bytes changed, cut, doubled or swapped for what parsers dislike."""
    out = bytearray(body)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(out) or 1)
        to = min(len(out), at + chance.randint(1, 12))
        match chance.randrange(7):
            case 0:
                out[at:to] = b""
            case 1:
                out[at:at] = out[at:to]
            case 2:
                out[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                out[at:at] = chance.choice(UGLY)
            case 4:
                out[at:to] = chance.choice(UGLY)
            case 5:
                other = chance.randrange(len(out) or 1)
                out[at:to], out[other : other + to - at] = (
                    out[other : other + to - at],
                    out[at:to],
                )
            case _:
                del out[at:]
    return bytes(out)
