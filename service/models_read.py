"""Models read: what is registered, what one holds, what scored along, what was seen."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime
from functools import partial

from fastapi import Request, Response

from ledger.importing.cell_faults import CellError
from ledger.reports.cell_values import day_of_text
from service.access import AVisit
from service.intake import require_json_accepted
from service.load_desk import dumped
from service.model_desk import (
    Days,
    comparison_told,
    model_told,
    models_told,
    shadows_told,
    span_told,
)
from service.parameters import Parameters
from service.scores import id_or_none


def get_models(request: Request, visit: AVisit) -> Response:
    """List every registered bundle: event, training window, licence of its data, gates, aliases.

    列出全部已登记模型包。

    It tells also which one answers, which score along, and how each alias came to its holder.
    Nothing is promoted here: that is `tricredit models promote`, signed by a second person's key.
    """
    _plain(request)
    return _json(models_told(visit.composition, visit.principal))


def get_model(id: str, request: Request, visit: AVisit) -> Response:
    """Tell all that is known of a bundle, by its id or the alias that it holds.

    查看单个模型包。

    Its features with the direction in which each may move the risk, its calibration, what was
    signed, what a test period told, and every step that somebody signed about it.
    """
    _plain(request)
    return _json(model_told(visit.composition, visit.principal, id))


def get_model_shadow(id: str, request: Request, visit: AVisit) -> Response:
    """Compare a bundle that scored along with the one that answered, on recorded decisions.

    旁路评分与冠军模型对比。

    How far the probabilities are apart, how alike they rank, which decisions would have been
    others; and, of financings that were drawn and have ended, who ranked and forecast better.
    """
    _plain(request)
    return _json(comparison_told(visit.composition, visit.principal, id))


def get_shadows(score_id: str, request: Request, visit: AVisit) -> Response:
    """Tell what the bundles that scored along would have said of a recorded request.

    查看某笔评分的旁路结果。

    They come a moment after the answer; none is here where nobody scored along, or the queue was
    full (`GET /metrics`).
    """
    _plain(request)
    return _json(shadows_told(visit.composition, visit.principal, id_or_none(score_id)))


def get_monitoring(request: Request, visit: AVisit) -> Response:
    """Tell what the service saw of today, a day or a month: decisions, probabilities, what lacked.

    运行监测：当天、某日或某月。

    From the records, of the last 5,000 at most. Drift, calibration and ranking as outcomes ripen
    are told by `python -m training.monitor`.
    """
    require_json_accepted(request.headers.get("accept"))
    asked = Parameters(request.query_params)
    day, month = asked.one("day", a_day, None), asked.one("month", a_month, None)
    if day is not None and month is not None:
        asked.wrong("month", "given beside a day", "give one of the two")
    asked.refuse_others()
    days: Days = partial(_days, day, month)
    now = datetime.now(UTC)
    return _json(span_told(visit.composition, visit.principal, days, now))


def a_day(text: str) -> date:
    """A day, as 2026-06-17."""
    try:
        return day_of_text(text)
    except CellError:
        raise CellError("not-a-day", "no day; give one as 2026-06-17") from None


def a_month(text: str) -> date:
    """The first day of a month that is named as 2026-06."""
    try:
        return day_of_text(f"{text}-01")
    except CellError:
        raise CellError("not-a-month", "no month; give one as 2026-06") from None


def _days(day: date | None, month: date | None, today: date) -> tuple[date, date]:
    if month is not None:
        return month, month.replace(day=monthrange(month.year, month.month)[1])
    return day or today, day or today


def _plain(request: Request) -> None:
    require_json_accepted(request.headers.get("accept"))
    Parameters(request.query_params).refuse_others()


def _json(told: object) -> Response:
    return Response(dumped(told), media_type="application/json")
