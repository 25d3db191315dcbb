"""Words of the SME index, in English and in Chinese: the same keys in both."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "title": "SME index",
    "subtitle": "{day}: complete months before this day, of firms that aren't large",
    "orders": "Orders",
    "collection_days": "Collection",
    "late_share": "Late",
    "price": "Price of financing",
    "orders_note": "Orders received in the month, where a platform tells of them.",
    "collection_days_note": "Days from invoice to payment, of what was paid in the month, by "
    "amount.",
    "late_share_note": "Share unpaid thirty days after it fell due, by amount.",
    "price_note": "Rate for a year of what was lent in the month, by amount.",
    "days": "{days} days",
    "last": "{month}",
    "sector": "Sector",
    "all": "All",
    "regions": "Regions, {month}",
    "regions_note": "Rows are sectors, columns regions.",
    "unknown": "not told",
    "hidden": "hidden",
    "none": "Nothing that may be told.",
    "made": "A cell is hidden where fewer than {firms} firms make it up or one has more than {top} "
    "of it, and so is another of its line where the total would tell it. Cells of several months "
    "together may tell more.",
}

CHINESE: Mapping[str, str] = {
    "title": "中小企业指数",
    "subtitle": "{day}：该日之前的完整月份，大型企业除外",
    "orders": "订单",
    "collection_days": "回款天数",
    "late_share": "逾期占比",
    "price": "融资价格",
    "orders_note": "当月收到的订单金额（以平台告知为限）。",
    "collection_days_note": "当月收到的款项自开票至付款的天数，按金额加权。",
    "late_share_note": "到期三十天后仍未付的金额占比。",
    "price_note": "当月放款的年利率，按金额加权。",
    "days": "{days}天",
    "last": "{month}",
    "sector": "行业",
    "all": "全部",
    "regions": "分地区，{month}",
    "regions_note": "行为行业，列为地区。",
    "unknown": "未告知",
    "hidden": "不公布",
    "none": "没有可公布的数据。",
    "made": "企业少于{firms}家或单一企业占比超过{top}的单元不公布；若合计会使其被推算，"
    "同行或同列的另一单元也不公布。多个月份合并查看仍可能透露更多。",
}

INDEX_WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE}
