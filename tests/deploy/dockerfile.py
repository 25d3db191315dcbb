"""The Dockerfile as data: its stages, and what they say; and what its build may read."""

import json
import re
import shutil
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Instruction:
    """One instruction, continued lines joined: ``RUN``, and what follows."""

    word: str
    rest: str


@dataclass(frozen=True)
class Stage:
    """What follows one FROM."""

    base: str
    name: str
    instructions: tuple[Instruction, ...]

    def all(self, word: str) -> list[str]:
        return [one.rest for one in self.instructions if one.word == word]

    def last(self, word: str) -> str:
        return self.all(word)[-1]

    def words(self, word: str) -> list[str]:
        """An instruction in its form without a shell; raises where it has another."""
        bare = re.sub(r"^(--\S+\s+)*(CMD\s+)?", "", self.last(word))
        found: list[str] = json.loads(bare)
        return found

    def environment(self) -> dict[str, str]:
        """What ENV sets."""
        pairs = re.findall(r"(\w+)=(\S+)", " ".join(self.all("ENV")))
        return dict(pairs)


def instructions() -> list[Instruction]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    pairs = (line.split(None, 1) for line in joined.splitlines() if line.strip())
    return [Instruction(word, rest.strip()) for word, rest in pairs]


def stages() -> list[Stage]:
    """The stages, the last of which is the image."""
    found: list[list[Instruction]] = []
    for one in instructions():
        if one.word == "FROM":
            found.append([])
        if found:
            found[-1].append(one)
    return [Stage(*named(group[0].rest), tuple(group[1:])) for group in found]


def named(words: str) -> tuple[str, str]:
    base, _, name = words.partition(" AS ")
    return base, name


def taken() -> list[str]:
    """What .dockerignore lets in: names in the root."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line[1:] for line in lines if line.startswith("!")]


def left_out() -> list[str]:
    """Patterns that it leaves out anywhere, after what it lets in."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("**/") for line in lines if line.startswith("**/")]


def copy_context(folder: Path) -> None:
    """What ``COPY . .`` brings, into a folder."""

    def ignored(_at: str, names: list[str]) -> set[str]:
        return {name for name in names for pattern in left_out() if fnmatch(name, pattern)}

    folder.mkdir(parents=True, exist_ok=True)
    for name in taken():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
