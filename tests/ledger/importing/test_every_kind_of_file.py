"""Every kind of fact can be loaded through a mapping, from every kind of file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.importing.loading import import_folder
from ledger.kinds import KINDS
from ledger.principals import OWNER
from tests.ledger.importing.made_files import WRITERS, mapping_text
from tests.ledger.importing.small_bank import added, mapping_of
from tests.ledger.made_kinds import every_kind
from tests.ledger.made_rows import NOW, a_ledger, put


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with two empty books."""
    with a_ledger(database_url) as opened:
        yield opened


@pytest.mark.parametrize("ending", WRITERS)
def test_a_mapping_gives_the_facts_that_the_writer_was_sent(
    engine: Engine, tmp_path: Path, ending: str
) -> None:
    rows = every_kind()
    for kind in KINDS:
        WRITERS[ending](tmp_path / f"{kind.name}{ending}", kind, rows[kind.name])

    mapping = mapping_of(tmp_path, mapping_text(ending))
    report = import_folder(mapping, tmp_path, engine, OWNER, NOW)

    assert report.rejects == ()
    assert added(report) == {kind.name: len(rows[kind.name]) for kind in KINDS}
    receipt = put(engine, rows)
    assert (receipt.added, receipt.corrected) == (0, 0)
    assert receipt.unchanged == sum(map(len, rows.values()))
