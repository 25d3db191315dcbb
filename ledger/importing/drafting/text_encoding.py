"""In which encoding a text is written, told by its first bytes."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from ledger.importing.drafting.sureness import Guess

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),  # the importer takes the mark off by itself
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""What a text may begin with to say its encoding; a longer mark comes before its beginning."""

BEYOND_ASCII = re.compile("[^\x00-\x7f]+")

GOOD_LINES = 0.9
"""Share of the lines that must be text of an encoding; the others are damaged, and rejected."""

WESTERN = ("cp1252", "latin-1")
OTHERS = ("big5", "shift_jis", "euc_kr", "cp1251", "cp1250", "cp1253", "cp1254")
"""Encodings that are asked for where text is neither UTF-8, Chinese nor western."""


def detect(head: bytes) -> Guess[str]:
    """The encoding of a text.

    Parameters
    ----------
    head : bytes
        The beginning of the text, some hundred thousand bytes; a sign at its end may be cut.

    Returns
    -------
    Guess of str
        A name that ``Formats.encoding`` takes.
    """
    for mark, name in MARKS:
        if head.startswith(mark):
            return Guess(name, "sure", "it begins with a byte order mark")
    wide = _wide(head)
    if wide is not None:
        return Guess(wide, "likely", "every other byte is zero, and there is no byte order mark")
    if head.isascii():
        return Guess("utf-8", "likely", "only ASCII was seen, which most encodings share")
    good, bad = _lines_of("utf-8", head)
    if not bad:
        return Guess("utf-8", "sure", "all that was seen is UTF-8")
    if good > bad and good >= GOOD_LINES * (good + bad):
        return Guess("utf-8", "likely", f"UTF-8 but for {bad} damaged line(s), which are rejected")
    return _by_its_signs(head)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: of ASCII signs every other byte is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) // 10 or 10 * min(even, odd) > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _lines_of(encoding: str, head: bytes) -> tuple[int, int]:
    """How many of the lines with more than ASCII are text of an encoding, and how many not."""
    good = bad = 0
    for line in head.split(b"\n")[: -1 if head.count(b"\n") else None]:
        if line.isascii():
            continue
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            bad += 1
        else:
            good += 1
    return good, bad


def _by_its_signs(head: bytes) -> Guess[str]:
    if _is_chinese(head):
        return Guess("gb18030", "sure", "the bytes beyond ASCII come in pairs of Chinese signs")
    if _is_western(head):
        name = "cp1252" if not _lines_of("cp1252", head)[1] else "latin-1"
        return Guess(name, "likely", "single bytes beyond ASCII stand among Latin letters")
    best = from_bytes(head, cp_isolation=["gb18030", *OTHERS, *WESTERN]).best()
    if best is None:
        return Guess("latin-1", "guess", "no encoding fits; this one takes every byte")
    return Guess(best.encoding, "guess", "its signs are most plausible so")


def _is_chinese(head: bytes) -> bool:
    """Whether runs of high bytes are of even length and decode to common Chinese signs."""
    good, bad = _lines_of("gb18030", head)
    if not good or good < GOOD_LINES * (good + bad):
        return False
    text = head.decode("gb18030", errors="ignore")
    beyond = [sign for sign in text if not sign.isascii()]
    common = sum(_is_common(sign) for sign in beyond)
    return common >= 0.8 * len(beyond)


def _is_common(sign: str) -> bool:
    """Whether a sign is among the 3,755 of everyday Chinese (level 1 of GB 2312), or a mark."""
    try:
        pair = sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return 0xB0 <= pair[0] <= 0xD7 or 0xA1 <= pair[0] <= 0xA3


def _is_western(head: bytes) -> bool:
    """Whether most bytes beyond ASCII stand alone or in pairs, as letters: é, çã."""
    text = head.decode("cp1252", errors="replace")
    runs = BEYOND_ASCII.findall(text)
    few = [run for run in runs if len(run) <= 2 and run.replace("€", "e").isalpha()]
    return sum(map(len, few)) >= 0.6 * sum(map(len, runs))
