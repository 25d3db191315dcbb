"""Route of replays: a recorded score made again."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from fastapi import Request, Response
from pydantic import Field

from scoring.replaying import ReplayFrom
from service.access import AVisit
from service.answers import Answer
from service.intake import require_json_accepted
from service.parameters import Parameters, one_of
from service.record_desk import replayed
from service.scores import id_or_none

FROM: dict[str, Any] = {
    "parameters": [
        {
            "name": "from",
            "in": "query",
            "required": False,
            "description": "`inputs`: what the record keeps. `facts`: the ledger as it was then. "
            "重放依据：记录内输入，或当时账本",
            "schema": {"type": "string", "enum": [*ReplayFrom], "default": ReplayFrom.INPUTS},
        }
    ]
}


class ReplayDifference(Answer):
    """A field that comes out otherwise."""

    at: str = Field(description="JSON pointer of the field in the reply")
    recorded: Any
    replayed: Any


class ReplayReply(Answer):
    """A score made again, its reply withheld, and compared to the byte.

    重放结果。
    """

    score: str = Field(description="Id of the record")
    source: Literal["inputs", "facts"] = Field(alias="from", description="Made again from what")
    same: bool = Field(description="Every byte is as recorded, but for the fields left out 一致")
    code_recorded: str = Field(description="Version of the code that scored")
    code_now: str = Field(description="Of this code: another may differ, and says how")
    left_out: tuple[str, ...] = Field(
        description="Fields not made again: advice is tried on facts, which inputs don't hold"
    )
    differences: tuple[ReplayDifference, ...] = Field(description="The first 100 差异")


async def post_replay(score_id: str, request: Request, visit: AVisit) -> Response:
    """Make a recorded score again and compare it with what was answered, to the byte.

    重放已存评分并逐字节比对。

    From `inputs` it follows from the features and circumstances on record; from `facts` the
    ledger is read as it was at that moment, so that what was recorded later doesn't count. The
    bundle and the policy pack are those that decided. Nothing is recorded.
    """
    require_json_accepted(request.headers.get("accept"))
    asked = Parameters(request.query_params)
    source = asked.one("from", one_of(*ReplayFrom), ReplayFrom.INPUTS.value)
    asked.refuse_others()
    work = partial(
        replayed, visit.composition, visit.principal, id_or_none(score_id), ReplayFrom(source)
    )
    return Response(await visit.turnstile.run(work), media_type="application/json")
