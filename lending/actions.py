"""What can be done about each family of reasons: the table of domain.md section 3.9.

Advice moves structure and evidence. What takes months, can't be changed or is the buyer's is never
advised.
"""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What can be done about a family of reasons, and by whom.

    Structure can be changed today, evidence in days, behaviour in months; what is the buyer's and
    what is as it is can't be.
    """

    STRUCTURE = "structure"
    EVIDENCE = "evidence"
    BEHAVIOUR = "behaviour"
    IMMUTABLE = "immutable"
    BUYER = "buyer"


ACTIONS: dict[str, Action] = {
    "RS01": Action.BUYER,
    "RS02": Action.BUYER,
    "RS03": Action.BUYER,
    "RS04": Action.BUYER,
    "RS05": Action.BEHAVIOUR,
    "RS06": Action.BEHAVIOUR,
    "RS07": Action.IMMUTABLE,
    "RS08": Action.BEHAVIOUR,
    "RS09": Action.BUYER,
    "RS10": Action.IMMUTABLE,
    "RO01": Action.STRUCTURE,
    "RO02": Action.STRUCTURE,
    "RO03": Action.EVIDENCE,
    "RO04": Action.EVIDENCE,
    "RO05": Action.EVIDENCE,
    "RO06": Action.STRUCTURE,
    "RO07": Action.STRUCTURE,
    "RO08": Action.STRUCTURE,
    "RO09": Action.IMMUTABLE,
    "RO10": Action.STRUCTURE,
    "RO11": Action.STRUCTURE,
    "RO12": Action.IMMUTABLE,
    "RO13": Action.IMMUTABLE,
    "RD01": Action.BEHAVIOUR,
    "RD02": Action.BEHAVIOUR,
    "RD03": Action.BEHAVIOUR,
    "RD04": Action.BUYER,
    "RD05": Action.BEHAVIOUR,
    "RD06": Action.BEHAVIOUR,
    "RD07": Action.BEHAVIOUR,
    "RD08": Action.BEHAVIOUR,
    "RD09": Action.BEHAVIOUR,
    "RD10": Action.BEHAVIOUR,
    "RD11": Action.BEHAVIOUR,
    "RD12": Action.BUYER,
    "RD13": Action.BEHAVIOUR,
    "RD14": Action.EVIDENCE,
    "RN01": Action.EVIDENCE,
    "RN02": Action.BEHAVIOUR,
}
"""By family of reasons. Documents of the trade data are behaviour: they come with real trade."""
