"""The header ``Idempotency-Key``: a caller that sends a request again gets its answer again."""

from __future__ import annotations

import re
from typing import Any

from fastapi import Request

from ledger.idempotency import RequestKey, fingerprint
from service.refusals import WrongIdempotencyKey

HEADER = "Idempotency-Key"
VISIBLE = "^[!-~]{1,128}$"

PARAMETER: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A key of your own, new for each request, for example a UUID. The same request "
    "sent again with it, after a timeout for example, is carried out once and answered with the "
    "same bytes; another body with it is refused. A request that was refused or failed doesn't use "
    "its key up. 幂等键：同一请求重复发送只执行一次，返回相同结果。",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": VISIBLE},
}
"""What OpenAPI says of the header. No example: the page would send one key with all requests."""


def request_key(request: Request, *asked: str) -> RequestKey | None:
    """The key of a request; None where it has none.

    Parameters
    ----------
    asked : str
        What the request asks beside its method and route: its body to the character, or a digest.

    Raises
    ------
    WrongIdempotencyKey
        Where the header is there twice, or is no key.
    """
    found = request.headers.getlist(HEADER)
    if not found:
        return None
    if len(found) > 1 or not re.fullmatch(VISIBLE, found[0]):
        raise WrongIdempotencyKey(
            "the header Idempotency-Key is no key",
            remedy="send it once, with 1 to 128 visible ASCII characters and no space",
        )
    path = request.scope["route"].path
    return RequestKey(found[0], fingerprint(request.method, path, *asked))
