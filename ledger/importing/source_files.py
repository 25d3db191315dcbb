"""The files of a folder that a mapping names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.importing.columnar import open_columnar
from ledger.importing.delimited import open_delimited
from ledger.importing.file_formats import Formats
from ledger.importing.file_plans import plan_file
from ledger.importing.import_faults import MissingFile
from ledger.importing.mapping import Container, FileRule, Source
from ledger.importing.mapping import Mapping as WholeMapping
from ledger.importing.opened_file import OpenedFile
from ledger.importing.workbook import open_workbook

OPEN: Mapping[Container, Callable[[Path, Formats], AbstractContextManager[OpenedFile]]] = {
    "csv": open_delimited,
    "parquet": open_columnar,
    "xlsx": open_workbook,
}
"""How each kind of file is opened."""


@dataclass(frozen=True)
class SourceFile:
    """A file that is there.

    Attributes
    ----------
    path : Path
        Where it is.
    rule : FileRule
        How it is read.
    place : str
        JSON pointer of the rule in the mapping.
    size : int
        Bytes, as they lie on disk.
    """

    path: Path
    rule: FileRule
    place: str
    size: int

    @contextmanager
    def opened(self) -> Iterator[OpenedFile]:
        """Open it as what it is; raise `UnreadableFile` or `WrongHeader`."""
        with OPEN[self.rule.container](self.path, self.rule.format) as file:
            yield file


def find_files(mapping: WholeMapping, folder: Path) -> list[SourceFile]:
    """The files of the mapping in ``folder``: in its order, those of a glob by name.

    Raises `MissingFile` where the folder isn't there or may not be looked into, or nothing in it
    has the name.
    """
    try:
        if not folder.is_dir():
            raise MissingFile(
                f"{folder} is not a folder", remedy="name the folder with the exports"
            )
        return [
            SourceFile(path, rule, f"/file/{index}", path.stat().st_size)
            for index, rule in enumerate(mapping.file)
            for path in _matching(rule, f"/file/{index}/name", folder)
        ]
    except OSError as error:  # no permission, a name that is too long, a file that just went
        raise MissingFile(
            f"{folder} can't be looked into: {error.strerror}",
            remedy="check its permissions, and the names of the files in the mapping",
        ) from error


def check_files(files: Sequence[SourceFile], source: Source) -> None:
    """Open every file and compare its header with the mapping; read no rows.

    Raises `WrongMapping`, `WrongHeader` or `UnreadableFile` at the first file that is wrong.
    """
    for found in files:
        with found.opened() as file:
            plan_file(found.rule, found.place, found.path.name, file, source)


def _matching(rule: FileRule, place: str, folder: Path) -> list[Path]:
    exact = folder / rule.name
    found = [exact] if exact.is_file() else sorted(folder.glob(rule.name))
    found = [path for path in found if path.is_file()]
    if not found:
        raise MissingFile(
            f"there is no file {rule.name!r} in {folder}",
            field=place,
            remedy="put the file there, or correct its name in the mapping",
        )
    return found
