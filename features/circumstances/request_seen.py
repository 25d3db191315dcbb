"""Circumstances of a request, as rules and terms see them and as they are recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.cover_seen import Guarantor, Insured, Pledged, Turnover
from features.circumstances.party_seen import PairSeen, PartySeen, Used
from features.circumstances.sign_seen import Sign


@dataclass(frozen=True)
class Circumstances:
    """Live facts of one request.

    Attributes
    ----------
    day : date
        as_of's day in the tenant's time zone.
    currency : str
        Of all amounts: the book's base currency; empty where amounts are only compared.
    amount_requested_minor : int or None
        Amount asked for; None where the request names none.
    product, account : str or None
    tenor_days : int or None
        Asked for; None where nothing is said: then until the last claim is due.
    recourse, notified : bool or None
    channel_collects : bool or None
        The platform that brings the request collects funds or lends itself.
    claims : tuple of AskedClaim
        In the order of their keys.
    supplier, buyer : PartySeen
    pair : PairSeen
    used : Used
    guarantees, insurances, collaterals : tuple
    turnover : Turnover or None
    value_p10_minor : int or None
        What the supplier's business is sure to bring in a year after costs (CV12, P10); None where
        no value is kept, or it is too old.
    data_tier : int
        0 to 3.
    signs : tuple of Sign or None
        Signs of fraud, in the order of `sign_seen.SIGNS`; None where nobody looked.
    fraud_score : float or None
        0 to 1; None where no fraud screen ran.
    alerts : tuple of str
        Alerts of monitoring on the model or the segment, such as ``psi`` or ``model_expired``.
    evidence : tuple of str
        Ids of the facts this rests on, sorted.
    """

    day: date
    currency: str = ""
    amount_requested_minor: int | None = None
    product: str | None = None
    tenor_days: int | None = None
    recourse: bool | None = None
    notified: bool | None = None
    account: str | None = None
    channel_collects: bool | None = None
    claims: tuple[AskedClaim, ...] = ()
    supplier: PartySeen = field(default_factory=PartySeen)
    buyer: PartySeen = field(default_factory=PartySeen)
    pair: PairSeen = field(default_factory=PairSeen)
    used: Used = field(default_factory=Used)
    guarantees: tuple[Guarantor, ...] = ()
    insurances: tuple[Insured, ...] = ()
    collaterals: tuple[Pledged, ...] = ()
    turnover: Turnover | None = None
    value_p10_minor: int | None = None
    data_tier: int = 0
    signs: tuple[Sign, ...] | None = None
    fraud_score: float | None = None
    alerts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def face_minor(self) -> int | None:
        """Sum of the faces asked for; None where one is not known."""
        faces = [claim.face_minor for claim in self.claims]
        known = [face for face in faces if face is not None]
        return sum(known) if faces and len(known) == len(faces) else None
