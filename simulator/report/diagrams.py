"""The diagrams of the page, and what each says, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.report import chain_plots, credit_plots
from simulator.world import World


@dataclass(frozen=True)
class Diagram:
    """A diagram of a world.

    Attributes
    ----------
    name : str
        For programs.
    draw : callable
        Draws it, as an SVG element with English words.
    english, chinese : str
        Its title.
    says, says_chinese : str
        What to look at.
    """

    name: str
    draw: Callable[[World], str]
    english: str
    chinese: str
    says: str
    says_chinese: str


DIAGRAMS = (
    Diagram(
        "economy",
        chain_plots.economy,
        "Economy and failures",
        "宏观走势与违约事件",
        "One factor moves all sectors. In bad months (below 0) more buyers stop paying some of "
        "their suppliers, and more suppliers of tier 1 fail.",
        "一个宏观因子带动各行业。景气低于 0 的月份，停止付款的买方和违约的一级供应商更多。",
    ),
    Diagram(
        "months",
        credit_plots.months,
        "Default rate by month of the request",
        "按申请月份的违约率",
        "Who knows how the economy goes on expects more in bad times than who has to average it "
        "out. Bars are what came.",
        "已知后续走势时，坏时期的预期违约率高于对走势取平均的结果。柱形为实际违约率。",
    ),
    Diagram(
        "delays",
        chain_plots.delays,
        "Delays by way of paying",
        "各付款习惯的逾期分布",
        "Share of payments more than so many days after the due date; what is never paid is left "
        "out.",
        "到期后超过若干天才付款的比例，不含最终未付的款项。",
    ),
    Diagram(
        "tail",
        chain_plots.tail,
        "Tail of the network",
        "交易网络的尾部",
        "Share of buying enterprises with at least so many suppliers. A straight line is a power "
        "law. There is a gap between core enterprises and the rest, which are drawn apart.",
        "至少拥有若干家供应商的采购企业比例；直线即幂律。核心企业与其他企业分别生成，其间存在断层。",
    ),
    Diagram(
        "chances",
        credit_plots.chances,
        "True probability of default",
        "真实违约概率",
        "Most requests are safe, a few are not. The small hill on the right are planted frauds, "
        "two thirds of which end in a loss.",
        "多数申请安全，少数风险高。右侧小峰为植入的欺诈，其中约三分之二会造成损失。",
    ),
    Diagram(
        "calibration",
        credit_plots.calibration,
        "Is the true probability true?",
        "真实概率是否属实",
        "Default rates that came, by tenths of the true PD. Intervals take requests for "
        "independent; those of one supplier aren't, so that a few more miss the line.",
        "按真实违约概率十等分的实际违约率。区间假定申请相互独立；同一供应商的申请并不独立，故偏离直线者略多。",
    ),
    Diagram(
        "causes",
        credit_plots.causes,
        "Causes of default",
        "违约原因",
        "Fraud is rare but large: its part in the losses is above its part in the defaults.",
        "欺诈少见但损失大：其在损失中的占比高于在违约中的占比。",
    ),
    Diagram(
        "contagion",
        chain_plots.contagion,
        "Contagion",
        "违约传染",
        "Failures of tier 1 from the first told month on. The shaded part would not be there, had "
        "all buyers paid on the due date.",
        "自首个统计月起一级供应商累计违约数。若所有买方按期付款，阴影部分不会发生。",
    ),
)
"""In the order of the page."""
