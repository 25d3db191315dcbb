"""How schemathesis writes bodies whose form it doesn't know (``SCHEMATHESIS_HOOKS``)."""

from __future__ import annotations

import json
from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson", "text/csv", "application/vnd.apache.parquet")
def as_it_is(_context: Any, value: Any) -> bytes:
    """A text as it is; of a list a line for each of its members."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode(errors="surrogatepass")
    members = value if isinstance(value, list) else [value]
    return "\n".join(json.dumps(member) for member in members).encode()
