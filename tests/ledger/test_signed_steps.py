"""Two people for a promotion, gates for a champion, and a registry that is what was signed."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import Engine

from ledger import aliases
from ledger.database import writing
from ledger.ids import new_id
from ledger.principals import Principal
from ledger.registry_faults import (
    AliasMoved,
    GatesNotPassed,
    MakerAlone,
    RetiredBundle,
    StillChampion,
    UnknownAlias,
    UnsignedBundle,
    WrongName,
    WrongReason,
)
from ledger.registry_steps import Statement
from ledger.tenants import ensure_tenant
from tests.ledger.lenders import ROLES, Lender, lived, unlocked, version
from tests.ledger.made_rows import NOW, a_ledger

ONE, TWO, THREE = version(1), version(2), version(3)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('steps') / 'ledger.db'}"
    else:
        url = request.getfixturevalue("postgres_server").create_database()
    with a_ledger(url) as opened:
        yield opened


@pytest.fixture
def lender(shared: Engine) -> Lender:
    tenant = new_id()
    with writing(shared) as connection:
        ensure_tenant(connection, tenant, "Asia/Shanghai", "CNY")
    return Lender.of(shared, tenant)


def test_each_step_is_a_signed_statement_that_names_the_one_before(lender: Lender) -> None:
    signed = lived(lender).signed()

    said = [step.said for step in signed]
    acts = [*["register"] * 3, *["promote"] * 3, "roll-back", "retire"]
    assert [one.act for one in said] == acts
    assert [one.number for one in said] == list(range(1, 9))
    assert [one.previous for one in said[1:]] == [
        sha256(step.statement).hexdigest() for step in signed[:-1]
    ]
    assert said[0].previous is None
    assert said[4] == Statement(
        tenant=lender.tenant,
        number=5,
        previous=said[4].previous,
        act="promote",
        bundle=TWO.id,
        manifest=TWO.manifest.hex(),
        alias="champion",
        before=ONE.id,
        reason="better",
        by="checker",
        key=lender.who.key_id,
        at="2024-06-01T12:00:00.000000+00:00",
    )
    assert said[0].validation == sha256(b"{}").hexdigest()
    for step in signed:
        maker = step.act == "register"
        signer_ = lender.maker if maker else lender.who
        assert step.signed_with(signer_.key.public_key())
        assert not step.signed_with((lender.who if maker else lender.maker).key.public_key())
        assert step.statement == step.said.written()
    assert lender.wrong() == ()


def test_the_maker_alone_promotes_nothing(lender: Lender) -> None:
    lender.takes(ONE)
    maker = replace(lender, who=lender.maker)
    same_name = replace(
        lender, who=replace(lender.who, principal=Principal(lender.tenant, "maker", ROLES))
    )
    other_name = replace(
        lender, who=replace(lender.maker, principal=Principal(lender.tenant, "another", ROLES))
    )

    for alone in (maker, same_name, other_name):
        for alias in ("champion", "challenger", "shadow"):
            with pytest.raises(MakerAlone) as refused:
                alone.gives(ONE, None, alias)
            assert "another person" in refused.value.remedy
    assert lender.moves() == []
    assert len(lender.signed()) == 1
    lender.gives(ONE, None)


def test_who_signed_the_bundle_is_a_maker_whoever_registers_it(lender: Lender) -> None:
    trained = replace(ONE, signing_key=lender.who.key_id)
    lender.takes(trained)

    with pytest.raises(MakerAlone):
        lender.gives(trained, None)

    lender.as_("third", "approver").gives(trained, None)


@pytest.mark.parametrize("gates", ["failed", "untested"])
def test_a_champion_needs_its_gates_a_challenger_none(lender: Lender, gates: str) -> None:
    bundle = version(1, gates=gates)  # type: ignore[arg-type]
    lender.takes(bundle)

    with pytest.raises(GatesNotPassed) as refused:
        lender.gives(bundle, None)

    assert "challenger or shadow" in refused.value.remedy
    assert lender.gives(bundle, None, "challenger").after == bundle.id
    assert lender.gives(bundle, None, "shadow").after == bundle.id
    assert lender.wrong() == ()


def test_what_is_retired_holds_no_alias_again(lender: Lender) -> None:
    for bundle in (ONE, TWO, THREE):
        lender.takes(bundle)
    lender.gives(ONE, None)
    with pytest.raises(StillChampion):
        lender.retires(ONE)
    lender.gives(TWO, ONE)
    lender.retires(ONE)

    with pytest.raises(RetiredBundle):
        lender.retires(ONE)
    with pytest.raises(RetiredBundle):
        lender.gives(ONE, None, "shadow")
    with pytest.raises(RetiredBundle):
        lender.back(TWO)
    assert lender.holder() == TWO
    lender.takes(ONE)
    with pytest.raises(RetiredBundle):
        lender.gives(ONE, None, "shadow")
    assert lender.wrong() == ()


def test_a_challenger_that_is_retired_leaves_the_alias_to_nobody(lender: Lender) -> None:
    for bundle in (ONE, TWO):
        lender.takes(bundle)
    lender.gives(ONE, None, "challenger")

    lender.retires(ONE)

    with pytest.raises(UnknownAlias):
        lender.holder("challenger")
    with pytest.raises(AliasMoved):
        lender.gives(TWO, ONE, "challenger")
    assert lender.gives(TWO, None, "challenger").before is None
    with pytest.raises(RetiredBundle):
        lender.back(TWO, "challenger")
    assert lender.wrong() == ()


def test_a_registration_of_before_is_signed_by_registering_again(lender: Lender) -> None:
    lender.takes(ONE)
    with writing(lender.engine) as connection:
        unlocked(connection, "DELETE FROM registry_step WHERE tenant = :tenant", lender)
    assert [one.reason for one in lender.wrong()] == ["nobody has signed for this row"]
    with pytest.raises(UnsignedBundle):
        lender.gives(ONE, None)

    lender.takes(ONE)

    lender.gives(ONE, None)
    assert lender.wrong() == ()


def test_names_and_reasons_must_be_keepable(lender: Lender) -> None:
    lender.takes(ONE)
    for wrong in ("", "two\nlines", "x" * 129):
        with pytest.raises(WrongName):
            lender.as_(wrong, "approver").gives(ONE, None)
    with pytest.raises(WrongReason), writing(lender.engine) as connection:
        aliases.retire(connection, lender.who, ONE.id, reason=" ", now=NOW)
    assert len(lender.signed()) == 1
