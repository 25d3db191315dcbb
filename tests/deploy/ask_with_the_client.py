"""A program of an integrator: what the generated client can do, against a running service.

Runs in the environment of the client, which has nothing of ours: address, supplier, buyer, claim.
"""

import json
import sys

from tricredit_client import Client
from tricredit_client.api.facts import post_facts
from tricredit_client.api.health import get_ready
from tricredit_client.api.scores import get_score, post_score
from tricredit_client.models import (
    LoadReply,
    PostFactsJsonBodyItem,
    PostFactsKind,
    Problem,
    ScoreReply,
    ScoreRequest,
)

address, supplier, buyer, receivable = sys.argv[1:]
asked = {
    "request_id": "C-1",
    "supplier": {"ref": supplier},
    "buyer": {"ref": buyer},
    "receivables": [{"ref": receivable}],
}
with Client(base_url=address, timeout=60) as client:
    ready = get_ready.sync(client=client)
    body = ScoreRequest.from_dict(asked)
    reply = post_score.sync(client=client, body=body, idempotency_key="client-1")
    assert isinstance(reply, ScoreReply), reply
    again = post_score.sync(client=client, body=body, idempotency_key="client-1")
    kept = get_score.sync(str(reply.score_id), client=client)
    row = {"ref": "CLIENT-1", "happened_at": "2026-01-05T09:00:00+08:00", "name": "Client One"}
    loaded = post_facts.sync(
        PostFactsKind.PARTY,
        client=client,
        body=[PostFactsJsonBodyItem.from_dict(row)],
        source_system="client",
    )
    assert isinstance(loaded, LoadReply), loaded
    wrong = post_score.sync_detailed(
        client=client, body=ScoreRequest.from_dict({**asked, "supplier": {"ref": "nobody"}})
    )
    assert isinstance(wrong.parsed, Problem), wrong
print(
    json.dumps(
        {
            "ready": ready.to_dict(),
            "reply": reply.to_dict(),
            "again": again.to_dict(),
            "kept": kept.to_dict(),
            "added": loaded.added,
            "problem": [wrong.status_code, wrong.parsed.type_, wrong.parsed.detail],
        }
    )
)
