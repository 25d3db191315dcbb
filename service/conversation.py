"""A conversation: what an answer and its connection tell each other while the body comes in.

ASGI has no message for it, so it goes beside them, as an extension of the scope.
"""

from __future__ import annotations

import asyncio

from starlette.types import Scope

EXTENSION = "tricredit.conversation"


class Conversation:
    """One connection, as an answer sees it.

    Attributes
    ----------
    owing : bool
        Whether the caller waits for something: then its silence is no slowness.
    ending : asyncio.Event
        Set when the service is about to end.
    """

    def __init__(self, transport: asyncio.Transport | None = None) -> None:
        self._transport = transport
        self.owing = False
        self.ending = asyncio.Event()

    @property
    def gone(self) -> bool:
        """Whether the caller has closed the connection, as far as it is known."""
        return self._transport is not None and self._transport.is_closing()

    async def cut(self) -> None:
        """Close the connection at once, without what is still to be sent."""
        if self._transport is not None:
            self._transport.abort()
            await asyncio.sleep(0)  # until the server knows


def conversation_of(scope: Scope) -> Conversation:
    """The conversation of a request; one without a connection where the server has none."""
    found = scope.get("extensions", {}).get(EXTENSION)
    return found if isinstance(found, Conversation) else Conversation()
