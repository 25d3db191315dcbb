"""Anchors of payments."""

from __future__ import annotations

from simulator.regimes import REGIMES
from simulator.report import payment_measures as of
from simulator.report.anchor import Anchor, Group, Unit

PUNCTUALITY = (
    Anchor(
        "late_share",
        "Invoices paid five days late or more",
        "逾期 5 天及以上的发票",
        of.late_share,
        0.26,
        0.40,
        Unit.SHARE,
        "Atradius China 2024: just over a third late; 26 % at large British firms; "
        "36 % in IBM's sample of receivables",
        "安卓信用中国 2024：略高于三分之一；英国大企业 26 %；IBM 应收账款样本 36 %",
    ),
    Anchor(
        "mean_days_late",
        "Delay of those paid late, mean",
        "逾期付款的平均逾期天数",
        of.mean_days_late,
        21.0,
        45.0,
        Unit.DAYS,
        "Atradius China 2024: about three weeks; Coface China 2024: 65 days at firms with delays. "
        "The upper end is ours",
        "安卓信用中国 2024：约三周；科法斯中国 2024：有逾期企业平均 65 天。上限为本项目设定",
    ),
    Anchor(
        "never_paid",
        "Money that is never paid",
        "最终未收回的金额",
        of.never_paid,
        0.005,
        0.035,
        Unit.SHARE,
        "Atradius China 2024: about 3 % written off, disputes included; "
        "ours may be below, as core enterprises are large",
        "安卓信用中国 2024：约 3 % 成为坏账（含争议）；核心企业规模较大，可低于此值",
    ),
    Anchor(
        "disputed_late",
        "Disputed invoices paid five days late or more",
        "有争议发票中逾期 5 天及以上的比例",
        of.disputed_late,
        0.55,
        0.75,
        Unit.SHARE,
        "IBM's sample of receivables: 67 % against 27 % of the others",
        "IBM 应收账款样本：67 %，无争议发票为 27 %",
    ),
)

REGIME_CHINESE = ("准时", "一般", "偏慢", "困难")

SHARES = ((0.30, 0.55), (0.18, 0.50), (0.02, 0.20), (0.02, 0.20))
"""Where the share of buyer-months of each regime should be."""

TABLE = (
    (0.20, 23.0, 0.039, 0.008, 0.003),
    (0.36, 31.0, 0.104, 0.023, 0.008),
    (0.62, 41.0, 0.259, 0.061, 0.021),
    (0.85, 66.0, 0.492, 0.184, 0.078),
)
"""By regime: share late, mean delay if late, share more than 30, 90 and 180 days late."""

LATE = ((0.17, 0.29), (0.32, 0.44), (0.54, 0.70), (0.74, 0.90))
"""Where the share late should be: what tilts it in single cases draws the mean to the middle."""

MEAN_WITHIN = 0.15
TAIL_WITHIN = (0.7, 1.6)
"""Down and up from the table: as a share; as factors."""


def _shares() -> tuple[Anchor, ...]:
    return tuple(
        Anchor(
            f"{name}_share",
            f"Buyers that pay in the way “{name}”",
            f"付款习惯为“{REGIME_CHINESE[place]}”的买方",
            of.regime_share(place),
            *SHARES[place],
            Unit.SHARE,
            "Our choice: prompt up to grade 3 (42 % of buyers), distressed from 7 (10 %); "
            "a small world has few of the weak",
            "本项目设定：1–3 级为准时（42 %），7 级起为困难（10 %）；小规模世界中弱买方较少",
        )
        for place, name in enumerate(REGIMES)
    )


def _delays(regime: int) -> tuple[Anchor, ...]:
    name, chinese = REGIMES[regime], REGIME_CHINESE[regime]
    late, mean, *tails = TABLE[regime]
    why = "Our delay law before the tilts of buyer, pair and amount"
    reason = "本项目的逾期分布（未计买方、交易对与金额的影响）"
    least, most = TAIL_WITHIN
    return (
        Anchor(
            f"{name}_late",
            f"{name}: paid after the due date",
            f"{chinese}：到期后付款",
            of.later_than(regime, 0),
            *LATE[regime],
            Unit.SHARE,
            f"{why}: {late:.0%}; these draw the mean to the middle",
            f"{reason}：{late:.0%}；上述影响使均值向中间靠拢",
        ),
        Anchor(
            f"{name}_mean_late",
            f"{name}: mean delay if late",
            f"{chinese}：逾期者平均逾期天数",
            of.mean_if_late(regime),
            mean * (1 - MEAN_WITHIN),
            mean * (1 + MEAN_WITHIN),
            Unit.DAYS,
            f"{why}: {mean:.0f} days, within {MEAN_WITHIN:.0%}",
            f"{reason}：{mean:.0f} 天，上下 {MEAN_WITHIN:.0%}",
        ),
        *(
            Anchor(
                f"{name}_over_{days}",
                f"{name}: more than {days} days late",
                f"{chinese}：逾期超过 {days} 天",
                of.later_than(regime, days),
                least * share,
                most * share,
                Unit.SHARE,
                f"{why}: {share:.1%}, {least} to {most} times that",
                f"{reason}：{share:.1%}，{least} 至 {most} 倍",
            )
            for days, share in zip((30, 90, 180), tails, strict=True)
        ),
    )


PAYMENTS = (
    Group("Punctuality", "付款及时性", PUNCTUALITY),
    Group("Ways of paying", "付款习惯", _shares()),
    Group(
        "Delays by way of paying",
        "各付款习惯的逾期分布",
        tuple(anchor for place in range(len(REGIMES)) for anchor in _delays(place)),
    ),
)
"""Anchors of payments, by subject."""
