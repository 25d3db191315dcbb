"""Natural persons in the ledger: what names them is encrypted, and can be erased.

What the ledger has written it never changes, yet a person may ask to be forgotten. So the texts
that name a person (``Kind.personal`` of a party that is ``person_linked``) are kept as ciphertext
under a key of that person, and digests and chains are taken over the ciphertext. Erasing the key
makes the texts unreadable for good and leaves every chain valid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from math import inf
from typing import Any

from sqlalchemy import Connection, String, insert, select, update

from ledger.checking import Checked, Verdict
from ledger.faults import RowFault, UnknownParty, WrongVault
from ledger.kinds import Kind, kind_of, table_of
from ledger.person_table import PersonKey
from ledger.principals import Principal
from ledger.revisions import existing, key_queries
from ledger.stored_form import storing
from ledger.tenants import lock_book
from ledger.vault import (
    MARK,
    PersonCipher,
    Vault,
    ciphertext_length,
    is_ciphertext,
    new_key,
)

KEYS = str(PersonKey.__tablename__)

NO_VAULT = (
    "names a natural person, and the ledger was opened without the secret that guards persons; "
    "set TRICREDIT_PERSON_SECRET (docs/ledger.md), or leave the field out"
)
ERASED = (
    "the person was erased from this ledger and may not be named again; leave the field out, or "
    "report the person under another ref"
)
NOT_YOURS = f"a text that begins with {MARK} is the ledger's own; give the text itself"
TOO_LONG = "is too long to be kept encrypted; 71 bytes at most"


class PersonKeys:
    """The keys of some persons of a tenant, as the database and its vault give them.

    Attributes
    ----------
    vault : Vault or None
        What the database was opened with.
    known : set of str
        Persons that have or had a key.
    erased : set of str
        Those of them whose key is gone.
    """

    def __init__(self, connection: Connection, tenant: str, persons: Iterable[str]) -> None:
        self._connection = connection
        self._tenant = tenant
        vault = connection.get_execution_options().get("ledger_vault")
        self.vault = vault if isinstance(vault, Vault) else None
        self.known: set[str] = set()
        self.erased: set[str] = set()
        self._ciphers: dict[str, PersonCipher] = {}
        keys = table_of(KEYS).c
        wanted = select(keys.person, keys.wrapped).where(keys.tenant == tenant)
        for some in key_queries(connection, set(persons)):
            for person, wrapped in connection.execute(wanted.where(keys.person.in_(some))):
                self._take(person, wrapped)

    def _take(self, person: str, wrapped: bytes | None) -> None:
        self.known.add(person)
        if wrapped is None:
            self.erased.add(person)
        elif self.vault is not None:
            key = self.vault.unwrap(wrapped, self._tenant, person)
            self._ciphers[person] = PersonCipher(key, self._tenant, person)

    def cipher(self, person: str) -> PersonCipher | None:
        """The cipher of a person; None where it has none, was erased, or there is no vault."""
        return self._ciphers.get(person)

    def made(self, person: str) -> PersonCipher:
        """The cipher of a person, with a key that is made now where there was none."""
        if self.vault is None or person in self.erased:
            raise WrongVault("no key can be made for this person", field="person_secret")
        if person not in self._ciphers:
            key = new_key()
            wrapped = self.vault.wrap(key, self._tenant, person)
            row = {"tenant": self._tenant, "person": person, "wrapped": wrapped}
            self._connection.execute(insert(table_of(KEYS)), row)
            self._ciphers[person] = PersonCipher(key, self._tenant, person)
        return self._ciphers[person]


def guarded(connection: Connection, tenant: str, kind: Kind, verdict: Verdict) -> Verdict:
    """Checked rows of a kind, of a locked book, with the texts that name a person encrypted.

    Rows that name an erased person, or any person where there is no vault, are at fault.
    """
    texts = [row for row in verdict.good if _texts(kind, row.values)] if kind.personal else []
    if not texts:
        return verdict
    keys = PersonKeys(connection, tenant, [row.values["ref"] for row in texts])
    good: list[Checked] = []
    faults = list(verdict.faults)
    for row in verdict.good:
        if not _is_of_a_person(keys, kind, row.values):
            good.append(row)
        elif wrong := list(_wrong(keys, kind, row.values)):
            faults += [RowFault(kind.name, row.index, *one) for one in wrong]
        else:
            good.append(_encrypted(keys, kind, row))
    return Verdict(good, verdict.repeats, sorted(faults, key=lambda fault: fault.index))


def revealed(
    connection: Connection, tenant: str, kind: str, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Rows of a kind (by field, ``ref`` among them) as they were reported.

    A text that names a person is None where the person was erased, or where there is no vault.
    """
    personal = kind_of(kind).personal
    told = [dict(row) for row in rows]
    sealed = [row for row in told if any(is_ciphertext(row.get(field)) for field in personal)]
    if sealed:
        keys = PersonKeys(connection, tenant, [row["ref"] for row in sealed])
        for row in sealed:
            cipher = keys.cipher(row["ref"])
            for field in personal:
                if is_ciphertext(row.get(field)):
                    row[field] = cipher.decrypt(field, row[field]) if cipher else None
    return told


