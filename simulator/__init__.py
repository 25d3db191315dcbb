"""A known world: an invented supply chain whose true risks are known, written through the ledger.

Read ``scenario`` (how it goes, and how large it is), then ``world`` (how one is made). The world
itself: ``calendar``, ``macro``, ``cast``, ``grades``, ``regimes``, ``network``, ``trade``,
``dilution``, ``lateness``, ``cash``, ``flows``, and ``commerce``, which sets them in motion.
Financing: ``demand``, ``fraud``, ``policies``, ``endings``, and what is true of it:
``intensities``, ``chances``, ``integrated``, ``oracle``; ``replay`` puts it to the test.
``observation`` turns the truth into facts as the ledger gets to see them; ``output`` writes these,
and ``report`` compares the world with what is published.
"""
