"""Facts to model: labels, splits, fit, validation; scripts for risk analysts.

``python -m training.retrain RECIPE --db URL --out FOLDER`` runs all of it. Read ``recipe`` (what
an analyst sets), ``examples`` (what is learned from), ``dial`` (how much is additive), ``retrain``.
"""
