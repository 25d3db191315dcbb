"""The example of docs/mappings.md does what the page says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.database import migrate, open_database
from ledger.importing.field_rules import FORMS
from ledger.kinds import KINDS
from ledger.vault import Vault
from tests.ledger.importing.small_bank import added, facts, faults, load

PAGE = Path(__file__).parents[3] / "docs" / "mappings.md"


@pytest.fixture(params=["with a secret", "without"])
def engine(request: pytest.FixtureRequest, database_url: str) -> Iterator[Engine]:
    """An empty ledger, on each store, with and without what guards natural persons."""
    secret = Vault(bytes(32)) if request.param == "with a secret" else None
    opened = open_database(database_url, secret)
    migrate(opened)
    yield opened
    opened.dispose()


def test_the_example_runs_as_it_stands(
    request: pytest.FixtureRequest, engine: Engine, tmp_path: Path
) -> None:
    blocks = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (mapping,) = [text for kind, text in blocks if kind == "toml"]
    claims, parties = [text for kind, text in blocks if kind == "csv"]
    (tmp_path / "claims.csv").write_text(claims, encoding="utf-8")
    (tmp_path / "parties.csv").write_text(parties, encoding="utf-8")
    report = load(engine, tmp_path, mapping)
    if "without" in request.node.name:
        assert added(report) == {"party": 2, "party_profile": 2, "receivable": 2, "payment": 1}
        refused = [(4, "name", "ledger"), (4, "debtor", "ledger"), (4, "debtor", "ledger")]
        assert faults(report) == [*refused, (5, "issued", "not-a-date")]
    else:
        assert added(report) == {"party": 3, "party_profile": 2, "receivable": 3, "payment": 2}
        assert faults(report) == [(5, "issued", "not-a-date")]
    claim = facts(engine, "receivable")[0]
    assert (claim["ref"], claim["face_minor"], claim["rate_ppm"]) == ("000117", 120050, 59900)


def test_the_page_names_every_kind_and_every_rule() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [form for form in FORMS if f"{{ {form} = " not in page] == []
    assert [kind.name for kind in KINDS if kind.name not in page] == []
