"""Route of metrics: what the service counts of itself, for Prometheus to read."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from service.access import AVisit
from service.refusals import NotFound

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


def get_metrics(request: Request, visit: AVisit) -> Response:
    """Tell what the service counts of itself, in the text form of Prometheus.

    运行指标（Prometheus 文本格式）：不含个人数据，也没有编号标签；
    可用 `TRICREDIT_METRICS=false` 关闭。

    No number is of a person and no label is an id: docs/metrics.md lists them all. It is open to
    whoever reaches the port; `TRICREDIT_METRICS=false` takes the address away.
    """
    composition = visit.composition
    if not composition.settings.metrics:
        raise NotFound("metrics are turned off", remedy="set TRICREDIT_METRICS=true")
    content, kind = composition.meters.written(request.headers.get("accept", ""))
    return Response(content, headers={"Content-Type": kind})
