"""What can be wrong with a bundle to register or an alias to move."""

from __future__ import annotations

from ledger.faults import Fault


class OlderBundle(Fault):
    """A bundle that is no newer than what the registry has of its model."""

    code = "older-bundle"


class UnknownBundle(Fault):
    """A bundle that the tenant's registry doesn't have."""

    code = "unknown-bundle"


class UnknownAlias(Fault):
    """An alias other than champion, challenger and shadow, or one that nothing holds."""

    code = "unknown-alias"


class AliasMoved(Fault):
    """An alias that somebody else has moved since the mover looked."""

    code = "alias-moved"


class NothingBefore(Fault):
    """An alias that can't be rolled back: no bundle held it before."""

    code = "nothing-before"


class WrongReason(Fault):
    """A reason for a move that says nothing or too much."""

    code = "wrong-reason"
