"""Risk to offer: pure functions over an assessment, the circumstances and a policy pack.

Read ``decision`` first; ``rules`` runs the knock-outs of ``policy``, ``pack`` holds what a lender
allows as dated data.
``offer_terms`` puts the terms of an offer together: ``loss`` (by the waterfall of ``recovery``),
``capital`` (with ``regulatory`` losses), ``price``; ``eligible``, ``advance``, ``limit`` and
``tenor``; ``terms`` has their figures. ``advice`` says what would help, ``notice`` what may be
told.
``commercial_value`` is what a supplier can collect in a year (by ``value_paths``).
"""
