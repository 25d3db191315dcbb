"""What can be wrong with a bundle to register or an alias to move."""

from __future__ import annotations

from ledger.faults import Fault


class OlderBundle(Fault):
    """A bundle that is no newer than what the registry has of its model."""

    code = "older-bundle"


class UnknownBundle(Fault):
    """A bundle that the tenant's registry doesn't have."""

    code = "unknown-bundle"


class UnsignedBundle(Fault):
    """A bundle that was registered before registrations were signed."""

    code = "unsigned-bundle"


class RetiredBundle(Fault):
    """A bundle that was retired: it holds no alias again."""

    code = "retired-bundle"


class StillChampion(Fault):
    """A bundle to retire that is champion: requests are scored with it."""

    code = "still-champion"


class MakerAlone(Fault):
    """A promotion by who made or registered the bundle: another must check it."""

    code = "maker-alone"


class GatesNotPassed(Fault):
    """A champion-to-be whose validation failed a gate, or that was never tested."""

    code = "gates-not-passed"


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
    """A reason for a step that says nothing or too much."""

    code = "wrong-reason"


class WrongName(Fault):
    """A name of who signs that says nothing or too much."""

    code = "wrong-name"


class UntrustedSigner(Fault):
    """A key that isn't trusted, so that nobody could check what it signs."""

    code = "untrusted-signer"


class RegistryAltered(Fault):
    """A registry whose rows aren't what was signed."""

    code = "registry-altered"
