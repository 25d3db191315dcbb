"""What a model's probability is a probability of."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Event(BaseModel):
    """The event a bundle was trained on.

    Attributes
    ----------
    name : str
        Short name, for example ``late5``.
    kind : str
        ``late``: the buyer pays ``days`` or more after the due date. ``default``: the financing is
        in default (90 days past due or unlikely to pay) within ``days`` of its maturity; loss and
        price need it and refuse ``late``. ``buyer``, ``supplier``: that party defaults within
        ``days``, whatever the financing.
    days : int
        Days past the due date from which the event has happened, or within which it happens.
    en, zh : str
        The event in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    kind: Literal["late", "default", "buyer", "supplier"]
    days: int = Field(ge=1, le=366)
    en: str
    zh: str
