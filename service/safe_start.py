"""What a service must have before it starts to listen, so that no secret is missing or known.

Every lack is named with its remedy, all of them at once; no secret is ever told.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import make_url, text

from ledger.acting import EVERY, acting_for
from ledger.audit.signing_keys import PRIVATE
from ledger.database import open_database, reading, require_tables
from ledger.faults import DatabaseUnreachable, SchemaBehind
from ledger.tenants import books
from service.key_ring import keys_were_made
from service.refusals import UnsafeStart
from service.settings import Settings, is_loopback

LEAST_DIFFERENT = 16
"""Different bytes that 32 random ones have, but for one time in 10^14."""

KNOWN_PASSWORDS = frozenset(
    ("", "admin", "changeme", "change-me", "example", "password", "postgres", "secret", "tricredit")
)

MAKE_ONE = "export {name}=$(openssl rand -hex 32), and keep it as long as the ledger, apart from it"
MAKE_KEY = "make a key first: tricredit keys create NAME --role scorer (docs/access.md)"


def require_safe_start(settings: Settings) -> None:
    """Refuse what would let in anybody, or what is worth nothing as a secret.

    Raises
    ------
    UnsafeStart
        Names each lack and its remedy.
    WrongHashKey
        Where a secret isn't one by its form.
    """
    lacks = list(_of_keys(settings))
    if settings.env == "production":
        lacks += _of_production(settings)
    if lacks:
        listed = "\n".join(f"  {lack}" for lack in lacks)
        raise UnsafeStart(f"{len(lacks)} thing(s) are missing or not safe:\n{listed}")


def _of_keys(settings: Settings) -> Iterator[str]:
    """Keys that can't be checked, and a service open to others without any."""
    made = _made(settings)
    if made and settings.pepper() is None:
        yield (
            "TRICREDIT_KEY_PEPPER is missing, and the ledger has API keys: set the one that they "
            "were made with"
        )
    others = settings.env == "local" and not is_loopback(settings.host)
    if others and settings.token_issuer is None and made is False:
        yield (
            f"others reach {settings.host}, and no API key was made yet: {MAKE_KEY}, name an "
            "issuer of tokens, or listen on 127.0.0.1"
        )


def _of_production(settings: Settings) -> Iterator[str]:
    if settings.token_issuer is None or settings.key_pepper is not None:
        yield from _of_secret("TRICREDIT_KEY_PEPPER", settings.key_pepper)
    yield from _of_secret("TRICREDIT_PERSON_SECRET", settings.person_secret)
    if settings.metrics_token is not None and len(settings.metrics_token.get_secret_value()) < 16:
        yield "TRICREDIT_METRICS_TOKEN can be guessed: give 16 characters or more"
    if settings.key_pepper is not None and settings.key_pepper == settings.person_secret:
        yield "TRICREDIT_KEY_PEPPER and TRICREDIT_PERSON_SECRET are the same: make two"
    yield from _of_trust(settings.trust)
    yield from _of_database(settings)


def _of_secret(name: str, secret: SecretStr | None) -> Iterator[str]:
    if secret is None or not secret.get_secret_value():
        yield f"{name} is missing: {MAKE_ONE.format(name=name)}"
        return
    digits = secret.get_secret_value()
    try:
        content = bytes.fromhex(digits)
    except ValueError:
        yield f"{name} is not in hexadecimal digits: {MAKE_ONE.format(name=name)}"
        return
    steps = {(after - before) % 256 for before, after in pairwise(content)}
    if len(content) < 32 or len(set(content)) < LEAST_DIFFERENT or len(steps) < 3:
        yield f"{name} can be guessed: {MAKE_ONE.format(name=name)}"


def _of_trust(trust: Path | None) -> Iterator[str]:
    if trust is None:
        yield (
            "TRICREDIT_TRUST is missing, so that whoever can write beside the bundles could sign "
            "them: name a folder of public keys (tricredit keys sign makes a pair)"
        )
        return
    folder = trust if trust.is_dir() else trust.parent
    if (folder / PRIVATE).exists():
        yield (
            f"the private key {folder / PRIVATE} lies where the service reads: move it to whoever "
            "signs, and leave the public one"
        )


def _of_database(settings: Settings) -> Iterator[str]:
    if settings.db == Settings.model_fields["db"].default:
        yield "TRICREDIT_DB is missing: name the ledger, PostgreSQL or an absolute SQLite path"
        return
    url = make_url(settings.db)
    if url.get_backend_name() == "sqlite":
        if not Path(str(url.database)).is_absolute():
            yield "TRICREDIT_DB is a path that depends on the working folder: give an absolute one"
    elif url.password is not None and str(url.password).lower() in KNOWN_PASSWORDS:
        yield "the password in TRICREDIT_DB is one that everybody knows: give the role another one"
    else:
        yield from _of_wall(settings)


def _of_wall(settings: Settings) -> Iterator[str]:
    """Several lenders in a ledger, and a role that row-level security doesn't hold."""
    try:
        engine = open_database(settings.db)
    except DatabaseUnreachable:  # it may start later; nobody is let in without it
        return
    try:
        with acting_for(EVERY), reading(engine) as connection:
            held = connection.scalar(text("SELECT row_security_active('score_record'::regclass)"))
            several = len(books(connection)) > 1
    finally:
        engine.dispose()
    if several and not held:
        yield (
            "the role in TRICREDIT_DB owns the tables, so that row-level security doesn't hold it, "
            "and the ledger has several lenders: tricredit tenants wall ROLE, and connect as that"
        )


def _made(settings: Settings) -> bool | None:
    """Whether the ledger has or had keys; None where nobody can tell now."""
    try:
        engine = open_database(settings.db)
    except DatabaseUnreachable:
        return None
    try:
        require_tables(engine)
        return keys_were_made(engine)
    except SchemaBehind:
        return False
    finally:
        engine.dispose()
