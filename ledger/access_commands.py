"""Commands of `tricredit keys` and `tricredit tenants`: who may call, and for which lender."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ledger.faults import WrongApiKey, WrongHashKey
from ledger.principals import DEFAULT_TENANT, ROLES, Principal

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ledger.api_keys import KeyOnFile

Told = Callable[[], AbstractContextManager[None]]
Clock = Callable[[], datetime]

Db = Annotated[str, typer.Option("--db", help="URL of the ledger", envvar="TRICREDIT_DB")]
Tenant = Annotated[str, typer.Option("--tenant", help="whose book: key of the lender")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON for a program")]
By = Annotated[str, typer.Option("--by", help="your name, as the record shall have it")]

DAYS = re.compile(r"(\d{1,4})d")
PEPPER = "TRICREDIT_KEY_PEPPER"


def add_keys(app: typer.Typer, told: Told, clock: Clock) -> None:
    """Add the commands of API keys; ``told`` tells a fault and ends with status 2."""

    @app.command("create")
    def create(
        name: Annotated[str, typer.Argument(help="who signs what is written with it")],
        *,
        db: Db = "sqlite:///tricredit.db",
        role: Annotated[
            list[str], typer.Option(help=f"may be repeated: {', '.join(sorted(ROLES))}")
        ],
        expires: Annotated[
            str, typer.Option(metavar="DAYSd|never", help="for example 365d")
        ] = "365d",
        tenant: Tenant = DEFAULT_TENANT,
        by: By = "operator",
        as_json: AsJson = False,
    ) -> None:
        """Make an API key for a caller and print it, this once: only a digest is kept."""
        from ledger.api_keys import make_key, parts_of
        from ledger.database import writing

        now = clock()
        with told():
            pepper = _pepper()
            ends = _ends(expires, now)
            maker = Principal(tenant, by, ROLES)
            with writing(_opened(db)) as connection:
                made = make_key(
                    connection, maker, pepper, name=name, roles=role, now=now, expires_at=ends
                )
        id, _ = parts_of(made) or ("", "")
        if as_json:
            typer.echo(json.dumps({"id": id, "key": made, "expires_at": _iso(ends)}))
            return
        typer.echo(made)
        until = "until it is revoked" if ends is None else f"to before {ends:%Y-%m-%d %H:%M} UTC"
        _say(f"key {id} of {name} for {tenant} ({', '.join(sorted(role))}), {until}")
        _say("it is shown this once; send it in the header X-API-Key")

    @app.command("revoke")
    def revoke(
        id: Annotated[str, typer.Argument(help="the middle part of the key, as `list` has it")],
        *,
        db: Db = "sqlite:///tricredit.db",
        tenant: Tenant = DEFAULT_TENANT,
        by: By = "operator",
    ) -> None:
        """Revoke a key for good; running services take it for some seconds (keys_kept_s)."""
        from ledger.api_keys import revoke_key
        from ledger.database import writing

        with told(), writing(_opened(db)) as connection:
            revoke_key(connection, Principal(tenant, by, ROLES), id, clock())
        _say(f"key {id} is revoked; services that remember it stop taking it within seconds")

    @app.command("list")
    def list_(
        *,
        db: Db = "sqlite:///tricredit.db",
        tenant: Tenant = DEFAULT_TENANT,
        as_json: AsJson = False,
    ) -> None:
        """List the keys of a lender, also those that are over; secrets aren't kept."""
        from ledger.api_keys import keys_of_tenant
        from ledger.database import reading

        now = clock()
        with told(), reading(_opened(db)) as connection:
            found = [_told_of(key, now) for key in keys_of_tenant(connection, tenant)]
        if as_json:
            typer.echo(json.dumps(found))
            return
        table = Table(Column("id", no_wrap=True), "name", "roles", "state", "made", "expires")
        for one in found:
            roles = " ".join(one["roles"])
            days = [str(one[what] or "-")[:10] for what in ("created_at", "expires_at")]
            table.add_row(one["id"], escape(one["name"]), roles, one["state"], *days)
        Console().print(table)


def _told_of(key: KeyOnFile, now: datetime) -> dict[str, Any]:
    over = key.expires_at is not None and key.expires_at <= now
    state = "revoked" if key.revoked_at else ("expired" if over else "in force")
    return {
        "id": key.id,
        "name": key.principal.name,
        "roles": sorted(key.principal.roles),
        "state": state,
        "created_at": _iso(key.created_at),
        "created_by": key.created_by,
        "expires_at": _iso(key.expires_at),
        "revoked_at": _iso(key.revoked_at),
    }


def tenants_group(told: Told) -> typer.Typer:
    """The commands of tenants."""
    app = typer.Typer(help="Lenders: each has a book of its own.", no_args_is_help=True)

    @app.command("create")
    def create(
        tenant: Annotated[str, typer.Argument(help="key of the lender")],
        *,
        time_zone: Annotated[str, typer.Option(help="where its days begin: Asia/Shanghai, ...")],
        currency: Annotated[str, typer.Option(help="of all its amounts: CNY, EUR, ...")],
        db: Db = "sqlite:///tricredit.db",
    ) -> None:
        """Open a book for a lender; again, with the same words, it changes nothing."""
        from ledger.database import migrate, open_database, writing
        from ledger.tenants import ensure_tenant

        with told():
            engine = open_database(db)
            migrate(engine)
            with writing(engine) as connection:
                ensure_tenant(connection, tenant, time_zone, currency)
        _say(f"{tenant} has a book in {currency}; its days begin in {time_zone}")

    @app.command("list")
    def list_(*, db: Db = "sqlite:///tricredit.db", as_json: AsJson = False) -> None:
        """List the lenders."""
        from ledger.database import reading
        from ledger.tenants import books

        with told(), reading(_opened(db)) as connection:
            found = [
                {"tenant": one.tenant, "time_zone": one.tz.key, "currency": one.base_currency}
                for one in books(connection)
            ]
        if as_json:
            typer.echo(json.dumps(found))
            return
        table = Table("tenant", "time zone", "currency")
        for one in found:
            table.add_row(*map(escape, one.values()))
        Console().print(table)

    @app.command("wall")
    def wall(
        role: Annotated[str, typer.Argument(help="role of PostgreSQL, which owns nothing")],
        *,
        db: Db,
    ) -> None:
        """Let a role serve: it sees one lender a transaction, and appends (docs/access.md)."""
        from ledger.database import writing
        from ledger.wall import let_in

        with told(), writing(_opened(db)) as connection:
            let_in(connection, role)
        _say(f"{role} may serve; name it in TRICREDIT_DB of the service, and only there")

    return app


def _opened(db: str) -> Engine:
    from ledger.database import open_database, require_current

    engine = open_database(db)
    require_current(engine)
    return engine


def _pepper() -> Any:
    from ledger.api_keys import Pepper

    digits = os.environ.get(PEPPER)
    if not digits:
        raise WrongHashKey(
            f"{PEPPER} is missing: digests of keys are made with it",
            field="key_pepper",
            remedy=f"export {PEPPER}=$(openssl rand -hex 32), here and where the service runs; "
            "keep it as long as the ledger",
        )
    return Pepper.of_hex(digits)


def _ends(expires: str, now: datetime) -> datetime | None:
    if expires == "never":
        return None
    days = DAYS.fullmatch(expires)
    if days is None:
        raise WrongApiKey(
            f"{expires!r} is no span", field="expires", remedy="give days, as 365d, or never"
        )
    return now + timedelta(days=int(days[1]))


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")


def _say(line: str) -> None:
    Console(stderr=True, highlight=False).print(escape(line), soft_wrap=True)
