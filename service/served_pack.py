"""The policy that a service decides by: a pack that ships, or a file that may be replaced."""

from __future__ import annotations

import logging
from threading import Lock

from ledger.faults import Fault
from lending.pack import Pack, load_pack, path_of

log = logging.getLogger("tricredit.service")

Stamp = tuple[tuple[str, int, int], ...]
"""Name, time of change and size of every file beside a pack: its terms may be among them."""


class ServedPack:
    """Loads the pack at once; `look_again` takes the next one when the file is replaced."""

    def __init__(self, named: str | None) -> None:
        self._named = named
        self._looking = Lock()
        self._read = self._seen = self._stamp()
        self._found = self._load()

    def pack(self) -> Pack:
        """The pack; raise `PackRefused` where it can't be read."""
        found = self._found
        if isinstance(found, Fault):
            raise found.with_traceback(None)
        return found

    def look_again(self) -> None:
        """Read the pack anew where its files have changed, and have been left alone since a look.

        A pack that is refused changes nothing: the one that decides goes on, and the log says why.
        """
        with self._looking:
            stamp, before = self._stamp(), self._seen
            self._seen = stamp
            if stamp == self._read or stamp != before:
                return
            self._read = stamp
            found = self._load()
            served = self._found if isinstance(self._found, Pack) else None
            if isinstance(found, Pack):
                if served is None or served.id != found.id:
                    log.info("pack %s decides, after %s", found.id, served.id if served else "none")
                    self._found = found
            elif served is None:
                self._found = found

    def _load(self) -> Pack | Fault:
        try:
            return load_pack(self._named)
        except Fault as fault:
            log.error("the policy pack is refused: %s; %s", fault.message, fault.remedy)
            return fault

    def _stamp(self) -> Stamp:
        try:
            beside = sorted(path_of(self._named).parent.glob("*.toml"))
            told = [(one.name, one.stat()) for one in beside]
        except OSError:
            return ()
        return tuple((name, state.st_mtime_ns, state.st_size) for name, state in told)
