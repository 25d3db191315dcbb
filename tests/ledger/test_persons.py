"""What names a natural person is kept encrypted, and can be erased; all else stays as it is."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from ledger.audit.verifying import verify
from ledger.database import migrate, open_database, reading, writing
from ledger.faults import Forbidden, RejectedRows, UnknownParty, WrongHashKey, WrongVault
from ledger.kinds import KINDS
from ledger.persons import erase, hidden, revealed
from ledger.principals import OWNER, Principal
from ledger.tenants import ensure_tenant
from ledger.vault import MARK, PersonCipher, Vault, ciphertext_length, new_key
from tests.ledger.made_rows import NOW, OTHER, Row, days, party, put

SECRET = bytes(range(32))
NAME = "王小明"


def opened(url: str, vault: Vault | None) -> Engine:
    engine = open_database(url, vault)
    migrate(engine)
    with writing(engine) as connection:
        for principal in (OWNER, OTHER):
            ensure_tenant(connection, principal.tenant, "Asia/Shanghai", "CNY")
    return engine


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with two empty books, opened with its secret."""
    found = opened(database_url, Vault(SECRET))
    yield found
    found.dispose()


def person(ref: str = "p", **more: Any) -> Row:
    return party(ref, person_linked=True, country="CN", **{"name": NAME, **more})


def stored(engine: Engine, ref: str = "p", tenant: str = "default") -> list[dict[str, Any]]:
    asked = text("SELECT * FROM party WHERE ref = :ref AND tenant = :tenant ORDER BY seq")
    with reading(engine) as connection:
        found = connection.execute(asked, {"ref": ref, "tenant": tenant})
        return [dict(row) for row in found.mappings()]


def told(engine: Engine, ref: str = "p") -> Any:
    with reading(engine) as connection:
        return revealed(connection, "default", "party", stored(engine, ref))[-1]["name"]


def erased(engine: Engine, ref: str = "p", principal: Principal = OWNER) -> None:
    with writing(engine) as connection:
        erase(connection, principal, ref, NOW)


def verifies(engine: Engine) -> bool:
    return verify(engine, "default", [], []).ok


def refusal(engine: Engine, row: Row) -> tuple[str, str]:
    with pytest.raises(RejectedRows) as caught:
        put(engine, {"party": [row]})
    (fault,) = caught.value.faults
    return fault.field, fault.reason


def test_a_person_is_named_by_ciphertext_and_told_by_name(engine: Engine) -> None:
    put(engine, {"party": [person(national_id="110101199003070011"), party("firm", name="钢铁")]})

    (row,) = stored(engine)
    assert row["name"].startswith(MARK)
    assert row["national_id"].startswith(MARK)
    assert (row["country"], row["person_linked"]) == ("CN", 1)
    assert NAME not in str(row)
    assert told(engine) == NAME
    assert stored(engine, "firm")[0]["name"] == told(engine, "firm") == "钢铁"
    assert verifies(engine)


def test_sending_a_person_again_says_nothing_new_and_a_new_name_corrects(engine: Engine) -> None:
    put(engine, {"party": [person()]})

    assert put(engine, {"party": [person()]}).unchanged == 1
    assert put(engine, {"party": [person(name="王大明")]}).corrected == 1
    assert told(engine) == "王大明"


def test_equal_names_have_different_ciphertexts(engine: Engine) -> None:
    put(engine, {"party": [person("p"), person("q", name_en=NAME)]})
    put(engine, {"party": [person("p")]}, principal=OTHER)

    q = stored(engine, "q")[0]
    seen = {stored(engine)[0]["name"], q["name"], q["name_en"]}
    assert len(seen | {stored(engine, tenant=OTHER.tenant)[0]["name"]}) == 4


def test_a_row_that_forgets_to_say_so_is_still_of_a_person(engine: Engine) -> None:
    put(engine, {"party": [person()]})
    put(engine, {"party": [party("p", name="王大明")]})

    assert stored(engine)[-1]["name"].startswith(MARK)
    assert told(engine) == "王大明"


def test_an_erased_person_is_unreadable_and_the_chain_stays_valid(engine: Engine) -> None:
    put(engine, {"party": [person(), person("q")]})
    before = stored(engine)

    erased(engine)
    erased(engine)

    assert (told(engine), told(engine, "q")) == (None, NAME)
    assert stored(engine) == before
    assert verifies(engine)
    assert refusal(engine, person())[0] == "name"
    assert put(engine, {"party": [party("p", person_linked=True)]}).corrected == 1


def test_a_person_without_texts_can_be_erased_beforehand(engine: Engine) -> None:
    put(engine, {"party": [party("p", person_linked=True)]})
    erased(engine)

    field, reason = refusal(engine, person())
    assert (field, "erased" in reason) == ("name", True)


