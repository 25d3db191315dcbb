"""Facts in a folder of Parquet files: a ledger carried to where many requests are described.

The folder has one file ``<kind>.parquet`` for each kind of fact, or a folder of files
``<kind>/*.parquet``, in the columns of ``ledger.reader.arrow_schema``. No engine loads all of it:
what is read is what statements ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from sqlalchemy import Engine

from ledger.faults import Fault, FileInTheWay
from ledger.kinds import BY_NAME
from ledger.reader import arrow_schema, facts, last_seq

Facts = Mapping[str, pa.Table | ds.Dataset]
"""Facts by kind: in memory as ``ledger.reader`` gives them, or in files as `read_facts` does."""


class WrongFacts(Fault):
    """A file of facts that is missing, can't be read, or doesn't have the columns of its kind."""

    code = "wrong-facts"


def corrected(rows: pa.Table | ds.Dataset) -> bool:
    """Whether any fact has a second revision."""
    if isinstance(rows, pa.Table):
        return bool((pc.max(rows["revision"]).as_py() or 0) > 0)
    return bool(rows.count_rows(filter=pc.field("revision") > 0) > 0)


def read_facts(folder: Path, kinds: Sequence[str]) -> dict[str, ds.Dataset]:
    """Open the facts of some kinds; nothing but the files' schemas is read.

    Raises
    ------
    WrongFacts
        Where a kind has no file, a file is no Parquet, or lacks a column of its kind, or has it in
        another type. Further columns are left alone.
    """
    return {kind: _opened(folder, kind) for kind in kinds}


def export_facts(
    engine: Engine,
    tenant: str,
    folder: Path,
    *,
    kinds: Sequence[str] = tuple(BY_NAME),
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
) -> int:
    """Write the facts of a tenant to a new folder, one file a kind, all as of the same ``seq``.

    Attributes of natural persons stay encrypted, as the ledger has them.

    Returns
    -------
    int
        The ``seq`` through which facts were written.

    Raises
    ------
    FileInTheWay
        Where the folder is there already. One that wasn't finished is named ``<folder>.unfinished``
        and is written over.
    UnknownTenant
        Where the ledger has no such tenant.
    """
    if folder.exists():
        raise FileInTheWay(
            f"{folder} is there already", field="folder", remedy="name a folder that isn't there"
        )
    through_seq = last_seq(engine, tenant)
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    unfinished.mkdir(parents=True, exist_ok=True)
    for done, kind in enumerate(kinds):
        progress(kind, done, len(kinds))
        rows = facts(engine, tenant, kind, through_seq=through_seq)
        pq.write_table(rows, unfinished / f"{kind}.parquet", compression="zstd")
    unfinished.rename(folder)
    progress("facts", len(kinds), len(kinds))
    return through_seq


def _opened(folder: Path, kind: str) -> ds.Dataset:
    single, several = folder / f"{kind}.parquet", folder / kind
    files = [single] if single.is_file() else sorted(several.glob("*.parquet"))
    if not files:
        raise WrongFacts(
            f"{folder} has no facts of kind {kind}",
            field=kind,
            remedy=f"add {kind}.parquet, or {kind}/*.parquet; without rows where there are none",
        )
    schema = arrow_schema(kind)
    for file in files:
        _refuse_other_columns(file, kind, schema)
    return ds.dataset([str(file.resolve()) for file in files], schema=schema, format="parquet")


def _refuse_other_columns(file: Path, kind: str, schema: pa.Schema) -> None:
    try:
        found = pq.read_schema(file)
    except (pa.ArrowInvalid, OSError) as error:
        raise WrongFacts(
            f"{file} can't be read as Parquet: {error}",
            field=kind,
            remedy="write it again; `features.parquet_facts.export_facts` writes such files",
        ) from error
    for field in schema:
        at = found.get_field_index(field.name)  # -1 also where a name occurs twice
        if at < 0:
            raise WrongFacts(
                f"{file} doesn't have the column {field.name} once",
                field=field.name,
                remedy=f"add it once as {field.type}; null where unknown (docs/ledger.md)",
            )
        if found.field(at).type != field.type:
            raise WrongFacts(
                f"{file} has {field.name} as {found.field(at).type}, not as {field.type}",
                field=field.name,
                remedy=f"write the column as {field.type}: days and instants are whole numbers",
            )
