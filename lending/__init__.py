"""Risk to offer: pure functions over an assessment, the circumstances and a policy pack.

Read ``decision`` first; ``rules`` are the knock-outs it applies, ``pack`` the dated thresholds.
"""
