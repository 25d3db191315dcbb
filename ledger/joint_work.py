"""Work for the committer of which many units are done at once (``ledger.committing``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Joint(Generic[Item, Result]):
    """A unit of work that is cheaper for many items at once than for each.

    Attributes
    ----------
    together : function of (connection, items)
        Does all of them and returns a result for each, or raises and is undone: then they are done
        one by one, and each caller gets its own error. The same function for all that may be
        joined; neighbours of a tenant in one group are.
    item : object
        Of this unit.
    """

    together: Callable[[Connection, Sequence[Item]], Sequence[Result]]
    item: Item

    def __call__(self, connection: Connection) -> Result:
        """Do it alone."""
        (result,) = self.together(connection, [self.item])
        return result
