"""The frozen description of the interface: what the code says, without any ledger.

``docs/openapi.json`` is this text. A test compares the two, so that the interface changes on
purpose or not at all; ``tricredit openapi`` prints it, and CONTRIBUTING says when.
"""

from __future__ import annotations

import json
from difflib import unified_diff
from itertools import islice
from typing import Any

from fastapi import FastAPI

from service.contract import contract
from service.prefilled import fixed
from service.routes import add_routes

MOST_LINES = 200
"""Lines of a difference that are told."""


def frozen() -> dict[str, Any]:
    """The OpenAPI document of the routes, with examples that are always the same."""
    app = FastAPI()
    add_routes(app)
    return contract(app, fixed())


def frozen_text() -> str:
    """The same as JSON, a member a line, so that a difference can be read."""
    return json.dumps(frozen(), ensure_ascii=False, indent=1) + "\n"


def difference(kept: str) -> str:
    """What the code says otherwise than a text that was kept; empty where they are the same."""
    lines = unified_diff(
        kept.splitlines(), frozen_text().splitlines(), "kept", "this code", n=3, lineterm=""
    )
    return "\n".join(islice(lines, MOST_LINES))
