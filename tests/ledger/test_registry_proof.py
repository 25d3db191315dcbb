"""What somebody changes who owns the database, or a key and code of their own, is found."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from ledger import aliases
from ledger.database import reading, writing
from ledger.ids import new_id
from ledger.registry_proof import verify_registry
from ledger.tenants import ensure_tenant
from tests.ledger.lenders import Lender, lived, trusted, unlocked, version
from tests.ledger.made_rows import NOW, a_ledger

ONE = version(1)


@pytest.fixture
def lender(database_url: str) -> Iterator[Lender]:
    with a_ledger(database_url) as engine:
        tenant = new_id()
        with writing(engine) as connection:
            ensure_tenant(connection, tenant, "Asia/Shanghai", "CNY")
        yield Lender.of(engine, tenant)


TAMPERED = {
    "UPDATE registry_step SET statement = :other WHERE tenant = :tenant AND number = 5": (
        "did not sign"
    ),
    "UPDATE registry_step SET signature = :other WHERE tenant = :tenant AND number = 2": (
        "did not sign"
    ),
    "UPDATE registry_step SET signing_key = 'ffffffffffffffff' "
    "WHERE tenant = :tenant AND number = 2": "not trusted",
    "UPDATE registry_step SET act = 'retire' WHERE tenant = :tenant AND number = 2": (
        "not what the statement says"
    ),
    "DELETE FROM registry_step WHERE tenant = :tenant AND number = 4": "not step 4",
    "UPDATE alias_move SET after = 'late5-000000000003' "
    "WHERE tenant = :tenant AND alias = 'champion' AND number = 3": "says otherwise: bundle",
    "UPDATE alias_move SET reason = 'asked to' "
    "WHERE tenant = :tenant AND alias = 'shadow'": "says otherwise: reason",
    "DELETE FROM alias_move WHERE tenant = :tenant AND alias = 'champion' AND number = 3": (
        "its row is missing"
    ),
    "UPDATE registered_bundle SET gates = 'failed' WHERE tenant = :tenant AND version = 2": (
        "says otherwise: gates"
    ),
    "UPDATE registered_bundle SET validation = :other WHERE tenant = :tenant AND version = 2": (
        "says otherwise: validation"
    ),
    "UPDATE registered_bundle SET manifest = :other WHERE tenant = :tenant AND version = 2": (
        "says otherwise: manifest"
    ),
    "DELETE FROM registered_bundle WHERE tenant = :tenant AND version = 3": "its row is missing",
}


@pytest.mark.parametrize("sql", TAMPERED)
def test_what_the_owner_of_the_database_changes_is_found(lender: Lender, sql: str) -> None:
    lived(lender)
    with writing(lender.engine) as connection:
        unlocked(connection, sql, lender)

    assert any(TAMPERED[sql] in one.reason for one in lender.wrong())


def test_a_row_that_nobody_signed_for_is_found(lender: Lender) -> None:
    lived(lender)
    with writing(lender.engine) as connection:
        connection.execute(
            text(
                "INSERT INTO alias_move (tenant, alias, number, act, before, after, reason, "
                "recorded_at, signed_by) SELECT tenant, alias, 4, 'promote', after, "
                "'late5-000000000003', reason, recorded_at, signed_by FROM alias_move "
                "WHERE tenant = :tenant AND alias = 'champion' AND number = 3"
            ),
            {"tenant": lender.tenant},
        )

    (finding,) = lender.wrong()
    assert (finding.step, finding.bundle) == (None, "late5-000000000003")
    assert finding.reason == "nobody has signed for this row"


def test_a_key_that_is_not_trusted_is_found(lender: Lender) -> None:
    lived(lender)

    with reading(lender.engine) as connection:
        found = verify_registry(connection, lender.tenant, trusted(lender.maker))

    assert [one.step for one in found] == [4, 5, 6, 7, 8]
    assert all(lender.who.key_id in one.reason for one in found)


@pytest.mark.parametrize("rule", ["maker", "gates", "retired"])
def test_a_signed_step_against_the_rules_is_found(
    lender: Lender, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody with a trusted key and code of their own goes past `promote`."""
    passing: Callable[..., None] = lambda *_: None  # noqa: E731
    monkeypatch.setattr(aliases, "_require_another", passing)
    monkeypatch.setattr(aliases, "require_in_use", passing)
    alone = lender if rule == "gates" else replace(lender, who=lender.maker)
    lender.takes(ONE)
    if rule == "retired":
        lender.retires(ONE)
        lender.gives(ONE, None)
        expected = "the bundle was not in use"
    elif rule == "maker":
        alone.gives(ONE, None)
        expected = "its maker promoted it alone"
    else:
        failed = version(2, gates="failed")
        lender.takes(failed)
        lender.gives(failed, None, "challenger")
        with writing(lender.engine) as connection:
            aliases._move(connection, lender.who, "champion", "promote", failed, None, "why", NOW)
        expected = "it is champion without its gates"

    assert [one.reason for one in lender.wrong()] == [expected]
