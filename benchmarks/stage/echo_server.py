"""The service with one more route, ``POST /echo``: the same stack and intake, and no score.

``python -m benchmarks.stage.echo_server BUNDLE PORT`` serves until it is ended, from the
ledger that ``TRICREDIT_DB`` names: whoever lists processes sees arguments, and a URL may hold a
password.
"""

from __future__ import annotations

import socket
import sys

from fastapi import FastAPI, Request, Response

from service.intake import parse_request, read_body, require_json_accepted
from service.server import build
from service.settings import Settings


async def echo(request: Request) -> Response:
    """Read, check and parse a request as the score route does, and send it back."""
    require_json_accepted(request.headers.get("accept"))
    body = await read_body(request, request.app.state.settings.body_limit_bytes)
    parse_request(body)
    return Response(body, media_type="application/json")


def main(bundle: str, port: str) -> None:
    """Serve as ``tricredit serve`` does, on this machine only and without a log of requests."""
    server = build(Settings(bundle=bundle))
    application = server.config.app
    assert isinstance(application, FastAPI)
    application.add_api_route("/echo", echo, methods=["POST"])
    server.config.access_log = False
    # asyncio sends small answers at once (TCP_NODELAY) only where it knows that it is TCP
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", int(port)))
        server.run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
