"""Examples of problems of the service: it lacks something, or can't for now."""

from __future__ import annotations

from service.occurrence import Occurrence
from service.refusals import Flaw

OWN = "send the request again after Retry-After seconds"

OF_THE_SERVICE: dict[str, Occurrence] = {
    "no-room": Occurrence("磁盘空间不足", "there is no room for what would be recorded", OWN),
    "too-many-requests": Occurrence(
        "请求过于频繁",
        "more than 200 requests in 1 s to score",
        "send the request again after Retry-After seconds, and fewer at once",
    ),
    "identity-unchecked": Occurrence(
        "服务无法验证密钥",
        "the service can't check keys",
        "the operator sets TRICREDIT_KEY_PEPPER",
    ),
    "issuer-unreachable": Occurrence(
        "暂时无法读取令牌签发方的公钥",
        "the keys of the issuer of tokens can't be read",
        "send the request again",
    ),
    "busy": Occurrence("服务繁忙", "all slots are taken", OWN),
    "not-ready": Occurrence(
        "服务尚不能评分",
        "the service can't score yet",
        "register and promote a bundle, or name one in TRICREDIT_BUNDLE",
        (
            Flaw(
                "",
                "A service without a model.",
                "register and promote a bundle, or name one in TRICREDIT_BUNDLE",
            ),
        ),
    ),
    "no-bundle": Occurrence(
        "尚无模型",
        "there is no champion yet",
        "register and promote a bundle, or name one in TRICREDIT_BUNDLE",
    ),
    "bundle-refused": Occurrence(
        "模型包缺失、不完整或被改动", remedy="copy it again from where it was made"
    ),
    "wrong-key-file": Occurrence(
        "签名密钥文件无效或无法读写", remedy="name a public key in PEM in TRICREDIT_TRUST"
    ),
    "pack-refused": Occurrence(
        "策略包无法读取或当日未生效",
        remedy="name a policy pack that holds today in TRICREDIT_PACK, and start again",
    ),
    "database-unreachable": Occurrence("数据库无法打开或没有响应", remedy=OWN),
    "wrong-database-url": Occurrence(
        "数据库地址无效", remedy="give sqlite:///FILE or postgresql+psycopg://..."
    ),
    "schema-behind": Occurrence(
        "数据库表结构与程序不一致", remedy="migrate the database, then start again"
    ),
    "unknown-tenant": Occurrence(
        "该租户没有账簿",
        remedy="open one: tricredit ledger migrate --time-zone ZONE --currency CODE",
    ),
    "ledger-busy": Occurrence("待写入过多", remedy="send the request again in a few seconds"),
    "ledger-closed": Occurrence("账本正在关闭", remedy="send the request again to another process"),
    "unexpected": Occurrence(
        "服务内部错误", "the service failed; nothing was decided", "send it again"
    ),
}
"""By code."""
