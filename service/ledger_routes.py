"""Routes of the ledger: facts and enterprises."""

from __future__ import annotations

from service.enterprise_route import get_enterprise
from service.fact_answers import FactPage, LoadReply
from service.fact_contract import GET_ENTERPRISE, GET_FACTS, POST_FACTS
from service.fact_routes import get_facts, post_facts
from service.profile_answers import EnterpriseReply
from service.route import READING, UNWRITTEN, Route

BAD_ROWS = (
    "wrong-idempotency-key",
    "key-reused",
    "unknown-kind",
    "wrong-parameter",
    "unsupported-media-type",
    "length-required",
    "body-too-large",
    "too-many-rows",
    "unreadable-report",
    "wrong-columns",
    "rows-refused",
)

LEDGER: tuple[Route, ...] = (
    Route(
        "GET",
        "/enterprises/{id}",
        get_enterprise,
        "An enterprise in its three credits / 企业画像",
        "enterprises",
        EnterpriseReply,
        ("unknown-enterprise", "wrong-parameter", "busy", "unknown-tenant", *READING),
        GET_ENTERPRISE,
        "read facts",
    ),
    Route(
        "POST",
        "/facts/{kind}",
        post_facts,
        "Load facts / 载入事实",
        "facts",
        LoadReply,
        (*BAD_ROWS, "busy", "no-room", "unknown-tenant", *UNWRITTEN, *READING),
        POST_FACTS,
        "load facts",
    ),
    Route(
        "GET",
        "/facts/{kind}",
        get_facts,
        "Look at facts / 查询事实",
        "facts",
        FactPage,
        ("unknown-kind", "wrong-parameter", "wrong-cursor", "unknown-tenant", *READING),
        GET_FACTS,
        "read facts",
    ),
)
