"""Route of metrics: what the service counts of itself, for Prometheus to read."""

from __future__ import annotations

import hmac
from typing import Any

from fastapi import Request, Response
from pydantic import SecretStr

from service.composition import Composition
from service.refusals import NotFound, Unauthenticated

METRICS_TEXT: dict[str, Any] = {
    "responses": {
        "200": {
            "description": "Text form of Prometheus, or OpenMetrics where that is accepted "
            "Prometheus 文本格式",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    }
}
"""What OpenAPI says of the answer."""


def get_metrics(request: Request) -> Response:
    """Tell what the service counts of itself, in the text form of Prometheus.

    运行指标（Prometheus 文本格式）：不含个人数据，也没有编号标签；
    可用 `TRICREDIT_METRICS=false` 关闭。

    No number is of a person or a tenant, and no label is an id: docs/metrics.md lists them all. It
    is open to whoever reaches the port, unless `TRICREDIT_METRICS_TOKEN` names the token that it
    must be asked with as Bearer; `TRICREDIT_METRICS=false` takes the address away.
    """
    composition: Composition = request.app.state.composition
    if not composition.settings.metrics:
        raise NotFound("metrics are turned off", remedy="set TRICREDIT_METRICS=true")
    _require_token(request, composition.settings.metrics_token)
    content, kind = composition.meters.written(request.headers.get("accept", ""))
    return Response(content, headers={"Content-Type": kind})


def _require_token(request: Request, token: SecretStr | None) -> None:
    """Raise `Unauthenticated` unless the request has the token of metrics, where there is one."""
    if token is None:
        return
    wanted = f"Bearer {token.get_secret_value()}".encode()
    given = request.headers.get("authorization", "").encode("latin-1")
    if not hmac.compare_digest(given, wanted):
        raise Unauthenticated(
            "metrics are told to whoever has their token",
            remedy="send it as Authorization: Bearer (TRICREDIT_METRICS_TOKEN)",
        )
