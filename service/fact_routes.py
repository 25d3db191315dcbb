"""Routes of facts: load some, read them again."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO

from fastapi import Request, Response

from ledger.kinds import kind_of
from ledger.reports.reading import read_report
from service.access import AVisit, Visit
from service.fact_pages import fact_page
from service.intake import require_json_accepted
from service.load_desk import Order, load
from service.load_reply import LoadResponse
from service.parameters import Parameters, a_flag, a_key
from service.request_key import HEADER, request_key
from service.upload import digest_of, form_of_body, is_small, received, spool


async def post_facts(kind: str, request: Request, visit: AVisit) -> Response:
    """Load rows of one kind: a JSON array, NDJSON, CSV or Parquet, as the content type says.

    载入一类事实数据。

    All rows are loaded in one transaction, or none where one can't be right; with `keep_good` the
    good rows are loaded and the bad ones told. Sending the same rows again changes nothing; the
    same `ref` with other content is a correction. Columns and keys are the fields of the kind, as
    `docs/ledger.md` lists them. With the header `Idempotency-Key` the same body gets the same
    reply again, and that lists the first 100 errors.
    """
    require_json_accepted(request.headers.get("accept"))
    order = _order(kind, request)
    settings = visit.composition.settings
    lane = visit.posting if is_small(request.headers) else visit.loading
    async with (
        lane.seat(),
        received(request, settings.upload_limit_bytes, settings.upload_folder) as body,
    ):
        return await lane.run(partial(_load, visit, request, order, body))


def get_facts(kind: str, request: Request, visit: AVisit) -> Response:
    """List facts of one kind as they were known at an instant, page by page.

    查询某一时点已知的事实。

    Of each `ref` the latest revision is shown that was visible at `as_of`; `revisions=all` shows
    every one. Facts are listed by any field that names another fact, for example `buyer`. Pages
    don't shift when facts arrive meanwhile.
    """
    require_json_accepted(request.headers.get("accept"))
    page = fact_page(
        visit.composition, visit.principal, kind, request.query_params, datetime.now(UTC)
    )
    return Response(page, media_type="application/json")


def _order(kind: str, request: Request) -> Order:
    kind_of(kind)
    given = Parameters(request.query_params)
    order = Order(
        kind,
        form_of_body(request.headers),
        given.required("source_system", a_key),
        given.one("historical", a_flag, default=False),
        given.one("keep_good", a_flag, default=False),
    )
    given.refuse_others()
    return order


def _load(visit: Visit, request: Request, order: Order, body: BinaryIO) -> Response:
    settings = visit.composition.settings
    keyed = HEADER in request.headers
    key = request_key(request, order.kind, request.url.query, digest_of(body)) if keyed else None
    with ExitStack() as until_sent:
        errors = until_sent.enter_context(spool(settings.upload_folder))
        rows = read_report(body, order.form, order.kind, most_rows=settings.most_rows)
        answer = load(
            visit.composition,
            visit.principal,
            order,
            rows,
            errors=errors,
            now=datetime.now(UTC),
            key=key,
        )
        if answer.whole:
            return Response(answer.text, media_type="application/json")
        until_sent.pop_all()  # the response closes the file
        return LoadResponse(answer.text, errors)
