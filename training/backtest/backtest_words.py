"""Words of the back-test, in English and in Chinese: the same keys in both."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "title": "Back-test",
    "subtitle": "{n} requests made from {first} to {last}, each answered as at its own instant. "
    "Base: {base_bundle} with {base_pack}. Other: {other_bundle} with {other_pack}.",
    "requests": "Requests",
    "requests_known": "of {known} it is known what became of them",
    "approvals": "Approved",
    "swapped_in": "Approved by the other side alone",
    "swapped_out": "Approved by the base alone",
    "was": "{base} by the base",
    "defaulted": "{defaults} of {known} known defaulted",
    "profit": "Profit, other less base",
    "between": "95 %: {low} to {high}",
    "learned": "Learned from already",
    "learned_note": "{base} of these requests were made before the base's bundle had learned all "
    "it knows, {other} before the other's. What a bundle has learned from it foresees better "
    "than what is to come: figures of such a period flatter it.",
    "both": "Both sides",
    "both_note": "Realised is of what a side approves and is known to have ended well or badly; "
    "expected of what it approves and nobody knows the end of, by its own probabilities. "
    "Intervals draw suppliers with replacement, the same for both sides.",
    "measure": "Measure",
    "base": "Base",
    "other": "Other",
    "difference": "Other less base",
    "interval": "95 %",
    "approved_share": "Share approved",
    "amount_minor": "Lent",
    "mean_pd": "Mean probability of default of what is approved",
    "mean_rate": "Mean rate offered for a year",
    "default_rate": "Defaults of what is approved and known",
    "realised_loss_minor": "Loss, realised",
    "realised_profit_minor": "Profit, realised",
    "expected_loss_minor": "Expected loss of all that is approved",
    "expected_profit_minor": "Profit, expected",
    "profit_minor": "Profit in all",
    "decisions": "Decision, base → other",
    "pds": "PD, base → other",
    "lent_both": "Lent, base → other",
    "matrix": "Decision by decision",
    "matrix_note": "Rows are the base's answers, columns the other's; number of requests.",
    "sets": "Who changes side, and what became of them",
    "sets_note": "Defaults are known only of what was lent and is ripe. No outcome is unknown, "
    "not good: the bounds say what share would be in default if none, and if all, of the unknown "
    "were. What was lent was chosen by an older policy, so that the known of a group need not be "
    "like its unknown.",
    "set": "Requests that",
    "both_approve": "both approve",
    "in_set": "the other alone does",
    "out_set": "the base alone does",
    "neither_approves": "neither approves",
    "count": "Requests",
    "known": "Known",
    "never_lent": "Never lent",
    "not_ripe": "Not ripe",
    "rate": "Defaults of the known, 95 %",
    "pd_both": "Mean PD, base / other",
    "bounds": "Bounds",
    "turned": "What turned it",
    "turned_note": "What holds in the harder answer and not in the softer; a request may have "
    "several. Shares are of the requests that changed so.",
    "reasons": "What raises the risk where a probability turned it",
    "reasons_note": "The heaviest reasons of the side that answers harder.",
    "change": "Change",
    "reason": "Reason",
    "code": "Code",
    "share": "Share",
    "change_swapped_in": "the other alone approves",
    "change_swapped_out": "the base alone approves",
    "change_decision": "another decision, no change of side",
    "grades": "Grades of what is approved",
    "grades_note": "Number of requests by grade of the 12-month probability, 1 the best.",
    "money": "Where the profit comes from",
    "money_note": "Interest at the offered rate over the tenor, less funding, costs and losses, "
    "by each pack's own terms; the charge for capital stands apart. A realised loss is the share "
    "that was lost of what was really lent, of the amount that the side would lend; of {untold} "
    "defaults no loss is told, and the terms' own loss given default stands for it. Interest is "
    "counted in full. A side that asks a higher rate of the same request earns more here, as "
    "though it were paid: packs with one lowest and highest rate compare the choice alone. The "
    "bounds say what if none, and if all, of the unknown defaulted.",
    "realised": "outcome known",
    "expected": "unknown, by its own PDs",
    "low": "Profit if all default",
    "high": "Profit if none does",
    "money_amount": "Lent",
    "money_income": "Income",
    "money_funding": "Funding",
    "money_costs": "Costs",
    "money_loss": "Loss",
    "money_profit": "Profit",
    "money_capital": "Capital charge",
    "recorded": "What was decided at the time",
    "recorded_note": "Rows are the decisions on record, columns the other side's answers; in "
    "brackets the base's.",
    "untold": "What the past can't tell",
    "untold_note": "{never_lent} of {n} requests were never lent on, so that nobody knows how "
    "they would have ended; {not_ripe} were lent on and their outcome isn't ripe or told. "
    "Requests that never came aren't in the book. Exposures, limits and histories are those of "
    "what really was lent: another policy would have made another past. Left out: "
    "{without_receivables} requests that named no receivable or too many, {too_late} lent on "
    "before all of them was known. Referred requests count as not lent: what a person would have "
    "decided isn't foreseen.",
    "list": "The largest changes",
    "list_none": "No decision changes.",
    "list_note": "By the amount asked for, of {n} requests whose decision changes; changed.csv "
    "has all of them, and the {terms} whose amount, rate or tenor alone changes.",
    "request": "Request",
    "asked": "Asked",
    "outcome": "Outcome",
    "known_default": "default",
    "known_good": "repaid",
    "open": "open",
    "APPROVE": "approve",
    "APPROVE_REDUCED": "approve less",
    "REFER": "refer",
    "DECLINE": "decline",
    "CANNOT_SCORE": "cannot score",
    "approved": "approved",
    "approved_at_random": "approved at random",
    "reduced": "reduced",
    "referred": "referred",
    "declined": "declined",
    "withdrawn": "withdrawn",
    "made": "Dated rules count by the day of each request; whether a pack was in force then is "
    "not asked. Facts recorded up to {seq} of the ledger, each seen from when it was known on.",
}

CHINESE: Mapping[str, str] = {
    "title": "回溯测试",
    "subtitle": "{first}至{last}的{n}笔申请，均按其当时时点重新作答。基准方：{base_bundle}，"
    "政策{base_pack}。对照方：{other_bundle}，政策{other_pack}。",
    "requests": "申请",
    "requests_known": "其中{known}笔结果已知",
    "approvals": "批准",
    "swapped_in": "仅对照方批准",
    "swapped_out": "仅基准方批准",
    "was": "基准方{base}笔",
    "defaulted": "已知{known}笔中违约{defaults}笔",
    "profit": "利润：对照方减基准方",
    "between": "95%区间：{low}至{high}",
    "learned": "已用于训练的申请",
    "learned_note": "其中{base}笔早于基准方模型的训练截止时点，"
    "{other}笔早于对照方模型的训练截止时点。模型对学习过的样本预测优于对未来的预测："
    "此类期间的数字偏于乐观。",
    "both": "双方对比",
    "both_note": "“已实现”指该方批准且结果已知的部分；“预期”指该方批准而结果未知的部分，"
    "按该方自身概率估计。区间以供应商为单位有放回抽样，双方使用相同抽样。",
    "measure": "指标",
    "base": "基准方",
    "other": "对照方",
    "difference": "对照方减基准方",
    "interval": "95%区间",
    "approved_share": "批准率",
    "amount_minor": "放款额",
    "mean_pd": "批准部分的平均违约概率",
    "mean_rate": "平均年化报价利率",
    "default_rate": "批准且结果已知部分的违约率",
    "realised_loss_minor": "已实现损失",
    "realised_profit_minor": "已实现利润",
    "expected_loss_minor": "全部批准部分的预期损失",
    "expected_profit_minor": "预期利润",
    "profit_minor": "利润合计",
    "decisions": "决定：基准方 → 对照方",
    "pds": "违约概率：基准方 → 对照方",
    "lent_both": "放款额：基准方 → 对照方",
    "matrix": "决定对照",
    "matrix_note": "行为基准方的决定，列为对照方的决定；单位为申请笔数。",
    "sets": "哪些申请改变结果，其后如何",
    "sets_note": "只有已放款且结果已成熟的申请才知道是否违约。没有结果是未知，不是良好："
    "上下界分别为未知部分全部未违约与全部违约时的违约占比。已放款的申请由旧政策选出，"
    "同组中已知部分未必与未知部分相似。",
    "set": "申请分组",
    "both_approve": "双方均批准",
    "in_set": "仅对照方批准",
    "out_set": "仅基准方批准",
    "neither_approves": "双方均不批准",
    "count": "笔数",
    "known": "已知",
    "never_lent": "未放款",
    "not_ripe": "未成熟",
    "rate": "已知部分的违约（95%区间）",
    "pd_both": "平均违约概率：基准方 / 对照方",
    "bounds": "上下界",
    "turned": "改变的原因",
    "turned_note": "较严一方成立而较宽一方不成立的原因；一笔申请可有多个。"
    "占比以同类改变的申请为分母。",
    "reasons": "因概率而改变时，推高风险的因素",
    "reasons_note": "较严一方最主要的原因。",
    "change": "改变",
    "reason": "原因",
    "code": "代码",
    "share": "占比",
    "change_swapped_in": "仅对照方批准",
    "change_swapped_out": "仅基准方批准",
    "change_decision": "决定不同，但未改变批准与否",
    "grades": "批准部分的等级分布",
    "grades_note": "按12个月违约概率等级统计的申请笔数，1级最好。",
    "money": "利润构成",
    "money_note": "按报价利率和期限计息，减去资金成本、费用和损失，均采用各自政策的条款；"
    "资本占用成本单列。已实现损失为实际放款的损失占比乘以该方拟放款额；"
    "{untold}笔违约的损失尚未告知，以条款的违约损失率代替。利息按全额计。"
    "对同一申请报价更高的一方在此显得收入更多，如同对方照付；若只比较选择，"
    "请让两份政策采用相同的最低与最高利率。上下界为未知部分全部违约与全部未违约的情形。",
    "realised": "结果已知",
    "expected": "未知，按自身概率",
    "low": "未知部分全部违约时的利润合计",
    "high": "未知部分全部未违约时的利润合计",
    "money_amount": "放款额",
    "money_income": "收入",
    "money_funding": "资金成本",
    "money_costs": "费用",
    "money_loss": "损失",
    "money_profit": "利润",
    "money_capital": "资本占用成本",
    "recorded": "当时的决定",
    "recorded_note": "行为记录在案的决定，列为对照方的决定；括号内为基准方。",
    "untold": "历史不能说明的事",
    "untold_note": "{n}笔申请中{never_lent}笔从未放款，无人知道结果会如何；"
    "{not_ripe}笔已放款但结果尚未成熟或未告知。未曾到来的申请不在账中。敞口、"
    "额度与历史均以实际放款为准：另一政策会形成另一段历史。未纳入："
    "{without_receivables}笔申请未附应收账款或数量过多，{too_late}笔在信息齐备前已放款。"
    "转人工的申请按未放款计：不预测人工的决定。",
    "list": "金额最大的改变",
    "list_none": "没有决定发生改变。",
    "list_note": "决定改变的{n}笔中按申请金额排序；全部及仅金额、"
    "利率或期限改变的{terms}笔见changed.csv。",
    "request": "申请",
    "asked": "申请金额",
    "outcome": "结果",
    "known_default": "违约",
    "known_good": "已还",
    "open": "未决",
    "APPROVE": "批准",
    "APPROVE_REDUCED": "减额批准",
    "REFER": "转人工",
    "DECLINE": "拒绝",
    "CANNOT_SCORE": "无法评分",
    "approved": "批准",
    "approved_at_random": "随机批准",
    "reduced": "减额",
    "referred": "转人工",
    "declined": "拒绝",
    "withdrawn": "撤回",
    "made": "有生效日期的规则按各申请当日适用；不检查政策当时是否已生效。"
    "使用账本截至{seq}号的事实，每条自其被知晓时起可见。",
}

BACKTEST_WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE}