def test_who_may_erase_whom(engine: Engine) -> None:
    put(engine, {"party": [person()]})

    with pytest.raises(Forbidden):
        erased(engine, principal=Principal("default", "x", frozenset({"analyst"})))
    with pytest.raises(UnknownParty):
        erased(engine, "nobody")
    with pytest.raises(UnknownParty):
        erased(engine, principal=Principal(OTHER.tenant, "x", frozenset({"admin"})))
    assert told(engine) == NAME


def test_without_the_secret_no_person_is_named_or_told(database_url: str) -> None:
    engine = opened(database_url, None)
    field, reason = refusal(engine, person())
    assert (field, "TRICREDIT_PERSON_SECRET" in reason) == ("name", True)
    assert put(engine, {"party": [party("p", person_linked=True)]}).added == 1

    guarded = open_database(database_url, Vault(SECRET))
    put(guarded, {"party": [person()]})
    assert (told(guarded), told(engine)) == (NAME, None)

    other = open_database(database_url, Vault(SECRET[::-1]))
    with pytest.raises(WrongVault):
        told(other)
    for one in (engine, guarded, other):
        one.dispose()


def test_a_text_that_looks_like_ciphertext_is_refused_and_our_own_is_kept(engine: Engine) -> None:
    put(engine, {"party": [person()]})
    ours = stored(engine)[0]["name"]

    assert put(engine, {"party": [person(name=ours)]}).unchanged == 1
    assert refusal(engine, person("q", name=ours))[0] == "name"
    assert refusal(engine, person(name=f"{MARK}x"))[0] == "name"
    assert refusal(engine, person(name_en=ours, name=None))[0] == "name_en"


def test_a_number_too_long_to_encrypt_is_refused(engine: Engine) -> None:
    assert put(engine, {"party": [person("p", vat_id="1" * 71)]}).added == 1
    assert refusal(engine, person("q", vat_id="1" * 72))[0] == "vat_id"
    assert put(engine, {"party": [person("q", name="名" * 300)]}).added == 1


def test_a_text_beside_the_facts_is_hidden_in_the_same_way(engine: Engine) -> None:
    put(engine, {"party": [person(), party("firm", name="钢铁")]})
    with reading(engine) as connection:
        assert hidden(connection, "default", "p", "name", NAME) == stored(engine)[0]["name"]
        assert hidden(connection, "default", "firm", "name", "钢铁") == "钢铁"
    erased(engine)
    with reading(engine) as connection:
        assert hidden(connection, "default", "p", "name", NAME) == ""


def test_a_key_is_made_in_the_transaction_that_needs_it(engine: Engine) -> None:
    with pytest.raises(RejectedRows):
        put(engine, {"party": [person(), party("q", happened_at=NOW + days(9))]})
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM person_key")) == 0


def test_only_parties_have_texts_that_name_a_person() -> None:
    personal = {kind.name: kind.personal for kind in KINDS if kind.personal}

    assert personal == {"party": ("name", "vat_id", "national_id", "name_en", "former_names")}


def test_a_cipher_is_bound_to_person_and_field() -> None:
    key = new_key()
    cipher = PersonCipher(key, "t", "p")
    sealed = cipher.encrypt("name", NAME)

    assert cipher.encrypt("name", NAME) == sealed
    assert len(sealed) == ciphertext_length(NAME)
    assert cipher.decrypt("name", sealed) == NAME
    assert cipher.decrypt("name_en", sealed) is None
    assert PersonCipher(key, "t", "q").decrypt("name", sealed) is None
    assert PersonCipher(new_key(), "t", "p").decrypt("name", sealed) is None
    assert cipher.decrypt("name", f"{MARK}%%%") is None


def test_a_short_secret_and_one_that_is_no_hexadecimal_text_are_refused() -> None:
    for wrong in ("ab" * 31, "x" * 64, ""):
        with pytest.raises(WrongHashKey):
            Vault.of_hex(wrong)
    wrapped = Vault.of_hex(SECRET.hex()).wrap(new_key(), "t", "p")
    assert Vault(SECRET).unwrap(wrapped, "t", "p")


def test_a_wrapped_key_is_bound_to_tenant_and_person() -> None:
    vault, key = Vault(SECRET), new_key()
    wrapped = vault.wrap(key, "t", "p")

    assert vault.unwrap(wrapped, "t", "p") == key
    for tenant, who in (("t", "q"), ("tp", ""), ("", "tp")):
        with pytest.raises(WrongVault):
            vault.unwrap(wrapped, tenant, who)
