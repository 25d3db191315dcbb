"""Routes of documentation: the Swagger page without the internet, OpenAPI, kinds of problem.

Swagger UI's own files come out of the installed package ``fastapi-offline``; the page and its
start script are ours, so that the page works under a policy without inline scripts.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from service.access import ALook
from service.contract import contract
from service.prefilled import fixed, prefilled
from service.problems import ProblemKind, catalogue
from service.refusals import NotFound

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

ASSETS: dict[str, tuple[str, str]] = {
    "docs.css": ("service", "text/css"),
    "docs.js": ("service", "text/javascript"),
    "favicon.png": ("fastapi_offline", "image/png"),
    "swagger-ui.css": ("fastapi_offline", "text/css"),
    "swagger-ui-bundle.js": ("fastapi_offline", "text/javascript"),
}
"""Files of the page: the package whose ``static`` folder has them, and their kind."""


def get_docs() -> Response:
    """The Swagger page."""
    headers = {"Content-Security-Policy": PAGE_POLICY}
    return Response(_static("service", "docs.html"), media_type="text/html", headers=headers)


def get_asset(name: str) -> Response:
    """A file of the Swagger page."""
    if name not in ASSETS:
        raise NotFound("there is no such file", remedy="open /docs")
    package, kind = ASSETS[name]
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(_static(package, name), media_type=kind, headers=headers)


def get_openapi_json(request: Request, look: ALook) -> Response:
    """The description of the interface, with examples that work on the ledger as it is now.

    Whoever shows no key to a guarded service sees those of an empty book.
    """
    now = datetime.now(UTC)
    known = look.principal
    examples = fixed(now) if known is None else prefilled(look.composition, known, now)
    return JSONResponse(contract(request.app, examples))


async def get_problems() -> list[ProblemKind]:
    """List every kind of problem an answer can have.

    错误类型目录。
    """
    return catalogue()


async def get_problem(code: str) -> ProblemKind:
    """Explain one kind of problem: the address is its `type`.

    错误类型说明。
    """
    found = next((kind for kind in catalogue() if kind.code == code), None)
    if found is None:
        raise NotFound("there is no such kind of problem", remedy="see /problems")
    return found


def _static(package: str, name: str) -> bytes:
    return files(package).joinpath("static", name).read_bytes()
