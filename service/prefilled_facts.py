"""Examples of the routes of facts that work on the ledger as it is.

Rows of the examples have keys that start with DEMO-; loading them again changes nothing.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

from ledger.clocks import day_of, start_of_day
from ledger.seen_facts import instant_text
from ledger.tenants import Book

PARTY = "DEMO-ENTERPRISE"


def fact_bodies(opened: Book, now: datetime) -> dict[str, dict[str, Any]]:
    """Examples of bodies of ``POST /facts/party``, by content type and name."""
    row = _row(opened, now)
    return {
        "application/json": {"an_enterprise": _example("An enterprise / 一家企业", [row])},
        "application/x-ndjson": {
            "an_enterprise": _example("One row a line / 每行一条", f"{_json(row)}\n")
        },
        "text/csv": {"an_enterprise": _example("With a header / 首行为字段名", _csv(row))},
    }


def _row(opened: Book, now: datetime) -> dict[str, Any]:
    # a day that stays the same for a month: the same row again says nothing new
    first = day_of(now, opened.tz).replace(day=1) - timedelta(days=1)
    return {
        "ref": PARTY,
        "happened_at": instant_text(start_of_day(first, opened.tz)),
        "name": "Demo Enterprise 演示企业",
        "country": "CN",
        "person_linked": False,
    }


def _example(summary: str, value: Any) -> dict[str, Any]:
    return {"summary": summary, "value": value}


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _csv(row: dict[str, Any]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(row)
    writer.writerow(json.dumps(cell) if isinstance(cell, bool) else cell for cell in row.values())
    return text.getvalue()
