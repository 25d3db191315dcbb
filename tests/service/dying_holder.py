"""A process that holds an offer, is about to pay it out, and is killed before that is committed."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta

from ledger.database import open_database, reading, writing
from ledger.principals import OWNER
from ledger.records import read_record
from ledger.tenants import book
from lending.pack import load_pack
from scoring.drawing import hold, pay_out
from scoring.offer_lookup import look
from scoring.standing_offer import offer_of

LASTS = timedelta(hours=1)


def main(url: str, pack_file: str, score: str) -> None:
    """Hold what the score offers; say until when; die with the drawdown open."""
    engine, pack, now = open_database(url), load_pack(pack_file), datetime.now(UTC)
    with reading(engine) as connection:
        opened = book(connection, OWNER.tenant)
        offer = offer_of(read_record(connection, OWNER.tenant, score), opened.tz)
    looked = look(engine, offer, offer.amount_minor, pack, now, tenant=OWNER.tenant)
    with writing(engine) as connection:
        taken = hold(connection, OWNER, looked, LASTS, now)
    with writing(engine) as connection:
        pay_out(connection, OWNER, looked, now)
        print(taken.hold.expires_at.isoformat(), flush=True)
        time.sleep(3_600)


if __name__ == "__main__":
    main(*sys.argv[1:])
