"""A process that registers bundles and makes each champion in turn, until it is killed.

``python tests/killed_promoter.py URL FIRST`` registers version FIRST, promotes it and prints its
number, then the next; every fourth it takes back and promotes again. Two people sign.
"""

from __future__ import annotations

import os
import sys

from ledger.aliases import held_by
from ledger.database import open_database, reading
from ledger.principals import OWNER
from tests.ledger.lenders import Lender, version


def take_turns(lender: Lender, first: int) -> None:
    number = first
    while True:
        new, old = version(number), version(number - 1) if number > 1 else None
        with reading(lender.engine) as connection:
            held = held_by(connection, lender.tenant, "champion")
        if held != new.id:
            lender.takes(new)
            lender.gives(new, old)
        if old is not None and number % 4 == 0:
            lender.back(new)
            lender.gives(new, old)
        os.write(1, f"{number}\n".encode())
        number += 1


if __name__ == "__main__":
    take_turns(Lender.of(open_database(sys.argv[1]), OWNER.tenant), int(sys.argv[2]))
