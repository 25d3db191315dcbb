"""What is written comes back as it was, on both stores."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from ledger.columns import Day, Instant
from ledger.database import open_database, writing

SHANGHAI = timezone(timedelta(hours=8))


def test_instants_and_days_come_back_exactly_and_in_order(empty_database_url: str) -> None:
    engine = open_database(empty_database_url)
    table = Table("moment", MetaData(), Column("at", Instant), Column("day", Day))
    rows = [
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), date(1900, 1, 1)),
        (datetime(2024, 2, 29, 8, 0, 0, 1, tzinfo=SHANGHAI), date(2024, 2, 29)),
        (datetime(2199, 12, 31, tzinfo=UTC), date(2199, 12, 31)),
        (None, None),
    ]
    with writing(engine) as connection:
        table.create(connection)
        connection.execute(insert(table), [{"at": at, "day": day} for at, day in rows])
        asked = select(table).order_by(table.c.at.is_(None), table.c.at)
        back = [tuple(row) for row in connection.execute(asked)]
    engine.dispose()

    assert back == rows
    assert back[1][0].utcoffset() == timedelta(0)


def test_a_naive_datetime_never_reaches_the_database(sqlite_url: str) -> None:
    engine = open_database(sqlite_url)
    table = Table("moment", MetaData(), Column("at", Instant))
    with writing(engine) as connection:
        table.create(connection)
        with pytest.raises(StatementError, match="has no offset"):
            connection.execute(insert(table), {"at": datetime(2024, 1, 1)})  # noqa: DTZ001
    engine.dispose()
