"""What a problem said once: its kind in Chinese, and the words of an example."""

from __future__ import annotations

from dataclasses import dataclass

from service.refusals import Flaw


@dataclass(frozen=True)
class Occurrence:
    """What a problem said once.

    Attributes
    ----------
    zh : str
        The kind of problem, in Chinese.
    told : str
        What happened; empty where a caller is told no more than the kind.
    remedy : str
        What to do about it.
    flaws : tuple of Flaw
        What is wrong, one by one.
    pointer : str
        Where, of a fault that is at one place of the body and says no more there than its kind.
    """

    zh: str
    told: str = ""
    remedy: str = ""
    flaws: tuple[Flaw, ...] = ()
    pointer: str = ""
