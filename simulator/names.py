"""Names of companies that can't be taken for real ones.

The first word of each name is a place or person of fiction (子虚 and 乌有 are Chinese for "no such
person"), and each name ends in （虚构）, "invented". Mail domains end in ``.example``, which no one
can own (RFC 2606).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

STEMS: tuple[tuple[str, str], ...] = (
    ("子虚", "zixu"),
    ("乌有", "wuyou"),
    ("亡是", "wangshi"),
    ("镜花", "jinghua"),
    ("水月", "shuiyue"),
    ("南柯", "nanke"),
    ("黄粱", "huangliang"),
    ("蜃楼", "shenlou"),
    ("华胥", "huaxu"),
    ("槐安", "huaian"),
    ("大荒", "dahuang"),
    ("无何", "wuhe"),
    ("烂柯", "lanke"),
    ("青埂", "qinggeng"),
    ("太虚", "taixu"),
    ("离恨", "lihen"),
    ("琅嬛", "langhuan"),
    ("昆吾", "kunwu"),
    ("姑射", "guye"),
    ("归墟", "guixu"),
)
"""First words of names, in Chinese and in pinyin."""

TRADES: tuple[tuple[str, str, str], ...] = (
    ("汽车制造", "汽车", "汽配"),
    ("电子制造", "电子", "元器件"),
    ("装备制造", "重工", "机械加工"),
    ("食品加工", "食品", "包装"),
    ("建筑工程", "建工", "建材"),
    ("家用电器", "电器", "塑胶"),
)
"""Industries: in the words of a register, in a buyer's name, in a supplier's name."""

FORMS: dict[str, str] = {
    "core": "集团股份有限公司",
    "buyer": "有限责任公司",
    "supplier": "有限公司",
}
"""What the name of each role ends in."""

REGIONS: tuple[tuple[str, str], ...] = (
    ("310000", "021"),
    ("320500", "0512"),
    ("330100", "0571"),
    ("440300", "0755"),
    ("370200", "0532"),
    ("500000", "023"),
)
"""Region codes (GB/T 2260) and the telephone area of each."""

FREE_MAIL = "freemail.example"
"""Mail domain of those without one of their own."""


def names(roles: Iterable[str], trades: Iterable[int]) -> list[tuple[str, str]]:
    """Name parties by role and trade.

    Parameters
    ----------
    roles : iterable of str
        Keys of `FORMS`.
    trades : iterable of int
        Places in `TRADES`, one for each role.

    Returns
    -------
    list of (name in Chinese, word for a mail domain)
        All different, in the order given.
    """
    used: Counter[tuple[str, int]] = Counter()
    named: list[tuple[str, str]] = []
    for role, trade in zip(roles, trades, strict=True):
        # another place to begin for each trade, so that the first of all are not all 子虚
        lap, place = divmod(used[role, trade], len(STEMS))
        chinese, pinyin = STEMS[(place + 3 * trade) % len(STEMS)]
        number = f"第{lap + 1}" if lap else ""
        word = TRADES[trade][2 if role == "supplier" else 1]
        domain = f"{pinyin}-{role}-{trade + 1}-{lap + 1}.example"
        named.append((f"{chinese}{number}{word}{FORMS[role]}（虚构）", domain))
        used[role, trade] += 1
    return named
