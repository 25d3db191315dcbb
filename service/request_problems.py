"""Examples of problems of a request: it can't be read, isn't allowed, or can't be right."""

from __future__ import annotations

from service.occurrence import Occurrence
from service.refusals import Flaw

ONE_OBJECT = "A request is one JSON object in UTF-8, sent as application/json without compression."

OF_REQUESTS: dict[str, Occurrence] = {
    "refused": Occurrence("请求无法处理", "the request can't be answered", "see /docs"),
    "bad-http": Occurrence(
        "不是有效的 HTTP 请求，或请求头过大",
        "the request is not HTTP, or its header is too large",
        "send headers of at most 64 kB",
    ),
    "caller-gone": Occurrence(
        "请求未传完连接即断开", "the connection was closed before the body was complete"
    ),
    "malformed-json": Occurrence("请求体不是唯一确定的 JSON", "the body is not JSON", ONE_OBJECT),
    "wrong-idempotency-key": Occurrence(
        "幂等键格式不正确",
        "the header Idempotency-Key is no key",
        "send it once, with 1 to 128 visible ASCII characters and no space",
    ),
    "not-found": Occurrence(
        "地址不存在", "there is nothing at this address", "see /docs for what there is"
    ),
    "unknown-record": Occurrence(
        "评分记录不存在", remedy="use the id that the reply of the score names"
    ),
    "unknown-kind": Occurrence(
        "事实种类不存在", remedy="use one of party, purchase_order, invoice, receivable, payment"
    ),
    "unknown-enterprise": Occurrence(
        "账本中没有该企业", remedy="name a party of the ledger, or a later as_of"
    ),
    "unauthenticated": Occurrence(
        "未提供有效的密钥或令牌",
        "the request presents no key",
        "send a key in the header X-API-Key, or a token as Authorization: Bearer (docs/access.md)",
    ),
    "forbidden": Occurrence("无权限", remedy="ask an admin of 'default' for the role analyst"),
    "length-required": Occurrence(
        "缺少请求体", "there is no body", "send one, with its Content-Length"
    ),
    "unreadable-report": Occurrence(
        "数据整体无法读取", "there are no rows, not even an empty list", "send rows"
    ),
    "method-not-allowed": Occurrence(
        "该地址不支持此方法", "the address has no such method", "see the Allow header"
    ),
    "not-acceptable": Occurrence(
        "调用方不接受 JSON", "answers are JSON", "accept application/json"
    ),
    "body-too-large": Occurrence(
        "请求体过大", "the body has more than 1048576 bytes", "ask in several smaller requests"
    ),
    "too-many-rows": Occurrence(
        "行数过多", "there are more than 20000000 rows", "send them in several reports"
    ),
    "unsupported-media-type": Occurrence(
        "请求体类型不受支持或已压缩", "the body is of another kind", ONE_OBJECT
    ),
    "invalid-request": Occurrence(
        "字段有误或相互矛盾",
        "2 field(s) of the request are wrong",
        "see errors",
        (
            Flaw(
                "/amount_requested_minor",
                "Input should be a valid integer",
                "give a whole number, not in quotes and without decimals",
            ),
            Flaw("/receivables/1/ref", "the same receivable twice", "name each once"),
        ),
    ),
    "naive-time": Occurrence(
        "时间缺少时区偏移", remedy="give an instant with its offset, for example +08:00"
    ),
    "unknown-currency": Occurrence("不是 ISO 4217 货币代码", remedy="give a code such as CNY"),
    "wrong-currency": Occurrence(
        "币种与账簿本位币不一致",
        remedy="give the amount in CNY",
        pointer="/currency",
    ),
    "amount-not-whole": Occurrence("金额不是整数分", remedy="give whole minor units"),
    "unknown-party": Occurrence(
        "账本与本批次中均无该主体",
        remedy="load the party first, or bring it along: give its name or country as well",
        pointer="/supplier",
    ),
    "unknown-receivable": Occurrence(
        "账本与本批次中均无该应收账款",
        remedy="load the receivable first, or bring it along with all its terms",
        pointer="/receivables/0",
    ),
    "receivable-of-others": Occurrence(
        "该应收账款在账本中属于其他主体",
        remedy="check the key and the parties; name it by ref alone to have it looked at",
        pointer="/receivables/0",
    ),
    "issued-in-future": Occurrence(
        "开立日期尚未到来",
        remedy="give a day that has begun in Asia/Shanghai",
        pointer="/receivables/0/issued_on",
    ),
    "wrong-key": Occurrence(
        "键为空、过长或含控制字符", remedy="give 1 to 128 characters without control characters"
    ),
    "beyond-offer": Occurrence(
        "超出评分给出的额度",
        remedy="ask for at most 15000000",
        pointer="/amount_minor",
    ),
    "rejected-rows": Occurrence(
        "批次含错误行，未写入",
        remedy="correct the rows and send all of them again",
        flaws=(
            Flaw("", "receivable due_on can't be right", "compare it with the rules in the schema"),
        ),
    ),
    "rows-refused": Occurrence(
        "行数据有误，未载入任何内容",
        "1 of 2 row(s) can't be right; nothing was loaded",
        "correct them, or load the good rows alone with keep_good=true",
    ),
    "wrong-columns": Occurrence(
        "列名与该种类字段不符",
        "the first line: the column ref is there twice",
        "name the columns as docs/ledger.md lists them, each once",
    ),
    "wrong-parameter": Occurrence(
        "地址参数不存在或取值有误",
        "1 parameter(s) of the address are wrong",
        "see errors",
        (Flaw("", "lmit: there is no such parameter", "use one of as_of, cursor, limit"),),
    ),
    "wrong-cursor": Occurrence(
        "翻页游标无效",
        "the cursor is of another question",
        "begin again without a cursor, or leave all other parameters as they were",
    ),
    "key-reused": Occurrence(
        "幂等键已用于另一请求",
        remedy="use a new key for a new request; the same one gives the same answer again",
    ),
    "unknown-job": Occurrence(
        "批量任务不存在",
        remedy="use the id that the answer to the file names, or see GET /score/jobs",
    ),
    "answers-removed": Occurrence(
        "任务结果已删除",
        "the answers of the job were removed",
        "read scores by their ids (GET /scores/{id}), or send the file as a new job",
    ),
    "unknown-bundle": Occurrence("模型包未登记", remedy="see GET /models for those there are"),
    "unknown-policy": Occurrence(
        "策略包不存在",
        "no such policy pack ships or has decided",
        "see GET /policies for those there are",
    ),
    "unknown-financing": Occurrence(
        "融资不存在",
        remedy="name one that is drawn: the id of the score that it was drawn on, or its ref",
        pointer="/financing",
    ),
    "own-score": Occurrence(
        "不得放宽本人发起的评分",
        remedy="let another person with the role approver decide, and name that person in by",
        pointer="/by",
    ),
    "nothing-to-accept": Occurrence(
        "没有可验收的交货",
        remedy="load the delivery first, or leave this receivable out of accepted",
        pointer="/changes/0/accepted/0",
    ),
    "several-financings": Occurrence(
        "该评分有多笔融资，须指明其一",
        remedy="name one of F-2026-0042, F-2026-0043",
        pointer="/financing",
    ),
    "unsaid-of-request": Occurrence(
        "评分与结果均未说明申请要素",
        remedy="give what was asked for: the fact of a request needs it",
        pointer="/amount_minor",
    ),
    "wrong-outcome-day": Occurrence(
        "结果日期不可能",
        remedy="give a day from the drawdown to today",
        pointer="/on",
    ),
}
"""By code."""
