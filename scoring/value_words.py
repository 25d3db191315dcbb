"""What the page of a value says, in English and in Chinese: the same keys in both."""

from __future__ import annotations

from collections.abc import Mapping

from lending.commercial_value import STATEMENT_EN, STATEMENT_ZH

ENGLISH: Mapping[str, str] = {
    "title": "What your trade is worth",
    "of": "Supplier",
    "day": "Twelve months from",
    "what": "This is the cash that we expect you to collect from your buyers in the twelve months "
    "after this day: what is open now, and what you will sell. It is counted at today's worth.",
    "not": STATEMENT_EN,
    "collected": "Cash collected, before your costs",
    "p10": "careful: nine years in ten bring more",
    "p50": "middle: every second year brings more",
    "p90": "good: one year in ten brings more",
    "after": "What is left after purchases, wages and taxes",
    "margin": "Share left after costs",
    "numbers": "Behind it",
    "past": "You sold in the last twelve months",
    "expected": "We expect you to sell in the next twelve, where relations last",
    "growth": "That is more, or less, by",
    "open": "Open today, and expected to be paid",
    "uncertainty": "From careful to good, in parts of the middle",
    "index": "Peers of your sector and size with no higher value",
    "takes": "What makes it smaller",
    "takes_note": "By how much the middle value would be higher without it.",
    "survival": "Buyers who stop buying",
    "dilution": "Credit notes and retentions",
    "delay": "Waiting for payment",
    "default": "Buyers who can't pay",
    "interruption": "An end of your own trade",
    "concentration": "Few buyers, or times bad for all",
    "concentration_note": "Of the careful value: how much higher it would be if what befalls one "
    "buyer said nothing of the others.",
    "buyers": "By buyer",
    "buyer": "Buyer",
    "mean": "On average",
    "others": "Smaller ones, and buyers still to come",
    "made": "Worked out by method {method} from what was known before this day, by living "
    "through the year many times. No rating, size or award counts by itself.",
}

CHINESE: Mapping[str, str] = {
    "title": "您的贸易价值",
    "of": "供应商",
    "day": "未来十二个月，起算日",
    "what": "这是我们预计您在起算日之后十二个月内能从买方收回的现金：包括目前未收的账款和"
    "今后的销售，均折算为今天的价值。",
    "not": STATEMENT_ZH,
    "collected": "收回的现金（扣除成本之前）",
    "p10": "谨慎：十年中有九年高于此数",
    "p50": "中位：每两年中有一年高于此数",
    "p90": "乐观：十年中有一年高于此数",
    "after": "扣除采购、工资和税费之后",
    "margin": "扣除成本后所剩比例",
    "numbers": "依据",
    "past": "过去十二个月的销售额",
    "expected": "预计未来十二个月的销售额（合作关系存续时）",
    "growth": "增减幅度",
    "open": "目前未收、预计可收回的账款",
    "uncertainty": "谨慎值到乐观值的差距与中位值之比",
    "index": "同行业同规模企业中价值不高于您的比例",
    "takes": "哪些因素使其减少",
    "takes_note": "若没有该因素，中位值会高出多少。",
    "survival": "买方停止采购",
    "dilution": "红字冲减与质保金",
    "delay": "等待付款",
    "default": "买方无力付款",
    "interruption": "自身经营中断",
    "concentration": "买方集中，或行情普遍不好",
    "concentration_note": "对谨慎值而言：若一家买方的遭遇与其他买方无关，谨慎值会高出多少。",
    "buyers": "按买方",
    "buyer": "买方",
    "mean": "平均",
    "others": "较小的买方，以及今后的新买方",
    "made": "按方法 {method}，依据该日之前已知的信息，模拟许多个年度得出。"
    "评级、规模或称号本身不计分。",
}

WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE}
LOCALES: Mapping[str, str] = {"en": "en", "zh": "zh_CN"}
