"""What a request presents of its caller: a key, or a token, and the certificate of its connection.

Read once from the raw header, for every request passes here.
"""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_address
from ssl import PEM_cert_to_DER_cert
from typing import Any, NoReturn
from urllib.parse import unquote

from service.refusals import Unauthenticated

API_KEY = "X-API-Key"
"""Header of an API key; ``Authorization: Bearer`` takes one too."""

LONGEST = 8 * 1024
"""Characters of a key or a token; a longer one is none."""

HOW = f"send a key in the header {API_KEY}, or a token as Authorization: Bearer (docs/access.md)"

Networks = Sequence[IPv4Network | IPv6Network]


@dataclass(frozen=True)
class Presented:
    """What a request presents.

    Attributes
    ----------
    text : str or None
        An API key or a token; None where there is neither.
    thumbprint : str or None
        SHA-256 of the certificate of the caller's connection to the proxy, in base64url, as RFC
        8705 has it; None where no proxy tells one.
    """

    text: str | None
    thumbprint: str | None


def presented(scope: Any, certificate_header: bytes, proxies: Networks) -> Presented:
    """Read it from the scope of a request.

    Parameters
    ----------
    certificate_header : bytes
        Name of the header in which a proxy tells the certificate, in lower case.
    proxies : sequence of networks
        Whose word on that is taken.

    Raises
    ------
    Unauthenticated
        Where there are two keys or tokens, one of another form, or a certificate told by somebody
        who is no such proxy.
    """
    texts: list[str] = []
    certificates: list[bytes] = []
    for name, value in scope["headers"]:
        if name == b"authorization":
            texts.append(_bearer(value))
        elif name == b"x-api-key":
            texts.append(value.decode("latin-1").strip())
        elif name == certificate_header and value:
            certificates.append(value)
    if len(texts) > 1:
        refuse("the request presents more than one key or token", "send one")
    if texts and not 0 < len(texts[0]) <= LONGEST:
        refuse("what the request presents is no key and no token", HOW)
    return Presented(
        texts[0] if texts else None, _thumbprint(certificates, scope.get("client"), proxies)
    )


def refuse(message: str, remedy: str) -> NoReturn:
    """Raise `Unauthenticated`."""
    raise Unauthenticated(message, remedy=remedy)


def _bearer(value: bytes) -> str:
    scheme, _, text = value.decode("latin-1").strip().partition(" ")
    if scheme.lower() != "bearer":
        refuse("the header Authorization is of another kind than Bearer", HOW)
    return text.strip()


def _thumbprint(certificates: Sequence[bytes], peer: Any, proxies: Networks) -> str | None:
    if not certificates:
        return None
    if len(certificates) > 1 or not _is_one_of(peer, proxies):
        refuse(
            "a client certificate is told in a header by somebody who is not the proxy",
            "leave the header out; the operator names proxies in TRICREDIT_PROXY_ADDRESSES",
        )
    return urlsafe_b64encode(sha256(_der(certificates[0])).digest()).rstrip(b"=").decode()


def _is_one_of(peer: Any, proxies: Iterable[IPv4Network | IPv6Network]) -> bool:
    try:
        address = ip_address(peer[0])
    except (TypeError, ValueError):  # no address, as of a socket of the file system
        return False
    return any(address in network for network in proxies)


def _der(value: bytes) -> bytes:
    """The certificate of a header: ``:base64 of DER:`` (RFC 9440), or PEM as an URL has it."""
    text = value.decode("latin-1").strip()
    try:
        if text.startswith(":") and text.endswith(":"):
            return b64decode(text[1:-1], validate=True)
        return PEM_cert_to_DER_cert(unquote(text))
    except (NotBase64, ValueError):
        refuse("the client certificate in the header can't be read", "see docs/access.md")
