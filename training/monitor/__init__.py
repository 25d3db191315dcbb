"""Watching a model as it ages: drift, outcomes as they mature, what can be said before them.

``python -m training.monitor`` writes a page, figures and gauges; docs/monitoring.md tells what each
alert means. ``through_the_door`` finds who asked, ``monthly_drift``, ``outcomes_so_far``,
``expected_performance``, ``early_lateness`` and ``decision_rates`` each measure one thing by month,
``usual_months`` says what was usual, ``raised_alerts`` judges the figures by ``alert_rules``,
``watched_months`` puts them together.
"""
