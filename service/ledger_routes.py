"""Routes of the ledger: facts and enterprises."""

from __future__ import annotations

from service.enterprise_route import get_enterprise
from service.fact_answers import FactPage, LoadReply
from service.fact_contract import GET_ENTERPRISE, GET_FACTS, POST_FACTS
from service.fact_routes import get_facts, post_facts
from service.kinds_route import POST_KINDS, KindsReply, post_kinds
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

BAD_KINDS = (
    "malformed-json",
    "wrong-idempotency-key",
    "key-reused",
    "wrong-parameter",
    "unsupported-media-type",
    "body-too-large",
    "invalid-request",
    "wrong-columns",
    "unreadable-report",
)

LEDGER: tuple[Route, ...] = (
    Route(
        "POST",
        "/facts",
        post_kinds,
        "Load facts of several kinds / 载入多类事实",
        "facts",
        KindsReply,
        (*BAD_KINDS, "busy", "unknown-tenant", *UNWRITTEN, *READING),
        POST_KINDS,
        "load facts",
    ),
    Route(
        "POST",
        "/facts/{kind}",
        post_facts,
        "Load facts of one kind / 载入一类事实",
        "facts",
        LoadReply,
        (*BAD_ROWS, "busy", "unknown-tenant", *UNWRITTEN, *READING),
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
)
