"""Two LightGBM boosters that are added up, as one booster."""

from __future__ import annotations

import re

FIRST, END = "\nTree=0\n", "\nend of trees\n"


def one_booster(first: str, second: str) -> str:
    """The text of a booster with the trees of both, given their texts; of the same columns.

    Without ``tree_sizes`` LightGBM reads the trees one after the other.
    """
    head = re.sub(r"^tree_sizes=.*\n", "", first[: first.index(FIRST)], flags=re.MULTILINE)
    trees = [tree for text in (first, second) for tree in _trees(text)]
    numbered = "".join(f"\nTree={at}\n{tree}" for at, tree in enumerate(trees))
    return f"{head}{numbered}{first[first.index(END) :]}"


def _trees(text: str) -> list[str]:
    every = text[text.index(FIRST) : text.index(END)]
    return re.split(r"\nTree=\d+\n", every)[1:]
