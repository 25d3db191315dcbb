"""Route of enterprises: one in its three credits, as of an instant."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from fastapi import Request, Response

from service.access import AVisit
from service.fact_pages import IN_THE_FUTURE
from service.intake import require_json_accepted
from service.parameters import Parameters, an_instant
from service.profile_desk import profile


async def get_enterprise(id: str, request: Request, visit: AVisit) -> Response:
    """Show an enterprise in its three credits as of an instant, supplier or core enterprise.

    企业画像：主体信用、物的信用、数据信用与商业价值。

    The numbers are those that a score of that day would see: history is what was known before the
    day, receivables are seen at the instant, for the 200 recorded last of each role and the five
    parties it trades with most. Beside them: what the ledger has of it in other facts (`buyer` of
    `receivable`, `party` of `rating`, ...), its last recorded scores as supplier with their four
    parts, and its commercial value. A fact counts in the latest revision that was visible at
    `as_of`.
    """
    require_json_accepted(request.headers.get("accept"))
    now = datetime.now(UTC)
    given = Parameters(request.query_params)
    as_of = given.one("as_of", an_instant, now)
    if as_of > now:
        given.wrong("as_of", *IN_THE_FUTURE)
    given.refuse_others()
    work = partial(profile, visit.composition, visit.principal, id, as_of)
    return Response(await visit.looking.run(work), media_type="application/json")
