"""Risk to offer: pure functions over an assessment, the circumstances and a policy pack.

Read ``decision`` first; ``rules`` are the knock-outs it applies, ``pack`` the dated thresholds.
The terms of an offer: ``loss`` (by the waterfall of ``recovery``), ``capital`` (with ``regulatory``
losses), ``price``; ``eligible``, ``advance``, ``limit`` and ``tenor``; ``terms`` has their figures.
"""
