"""What OpenAPI says of problems: one entry a status, with an example of each code."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from ledger.faults import Fault
from ledger.reports.report_faults import ReportFault
from service.problem_examples import OCCURRENCES
from service.problems import (
    MEDIA_TYPE,
    STATUS,
    Problem,
    ProblemError,
    RowProblem,
    RowsProblem,
    head_of,
    kind_of_problem,
)
from service.refusals import Refusal, RowsRefused

SAYS: dict[int, str] = {
    400: "It can't be read 无法读取",
    401: "It is of nobody that is known here 身份未验证",
    403: "The caller may not 无权限",
    404: "There is no such thing 不存在",
    405: "There is no such method 方法不支持",
    406: "Only JSON is answered 仅返回 JSON",
    409: "The book says no 与账簿现状冲突",
    410: "It is gone for good 已永久删除",
    411: "There is no body 缺少请求体",
    413: "It is too large 过大",
    415: "A body of another kind 类型不受支持",
    422: "It is read, and can't be right 内容有误",
    429: "Too many: come back after Retry-After seconds 请求过于频繁，请按 Retry-After 重试",
    500: "A fault of ours 服务内部错误",
    503: "Not now: come back after Retry-After seconds 暂不可用，请按 Retry-After 重试",
    507: "No room on our disk 磁盘空间不足",
}
"""What each status means, before the codes that have it."""


def documented(*codes: str) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the problems with these codes, one entry per status."""
    by_status: dict[int, list[str]] = {}
    for code in sorted(codes):
        by_status.setdefault(STATUS.get(code, HTTPStatus.INTERNAL_SERVER_ERROR), []).append(code)
    return {status: _response(status, group) for status, group in sorted(by_status.items())}


def problem_examples() -> dict[str, Any]:
    """An example of each problem, by code: ``components/examples`` of the description."""
    return {
        code: {"summary": f"{code} {once.zh}", "value": example_of(code)}
        for code, once in sorted(OCCURRENCES.items())
    }


def example_of(code: str) -> dict[str, Any]:
    """A body of the problem with a code."""
    kinds = {fault.code: fault for fault in Fault.catalogue()}
    fault, once = kinds[code], OCCURRENCES[code]
    kind = kind_of_problem(fault)
    for_callers = issubclass(fault, Refusal | ReportFault)
    head = head_of(kind, once.told if for_callers else kind.title, once.remedy)
    if code == RowsRefused.code:
        row = RowProblem(line=2, field="due_on", reason="due before issued; give a later day")
        return RowsProblem(**head, kind="receivable", rows=2, rejected=1, errors=[row]).model_dump()
    flaws = [
        ProblemError(pointer=flaw.pointer, fault=flaw.fault, remedy=flaw.remedy)
        for flaw in once.flaws
    ]
    if once.pointer:
        flaws = [ProblemError(pointer=once.pointer, fault=kind.title, remedy=once.remedy)]
    return Problem(**head, errors=flaws).model_dump()


def _response(status: int, codes: Sequence[str]) -> dict[str, Any]:
    named = ", ".join(f"`/problems/{code}`" for code in codes)
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    return {
        "description": f"{SAYS[status]}: {named}",
        "content": {MEDIA_TYPE: {"schema": _schema(codes), "examples": examples}},
    }


def _schema(codes: Sequence[str]) -> dict[str, Any]:
    plain, rows = ({"$ref": f"#/components/schemas/{name}"} for name in ("Problem", "RowsProblem"))
    return {"anyOf": [plain, rows]} if RowsRefused.code in codes else plain