def hidden(connection: Connection, tenant: str, party: str, field: str, text: str) -> str:
    """A text about a party as the ledger keeps it: as it is, or encrypted where it names a person.

    For what lies outside the facts (a stored request), after these were written.
    """
    keys = PersonKeys(connection, tenant, [party])
    if party in keys.erased:
        return ""
    cipher = keys.cipher(party)
    return text if cipher is None else cipher.encrypt(field, text)


def shown(connection: Connection, tenant: str, party: str, field: str, text: str) -> str | None:
    """What `hidden` kept, as it was; None where the party was erased, or there is no vault."""
    if not is_ciphertext(text):
        return text or None
    cipher = PersonKeys(connection, tenant, [party]).cipher(party)
    return None if cipher is None else cipher.decrypt(field, text)


def erase(connection: Connection, principal: Principal, person: str, now: datetime) -> None:
    """Erase the key of a person: what names it in the ledger can't be read any more.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.writing``; the erasure holds once the caller has committed. A backup
        made before still has the key: erase it there too.
    person : str
        ``ref`` of the party. Erasing it again changes nothing.
    now : datetime
        Aware.

    Raises
    ------
    Forbidden
        Where the principal is no admin.
    UnknownParty
        Where the ledger has no such party.
    """
    principal.require("admin")
    lock_book(connection, principal.tenant)
    if not existing(connection, "party", principal.tenant, [person]):
        raise UnknownParty(
            f"there is no party {person!r}", field="person", remedy="give the ref of a party"
        )
    table = table_of(KEYS)
    mine = (table.c.tenant == principal.tenant) & (table.c.person == person)
    ended = {"wrapped": None, "erased_at": now, "erased_by": principal.name}
    there = connection.execute(select(table.c.erased_at).where(mine)).one_or_none()
    if there is None:
        row = {"tenant": principal.tenant, "person": person, **ended}
        connection.execute(insert(table), row)
    elif there.erased_at is None:
        connection.execute(update(table).where(mine).values(ended))


def _texts(kind: Kind, values: Mapping[str, Any]) -> list[str]:
    """The fields that would name a person, unless the row says that it is of none."""
    if values["person_linked"] is False:
        return []
    return [field for field in kind.personal if values[field] is not None]


def _is_of_a_person(keys: PersonKeys, kind: Kind, values: Mapping[str, Any]) -> bool:
    """Whether a row names a person: it says so, or doesn't say and the ledger knows a person."""
    if not _texts(kind, values):
        return False
    return values["person_linked"] is True or values["ref"] in keys.known


def _wrong(keys: PersonKeys, kind: Kind, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    person = values["ref"]
    for field in _texts(kind, values):
        if keys.vault is None:
            yield field, NO_VAULT
        elif person in keys.erased:
            yield field, ERASED
        elif is_ciphertext(values[field]):
            cipher = keys.cipher(person)
            if cipher is None or cipher.decrypt(field, values[field]) is None:
                yield field, NOT_YOURS
        elif ciphertext_length(values[field]) > _room(kind, field):
            yield field, TOO_LONG


def _room(kind: Kind, field: str) -> float:
    """Characters that the column of a field takes."""
    declared = table_of(kind.name).c[field].type
    return (isinstance(declared, String) and declared.length) or inf


def _encrypted(keys: PersonKeys, kind: Kind, row: Checked) -> Checked:
    cipher = keys.made(row.values["ref"])
    texts = {
        field: cipher.encrypt(field, row.values[field])
        for field in _texts(kind, row.values)
        if not is_ciphertext(row.values[field])
    }
    values = {**row.values, **texts}
    return Checked(row.index, values, storing(kind.name)(values))
