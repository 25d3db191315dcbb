"""Tokens of another's making: JWTs (RFC 9068) are checked here, and never issued.

A token is believed where a key of the configured issuer signed it by an algorithm of that key, it
is meant for this service, and it holds now. Who it names, with which roles and for which lender,
stands in claims whose names the operator knows.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Any, cast

import jwt

from ledger.facts import checked_key
from ledger.faults import WrongKey
from ledger.principals import ROLES, Principal, Role
from service.issuer_keys import IssuerKey, IssuerKeys
from service.presented import refuse
from service.settings import Settings

ALGORITHMS = ("PS256", "ES256", "EdDSA")
LEEWAY = timedelta(seconds=10)
"""How far the clocks of issuer and service may be apart."""

MOST = 10_000
"""Tokens whose signature needn't be checked again."""

ANOTHER = "get another token from the issuer"


@dataclass(frozen=True)
class Identity:
    """Whom a token names, and when and how it holds.

    Attributes
    ----------
    principal : Principal
    begins, ends : datetime
        It holds from ``begins`` to before ``ends``, leeway included.
    thumbprint : str or None
        Of the certificate that the token is bound to (``cnf``, ``x5t#S256``).
    """

    principal: Principal
    begins: datetime
    ends: datetime
    thumbprint: str | None


class Tokens:
    """Checks tokens of the issuer of the settings; for all threads of a process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.keys = IssuerKeys(settings.token_keys or "", settings.token_keys_kept_s)
        self._checked: OrderedDict[bytes, Identity] = OrderedDict()
        self._lock = Lock()

    def at_hand(self, text: str) -> Identity | None:
        """What a token said whose signature was checked before; None of one that wasn't."""
        digest = sha256(text.encode()).digest()
        with self._lock:
            return self._checked.get(digest)

    def look_at(self, text: str, now: datetime) -> Identity:
        """What a token says, its signature checked. Blocking: keys may have to be read.

        Raises
        ------
        Unauthenticated
            Where it is none, of another issuer or audience, or lacks a claim.
        IssuerUnreachable
        """
        key = self._key_of(text)
        identity = self._identity(self._claims(text, key), now)
        digest = sha256(text.encode()).digest()
        with self._lock:
            self._checked[digest] = identity
            if len(self._checked) > MOST:
                self._checked.popitem(last=False)
        return identity

    def checked(self, identity: Identity, thumbprint: str | None, now: datetime) -> Principal:
        """Whom a token makes of its caller now, over this connection; or raise."""
        if now >= identity.ends:
            refuse("the token has expired", ANOTHER)
        if now < identity.begins:
            refuse("the token doesn't hold yet", "send the request later")
        bound = identity.thumbprint
        if bound is None and self._settings.tokens_bound:
            refuse("the token is bound to no certificate", "get a token by mutual TLS (RFC 8705)")
        if bound is not None and bound != thumbprint:
            refuse(
                "the token is bound to a certificate, and the connection has another or none",
                "send it by mutual TLS with the certificate that it was issued to",
            )
        return identity.principal

    def _key_of(self, text: str) -> IssuerKey:
        try:
            header = jwt.get_unverified_header(text)
        except jwt.InvalidTokenError:
            refuse("what the request presents is no key and no token", "see docs/access.md")
        algorithm, id = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            refuse("the token is signed in no way that is believed", f"use {', '.join(ALGORITHMS)}")
        named = id if isinstance(id, str) else None
        key = self.keys.at_hand(named) or self.keys.find(named)
        if key is None or key.algorithm != algorithm:
            refuse("the token is signed with no key of the issuer", ANOTHER)
        return key

    def _claims(self, text: str, key: IssuerKey) -> dict[str, Any]:
        # times are checked on every request, also when the signature is known: `checked`
        try:
            return jwt.decode(
                text,
                key.key,
                algorithms=[key.algorithm],
                audience=self._settings.token_audience,
                issuer=self._settings.token_issuer,
                options={
                    "require": ["exp", "iss", "aud"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidAudienceError:
            refuse("the token is meant for another service", ANOTHER)
        except jwt.InvalidIssuerError:
            refuse("the token is of another issuer", ANOTHER)
        except jwt.MissingRequiredClaimError as error:
            refuse(f"the token lacks the claim {error.claim}", ANOTHER)
        except jwt.InvalidTokenError:
            refuse("the token is not valid", ANOTHER)

    def _identity(self, claims: dict[str, Any], now: datetime) -> Identity:
        settings = self._settings
        roles = _words(_claim(claims, settings.token_roles_claim)) & ROLES
        principal = Principal(
            tenant=_text(claims, settings.token_tenant_claim),
            name=_text(claims, settings.token_name_claim),
            roles=cast("frozenset[Role]", roles),
        )
        return Identity(
            principal,
            begins=_instant(claims.get("nbf", 0), now) - LEEWAY,
            ends=_instant(claims["exp"], now) + LEEWAY,
            thumbprint=_bound_to(claims),
        )


def _claim(claims: dict[str, Any], name: str) -> Any:
    """A claim by its name, or by its path: ``realm_access.roles``."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _text(claims: dict[str, Any], name: str) -> str:
    found = _claim(claims, name)
    try:
        return checked_key(found if isinstance(found, str) else "", name)
    except WrongKey:
        refuse(f"the token lacks the claim {name}", ANOTHER)


def _words(told: Any) -> frozenset[str]:
    """Words of a list, or of a text that spaces divide."""
    found = told.split() if isinstance(told, str) else told
    return frozenset(one for one in found if isinstance(one, str)) if found else frozenset()


def _instant(told: Any, now: datetime) -> datetime:
    """An instant in seconds since 1970; what no clock reaches is refused."""
    try:
        return datetime.fromtimestamp(int(told), now.tzinfo)
    except (TypeError, ValueError, OverflowError, OSError):
        refuse("the token names a time that is none", ANOTHER)


def _bound_to(claims: dict[str, Any]) -> str | None:
    """The certificate that a token is bound to; a token that is bound otherwise isn't believed."""
    bound = claims.get("cnf")
    if bound is None:
        return None
    thumbprint = bound.get("x5t#S256") if isinstance(bound, dict) else None
    if not isinstance(thumbprint, str):
        refuse("the token is bound to something else than a certificate", ANOTHER)
    return thumbprint
