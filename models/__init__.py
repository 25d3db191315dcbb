"""Numbers to risk: trained models only. Fitting lives in ``training``.

Read ``bundle`` (what is saved and how it is loaded), ``manifest`` (why it is believed),
``assessment`` (what it says of a request) and ``reasons`` (how that is told).
"""
