"""A known world: an invented supply chain whose true risks are known, written through the ledger.

Read ``scenario`` (how large, how hard), then ``world`` (how one is made): each file that it calls
is one step, ``cast``, ``regimes``, ``network``, ``trade``, ``lateness``, ``showcase``. ``oracle``
is what only the world knows, and ``load`` writes the rest into a ledger.
"""
