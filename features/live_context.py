"""What everything that is seen of one request shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from features.live_financed import Lent
from features.live_rows import Sight
from features.sources import Source, State


@dataclass(frozen=True)
class Context:
    """One request, and the facts as they are at its instant.

    Attributes
    ----------
    sight : Sight
    lent : Lent
    supplier, buyer : str
        The request's.
    day : int
        as_of's day in the tenant's time zone.
    currency : str
        The book's.
    time_zone : ZoneInfo
    told : mapping of Source to State
        What each source has told of the supplier.
    sizes : mapping of str to str or None
        Size class of ``supplier`` and ``buyer`` today.
    buyer_public : bool or None
    product : str or None
    instrument_reviewed : bool or None
    """

    sight: Sight
    lent: Lent
    supplier: str
    buyer: str
    day: int
    currency: str
    time_zone: ZoneInfo
    told: Mapping[Source, State]
    sizes: Mapping[str, str | None]
    buyer_public: bool | None
    product: str | None
    instrument_reviewed: bool | None

    def has_told(self, source: Source) -> bool:
        """Whether what a source doesn't tell of the supplier is not there."""
        return self.told[source].told
