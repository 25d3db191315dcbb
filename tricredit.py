"""The command line: composes the parts; nothing imports it.

Exit status 0 when done, 1 for a found fault in data, 2 for wrong use. A command imports the rooms
it needs itself, so that ``--help`` is quick. All commands are here: hence so many lines.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Column, Table

from ledger import access_commands
from ledger.faults import Fault
from ledger.fingerprints import fingerprint_commands
from ledger.principals import DEFAULT_TENANT, OWNER
from lending.policy import policy_commands
from scoring import model_commands
from scoring.portfolio import portfolio_commands

if TYPE_CHECKING:
    from ledger.audit.verifying import Verification
    from ledger.vault import Vault
    from simulator.world import World

DEMO_SEED = 3
FIRST_SHEETS = 10
"""So many scores are shown in full where no output file is named."""

app = typer.Typer(
    help="Risk scoring for supply-chain finance: subject, object and data credit.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
features_app = typer.Typer(help="What the model sees.", no_args_is_help=True)
app.add_typer(features_app, name="features")
ledger_app = typer.Typer(help="Whether the ledger is as it was written.", no_args_is_help=True)
app.add_typer(ledger_app, name="ledger")
ratings_app = typer.Typer(help="Ratings of the lender's own making.", no_args_is_help=True)
app.add_typer(ratings_app, name="ratings")
value_app = typer.Typer(help="What suppliers' trade is worth.", no_args_is_help=True)
app.add_typer(value_app, name="value")
keys_app = typer.Typer(help="Keys of callers, and keys that sign.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")


class Language(StrEnum):
    """Of a page."""

    EN = "en"
    ZH = "zh"


Db = Annotated[str, typer.Option("--db", help="URL of the ledger", envvar="TRICREDIT_DB")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON for a program")]
BundleFolder = Annotated[
    str, typer.Option("--bundle", help="folder or URL of a bundle", envvar="TRICREDIT_BUNDLE")
]
Trust = Annotated[
    Path | None,
    typer.Option(
        "--trust",
        help="public key, or folder of keys, that may sign bundles; else the local one",
        envvar="TRICREDIT_TRUST",
    ),
]
BuyerBundle = Annotated[
    str | None,
    typer.Option(help="bundle of the buyer's default", envvar="TRICREDIT_BUYER_BUNDLE"),
]
SupplierBundle = Annotated[
    str | None,
    typer.Option(help="bundle of the supplier's default", envvar="TRICREDIT_SUPPLIER_BUNDLE"),
]
Tenant = Annotated[str, typer.Option("--tenant", help="whose book: key of the lender")]
ON_DAY: dict[str, Any] = {"formats": ["%Y-%m-%d"], "metavar": "YYYY-MM-DD"}
FirstDay = Annotated[
    datetime | None, typer.Option("--from", help="first day of a back-fill", **ON_DAY)
]
LastDay = Annotated[datetime | None, typer.Option("--to", help="its last day", **ON_DAY)]
PackNamed = Annotated[
    str | None, typer.Option("--pack", help="policy pack: generic, cn, or a TOML file")
]


def screen() -> Console:
    """Where people read: standard error, so that output stays clean for programs."""
    return Console(stderr=True, highlight=False)


@contextmanager
def told() -> Iterator[None]:
    """Tell a fault as what is wrong, where and what to do, and end with status 2."""
    try:
        yield
    except Fault as fault:
        where = f" ({escape(fault.field)})" if fault.field else ""
        screen().print(f"[red]{fault.code}[/]{where}: {escape(fault.message)}", soft_wrap=True)
        if fault.remedy:
            screen().print(f"  {escape(fault.remedy)}", soft_wrap=True)
        raise typer.Exit(2) from fault


@contextmanager
def bar() -> Iterator[Callable[[str, float], None]]:
    """A bar while the block runs; yields what is told the doing and the share done, 0-1."""
    with Progress(console=screen(), transient=True) as progress:
        task = progress.add_task("reading", total=1.0)

        def update(doing: str, share: float) -> None:
            progress.update(task, description=escape(doing), completed=share)

        yield update


def vault() -> Vault | None:
    """What guards natural persons: the secret of TRICREDIT_PERSON_SECRET, if there is one."""
    from ledger.vault import Vault

    secret = os.environ.get("TRICREDIT_PERSON_SECRET")
    return Vault.of_hex(secret) if secret else None


access_commands.add_keys(keys_app, told, lambda: datetime.now(UTC))
app.add_typer(access_commands.tenants_group(told), name="tenants")
app.add_typer(policy_commands.group(told), name="policy")
app.add_typer(fingerprint_commands.group(told), name="fingerprints")
app.add_typer(
    portfolio_commands.group(told, bar, lambda: datetime.now(UTC)),
    name="portfolio",
)
app.add_typer(model_commands.group(told, lambda: datetime.now(UTC)), name="models")


@app.command("import")
def import_(
    mapping: Annotated[Path, typer.Argument(help="mapping file, TOML")],
    folder: Annotated[Path, typer.Argument(help="folder with the exported files")],
    *,
    db: Db,
    rejects: Annotated[
        Path | None, typer.Option(help="write the rejected rows with their reasons to this CSV")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="say what would happen, and load nothing")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Load a bank's exports into the ledger; the same files again change nothing.

    Rows that can't be right are left out and reported; with --check they make status 1.
    """
    from ledger.importing.import_report import require_writable
    from ledger.importing.loading import import_folder
    from ledger.importing.mapping import read_mapping
    from ledger.importing.report_sheet import report_sheet
    from ledger.importing.trial_ledger import target_of

    with told(), bar() as update:
        what = read_mapping(mapping)
        if rejects is not None:
            require_writable(rejects)
        with target_of(db, check=check, vault=vault()) as target:
            now = datetime.now(UTC)
            report = import_folder(
                what, folder, target.engine, OWNER, now, check=check, progress=update
            )
        if rejects is not None:
            report.write_rejects(rejects)
    if as_json:
        typer.echo(report.to_json())
    else:
        screen().print(report_sheet(report, rejects, stand_in=target.stand_in))
    if check and report.rows_rejected:
        raise typer.Exit(1)


@app.command()
def load(
    paths: Annotated[
        list[Path], typer.Argument(help="files named by their kind (invoice.parquet), or folders")
    ],
    db: Db,
    source: Annotated[str, typer.Option(help="who says it")],
    *,
    historical: Annotated[
        bool, typer.Option("--historical", help="onboarding: visible from known_at on")
    ] = False,
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="load the good rows, report the bad")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="say what would happen, and load nothing")
    ] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="write the bad rows with their reasons to this CSV")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Load CSV, NDJSON, JSON or Parquet in the ledger's own form (docs/ledger.md), as one batch.

    A row that can't be right refuses all of it (status 1), unless the good ones are kept.
    """
    from ledger.database import open_database, require_current
    from ledger.importing.report_sheet import report_sheet
    from ledger.reports.report_files import Terms, find_reports, load_reports

    with told(), bar() as update:
        found = find_reports(paths)
        engine = open_database(db, vault())
        require_current(engine)
        terms = Terms(source, historical, datetime.now(UTC), keep_good, check)
        report = load_reports(engine, OWNER, found, terms, progress=update)
    if rejects is not None:
        report.write_rejects(rejects)
    if as_json:
        typer.echo(report.to_json())
    else:
        refused = not (report.written or check)
        screen().print(report_sheet(report, rejects, refused=refused))
    if report.rows_rejected and (check or not keep_good):
        raise typer.Exit(1)


@app.command("map")
def map_(
    file: Annotated[Path, typer.Argument(help="an exported file: CSV, .csv.gz, Parquet, .xlsx")],
    kind: Annotated[str | None, typer.Option(help="what a row tells, such as invoice")] = None,
    out: Annotated[Path | None, typer.Option(help="new file for the mapping")] = None,
    rows: Annotated[int, typer.Option(help="rows to look at", min=1, max=100_000)] = 1_000,
    as_json: AsJson = False,
) -> None:
    """Draft a mapping from the header and the first rows of a file.

    On a terminal it asks what the file doesn't show; else it takes defaults, and marks them.
    """
    from ledger.importing.drafting.draft import draft_mapping, in_the_way, write_draft
    from ledger.importing.drafting.draft_json import draft_json
    from ledger.importing.drafting.draft_sheet import draft_sheet
    from ledger.importing.drafting.wizard import wizard_at

    with told():
        if out is not None and out.exists():
            raise in_the_way(out)
        ask = wizard_at(screen(), sys.stdin)
        draft = draft_mapping(file, datetime.now(UTC), kind=kind, rows=rows, ask=ask)
        if out is not None:
            write_draft(draft, out)
    if as_json:
        typer.echo(json.dumps(draft_json(draft), ensure_ascii=False, indent=1))
    elif out is None:
        typer.echo(draft.text, nl=False)
    screen().print(draft_sheet(draft))


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="requests: .csv, .ndjson or .parquet")],
    *,
    db: Db,
    bundle: BundleFolder,
    buyer_bundle: BuyerBundle = None,
    supplier_bundle: SupplierBundle = None,
    pack: PackNamed = None,
    trust: Trust = None,
    out: Annotated[
        Path | None, typer.Option(help="write the replies: .ndjson whole, .csv a summary")
    ] = None,
    advice: Annotated[bool, typer.Option("--advice", help="look for what would help")] = False,
) -> None:
    """Score a file of requests on the same path as the service; nothing is recorded."""
    from ledger.database import open_database, reading, require_current
    from ledger.tenants import book
    from lending.pack import load_pack
    from models.bundle import load
    from scoring.batch import replies
    from scoring.party_models import load_party_models
    from scoring.request_files import read_requests, write_replies
    from scoring.sheet import sheet
    from training.printed import bar

    with told(), bar(screen()) as progress:
        engine = open_database(db)
        require_current(engine)
        requests = read_requests(file, datetime.now(UTC))
        with reading(engine) as connection:
            at_head = book(connection, OWNER.tenant)
        answers = replies(
            engine,
            at_head,
            requests,
            load(bundle, trust),
            load_pack(pack),
            parties=load_party_models(buyer_bundle, supplier_bundle, trust),
            advice=advice,
            progress=progress,
        )
        if out is not None:
            written = write_replies(out, answers)
        else:
            shown = [answer for answer, _ in zip(answers, range(FIRST_SHEETS), strict=False)]
    if out is not None:
        screen().print(f"{written:,} replies in {out}")
        return
    for answer in shown:
        Console(highlight=False).print(sheet(answer, answer["request_id"]), "")
    if len(requests) > len(shown):
        screen().print(f"the first {len(shown)} of {len(requests)}; --out FILE writes them all")


@app.command()
def serve(
    *,
    db: Annotated[str | None, typer.Option(help="URL of the ledger")] = None,
    bundle: Annotated[str | None, typer.Option(help="folder or URL of a bundle")] = None,
    bundles: Annotated[
        str | None, typer.Option(help="folder or URL of many: serve the registry's champion")
    ] = None,
    buyer_bundle: BuyerBundle = None,
    supplier_bundle: SupplierBundle = None,
    pack: PackNamed = None,
    trust: Trust = None,
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="processes; more than one on PostgreSQL only")
    ] = None,
) -> None:
    """Serve POST /score and Swagger UI; TRICREDIT_* variables stand in for missing options."""
    from service.safe_start import require_safe_start
    from service.server import run
    from service.settings import Settings

    given = {
        "db": db,
        "bundle": bundle,
        "bundles": bundles,
        "buyer_bundle": buyer_bundle,
        "supplier_bundle": supplier_bundle,
        "pack": pack,
        "trust": trust,
        "host": host,
        "port": port,
        "workers": workers,
    }
    settings = Settings.model_validate(
        Settings().model_dump()
        | {name: value for name, value in given.items() if value is not None}
    )
    with told():
        settings.vault()
        require_safe_start(settings)
        screen().print(f"Swagger UI: http://{settings.host}:{settings.port}/docs")
        run(settings)


@app.command()
def openapi(
    check: Annotated[
        Path | None, typer.Option(help="compare with this file: status 1 where it differs")
    ] = None,
) -> None:
    """Print the description of the HTTP interface, as docs/openapi.json keeps it."""
    from service.frozen_contract import difference, frozen_text

    if check is None:
        typer.echo(frozen_text(), nl=False)
    elif found := difference(check.read_text(encoding="utf-8")):
        typer.echo(found)
        raise typer.Exit(1)


@ledger_app.command("migrate")
def ledger_migrate(
    db: Db,
    *,
    time_zone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="open the lender's book: where its days begin"),
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help="and the one currency it lends in")
    ] = None,
    tenant: Tenant = DEFAULT_TENANT,
) -> None:
    """Make the tables, or bring them to the form that this version expects (docs/deployment.md).

    Once, however many run it at the same time: it happens wholly or not at all. A book that is
    open already stays as it is; another time zone or currency for it is refused.
    """
    from ledger.database import migrate, open_database, require_current, writing
    from ledger.tenants import ensure_tenant

    if (time_zone is None) != (currency is None):
        raise typer.BadParameter("give both, or neither", param_hint="--time-zone and --currency")
    with told():
        engine = open_database(db)
        try:
            migrate(engine)
            require_current(engine)
            if time_zone is not None and currency is not None:
                with writing(engine) as connection:
                    ensure_tenant(connection, tenant, time_zone, currency)
        finally:
            engine.dispose()
    screen().print("the tables are as this version expects them")


@ledger_app.command("verify")
def ledger_verify(
    db: Db,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="signed checkpoint; may be given several times")
    ] = None,
    public_key: Annotated[
        list[Path] | None, typer.Option(help="public key of checkpoints, PEM; the same")
    ] = None,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: AsJson = False,
) -> None:
    """Check every row of the ledger; name the first that isn't as it was written (status 1)."""
    from ledger.audit.checkpoints import read_checkpoint
    from ledger.audit.signing_keys import load_public
    from ledger.audit.verifying import verify
    from ledger.database import open_database, require_tables

    with told():
        engine = open_database(db)
        require_tables(engine)
        found = verify(
            engine,
            tenant,
            [read_checkpoint(path) for path in checkpoint or ()],
            [load_public(path) for path in public_key or ()],
        )
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    else:
        _show_verification(found)
    if not found.ok:
        raise typer.Exit(1)


def _show_verification(found: Verification) -> None:
    for finding in found.findings:
        behind = f" (behind seq {finding.after})" if finding.after is not None else ""
        where = f"{finding.kind} {finding.id} seq {finding.seq}{behind}"
        screen().print(f"[red]found[/] {where}: {finding.reason}", soft_wrap=True)
    screen().print(
        f"{found.facts:,} facts, {found.records:,} records and {found.batches:,} batches are right "
        f"(up to seq {found.last_seq:,}); compared with {found.checkpoints} checkpoint(s)",
        soft_wrap=True,
    )


@ledger_app.command("checkpoint")
def ledger_checkpoint(
    db: Db,
    key: Annotated[Path, typer.Option(help="private key, PEM")],
    out: Annotated[Path, typer.Option(help="new file for the checkpoint")],
    tenant: Tenant = DEFAULT_TENANT,
) -> None:
    """Sign what the ledger is now; keep the file outside the database, and verify before."""
    from ledger.audit.checkpoints import make_checkpoint, write_checkpoint
    from ledger.audit.signing_keys import load_private
    from ledger.database import open_database, reading, require_current

    with told():
        signer = load_private(key)
        engine = open_database(db)
        require_current(engine)
        with reading(engine) as connection:
            made = make_checkpoint(connection, tenant, signer, datetime.now(UTC))
        write_checkpoint(made, out)
    screen().print(f"{out}: {made.statement.last_seq:,} rows, signed with key {made.statement.key}")


@keys_app.command("sign")
def keys_sign(
    out: Annotated[Path, typer.Option(help="folder for the new pair of keys")],
) -> None:
    """Make a pair of keys: the private one signs checkpoints and bundles, the public one checks."""
    from ledger.audit.signing_keys import make_keys

    with told():
        private, public = make_keys(out)
    screen().print(f"{private} signs: keep it where nobody of the database can read it")
    screen().print(f"{public} checks: give it to whoever verifies")


@features_app.command("list")
def features_list(
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option(help="print docs/features.md")] = False,
) -> None:
    """List every feature with its credit, unit, direction of risk and definition."""
    from features.catalogue import RELATIONS
    from features.catalogue_page import page
    from features.declared import every_declared

    if markdown:
        typer.echo(page(RELATIONS), nl=False)
        return
    rows = list(every_declared(RELATIONS))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    columns = ("code", "name", "credit", "tier", "unit", "risk", "definition")
    table = Table(*columns)
    for row in rows:
        table.add_row(*(row[column] for column in columns))
    Console().print(table)


@features_app.command("explain")
def features_explain(
    name: Annotated[str, typer.Argument(help="name of a feature")],
    *,
    db: Annotated[
        str | None, typer.Option("--db", help="URL of the ledger", envvar="TRICREDIT_DB")
    ] = None,
    supplier: Annotated[str | None, typer.Option(help="of a request: who sells")] = None,
    buyer: Annotated[str | None, typer.Option(help="of a request: who must pay")] = None,
    receivable: Annotated[
        list[str] | None, typer.Option(help="what is offered; may be given several times")
    ] = None,
    as_of: Annotated[datetime | None, typer.Option(help="instant, UTC; now if left out")] = None,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: AsJson = False,
) -> None:
    """Show how a feature is made and, for a request, the facts that went into the number."""
    from scoring.explaining import explain, relation_named
    from scoring.feature_sheet import facts_sheet, feature_sheet, told_facts, told_feature

    with told():
        relation = relation_named(name)
        if supplier is None and buyer is None and not receivable:
            if as_json:
                typer.echo(json.dumps(told_feature(name, relation), ensure_ascii=False, indent=1))
            else:
                Console(highlight=False).print(feature_sheet(name, relation))
            return
    if not (db and supplier and buyer and receivable):
        raise typer.BadParameter("a request needs --db, --supplier, --buyer and --receivable")
    from ledger.database import open_database, reading, require_current
    from ledger.tenants import book
    from scoring.asking import Mode, Request
    from training.printed import bar

    at = datetime.now(UTC) if as_of is None else as_of.replace(tzinfo=UTC)
    asked = Request("", supplier, buyer, tuple(receivable), at, mode=Mode.BACKTEST)
    with told(), bar(screen()) as progress:
        engine = open_database(db)
        require_current(engine)
        with reading(engine) as connection:
            opened = book(connection, tenant)
        explanation = explain(engine, opened, asked, name, progress=progress)
    if as_json:
        typer.echo(json.dumps(told_facts(explanation), ensure_ascii=False, indent=1))
    else:
        Console(highlight=False).print(facts_sheet(name, explanation))


@features_app.command("refresh")
def features_refresh(
    *,
    db: Db,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="today in the book's time zone")
    ] = None,
    keep_days: Annotated[int, typer.Option(min=1, help="days before it that are kept")] = 7,
    threads: Annotated[int, typer.Option(min=1)] = 2,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: AsJson = False,
) -> None:
    """Work out the history features of every pair that trades, so that requests find them."""
    from ledger.clocks import day_of
    from ledger.database import open_database, reading, require_current
    from ledger.tenants import book
    from scoring.refresh import refresh
    from training.printed import bar

    with told(), bar(screen()) as progress:
        engine = open_database(db)
        require_current(engine)
        with reading(engine) as connection:
            zone = book(connection, tenant).tz
        today = day_of(datetime.now(UTC), zone) if day is None else day.date()
        done = refresh(
            engine, tenant, today, keep_days=keep_days, threads=threads, progress=progress
        )
    if as_json:
        typer.echo(json.dumps({**vars(done), "day": today.isoformat()}))
    else:
        screen().print(
            f"{done.pairs:,} pairs on {today}: {done.kept:,} rows kept, "
            f"{done.forgotten:,} forgotten"
        )


@features_app.command("graph")
def features_graph(
    db: Db,
    *,
    day: Annotated[datetime | None, typer.Option(help="today unless named", **ON_DAY)] = None,
    first: FirstDay = None,
    last: LastDay = None,
    every: Annotated[int, typer.Option(min=1, help="days from one measured day to the next")] = 1,
    as_json: AsJson = False,
) -> None:
    """Measure the graph of trade and write the measures as facts (docs/graph.md).

    Features use a measure from the day after on, for 45 days. Running it again changes nothing.
    """
    from features.graph.nightly import write_measures
    from ledger.database import open_database, require_current

    days = _days(day, (first, last), every, "--day")
    with told(), bar() as update:
        engine = open_database(db)
        try:
            require_current(engine)
            now = datetime.now(UTC)
            nights = list(write_measures(engine, OWNER, days, now, progress=update))
        finally:
            engine.dispose()
    if as_json:
        typer.echo(json.dumps([night.as_json() for night in nights]))
        return
    table = Table("day", "measures", "new", "corrected", "known already")
    for night in nights:
        counts = (night.rows, night.added, night.corrected, night.unchanged)
        table.add_row(night.day.isoformat(), *(f"{count:,}" for count in counts))
    Console().print(table)


def _days(
    day: datetime | None,
    span: tuple[datetime | None, datetime | None],
    every: int,
    name: str,
) -> list[date]:
    """The days of a nightly step: one, those of a back-fill, or none, which means today."""
    from features.graph.nightly import days_between

    first, last = span
    if day is not None and (first or last):
        raise typer.BadParameter(f"give either {name} or --from and --to", param_hint=name)
    if (first is None) != (last is None) or (first and last and first > last):
        raise typer.BadParameter("give both, --from not after --to", param_hint="--from")
    if first and last:
        return days_between(first.date(), last.date(), every)
    return [day.date()] if day else []


@ratings_app.command("shadow")
def ratings_shadow(
    db: Db,
    model: Annotated[str, typer.Option(help="folder or URL of a shadow model")],
    *,
    trust: Trust = None,
    as_of: Annotated[datetime | None, typer.Option(help="today unless named", **ON_DAY)] = None,
    first: FirstDay = None,
    last: LastDay = None,
    every: Annotated[int, typer.Option(min=1, help="days from one rated day to the next")] = 1,
    as_json: AsJson = False,
) -> None:
    """Rate parties that have accounts and no rating, as facts (docs/shadow_rating.md).

    Features use a rating from the day after on, until it ends. Running it again changes nothing.
    """
    from ledger.database import open_database, require_current
    from models.shadow_model import load
    from scoring.shadow_ratings import write_shadow_ratings

    days = _days(as_of, (first, last), every, "--as-of")
    nights = []
    with told(), bar() as update:
        rater = load(model, trust)
        engine = open_database(db)
        try:
            require_current(engine)
            now = datetime.now(UTC)
            for done, day in enumerate(days or [None]):
                update(str(day or "today"), done / max(len(days), 1))
                nights.append(write_shadow_ratings(engine, OWNER, rater, day, now))
        finally:
            engine.dispose()
    if as_json:
        typer.echo(json.dumps([night.as_json() for night in nights]))
        return
    heads = ("accounts", "rated", "too little", "standing", "new", "corrected", "known")
    table = Table(Column("day", no_wrap=True), *heads)
    for night in nights:
        counts = (night.accounts, night.rated, night.too_little, night.standing)
        written = (night.added, night.corrected, night.unchanged)
        table.add_row(night.day.isoformat(), *(f"{count:,}" for count in (*counts, *written)))
    Console().print(table)


@value_app.command("refresh")
def value_refresh(
    db: Db,
    *,
    day: Annotated[datetime | None, typer.Option(help="today unless named", **ON_DAY)] = None,
    first: FirstDay = None,
    last: LastDay = None,
    every: Annotated[int, typer.Option(min=1, help="days from one valued day to the next")] = 1,
    as_json: AsJson = False,
) -> None:
    """Value every supplier that trades, and write the values as facts (docs/value.md).

    A score uses a value from the day after on, for 45 days. Running it again changes nothing.
    """
    from ledger.database import open_database, require_current
    from scoring.values import write_values

    days = _days(day, (first, last), every, "--day")
    with told(), bar() as update:
        engine = open_database(db)
        try:
            require_current(engine)
            now = datetime.now(UTC)
            nights = list(write_values(engine, OWNER, days, now, progress=update))
        finally:
            engine.dispose()
    if as_json:
        typer.echo(json.dumps([night.as_json() for night in nights]))
        return
    table = Table("day", "suppliers", "rows", "new", "corrected", "known already")
    for night in nights:
        counts = (night.suppliers, night.rows, night.added, night.corrected, night.unchanged)
        table.add_row(night.day.isoformat(), *(f"{count:,}" for count in counts))
    Console().print(table)


@value_app.command("show")
def value_show(
    supplier: Annotated[str, typer.Argument(help="key of the supplier")],
    *,
    db: Db,
    as_of: Annotated[datetime | None, typer.Option(help="instant, UTC; now if left out")] = None,
    html: Annotated[Path | None, typer.Option(help="write the page for the supplier here")] = None,
    language: Annotated[Language, typer.Option("--lang", help="of the page")] = Language.EN,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: AsJson = False,
) -> None:
    """Show the value that a score of a supplier would see, as a page or in the terminal."""
    from ledger.database import open_database, reading, require_current
    from scoring.kept_values import require_value
    from scoring.value_page import told_value, value_page
    from scoring.value_sheet import value_sheet

    at = datetime.now(UTC) if as_of is None else as_of.replace(tzinfo=UTC)
    with told():
        engine = open_database(db)
        try:
            require_current(engine)
            with reading(engine) as connection:
                kept = require_value(connection, tenant, supplier, at)
        finally:
            engine.dispose()
    if html is not None:
        html.write_text(value_page(kept, language.value), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(told_value(kept), ensure_ascii=False, indent=1))
    elif html is None:
        Console(highlight=False).print(value_sheet(kept, language.value))
    else:
        screen().print(f"{html}: the value of {escape(supplier)} on {kept.valued_on}")


@app.command()
def simulate(
    scenario: Annotated[str, typer.Argument(help="how the world goes: baseline, stress, ...")],
    *,
    size: Annotated[str, typer.Option(help="demo, ci or bench")] = "demo",
    seed: Annotated[int, typer.Option(min=0)] = 1,
    last_day: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="day on which the world ends")
    ] = "2026-06-30",
    db: Annotated[str | None, typer.Option(help="write the facts into this ledger")] = None,
    out: Annotated[
        Path | None, typer.Option(help="write facts, truth and report into this new folder")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a known world: facts in the ledger's form, and apart from them the truth.

    The same scenario, size, seed and last day make the same bytes. A folder has facts/ (load it
    with `tricredit load`), oracle/ (what only the world knows) and report.html (is it lifelike?).
    """
    from simulator.output import write_folder
    from simulator.report.page import write_report
    from simulator.scenario import read_scenario, size_of
    from simulator.world import make_world

    if (db is None) == (out is None):
        raise typer.BadParameter("give either --out or --db", param_hint="--out")
    try:
        day = date.fromisoformat(last_day)
    except ValueError:
        raise typer.BadParameter(f"{last_day!r} is no day", param_hint="--last-day") from None
    with told(), bar() as progress:
        progress("making the world", 0.0)
        world = make_world(read_scenario(scenario), size_of(size), seed, day)
        if out is not None:
            rows = write_folder(world, out, progress=progress).rows
            write_report(world, out / "report.html")
        else:
            rows = _into_ledger(world, str(db), progress)
    if as_json:
        typer.echo(json.dumps({"requests": len(world.requests), "rows": rows}))
        return
    table = Table("kind", "rows")
    for kind, count in rows.items():
        table.add_row(kind, f"{count:,}")
    Console().print(table, f"{len(world.requests):,} requests; {out or db}")


def _into_ledger(world: World, db: str, progress: Callable[[str, float], None]) -> dict[str, int]:
    """Write the facts of a world into a ledger; make its tables where they are not there."""
    from ledger.database import migrate, open_database
    from simulator.output import write_world

    engine = open_database(db, vault())
    migrate(engine)
    receipts = write_world(world, engine, OWNER, datetime.now(UTC), progress=progress)
    return {
        "new": sum(receipt.added for receipt in receipts),
        "corrections": sum(receipt.corrected for receipt in receipts),
        "known already": sum(receipt.unchanged for receipt in receipts),
    }


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="where the demo keeps its ledger")] = Path("demo"),
    no_serve: Annotated[bool, typer.Option(help="stop before the service starts")] = False,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on")] = 8000,
) -> None:
    """Facts in, features, a model, three scored requests, and the service, in a made-up world."""
    from simulator.observation.view import TIME_ZONE
    from simulator.scenario import read_scenario, size_of
    from simulator.world import make_world

    with told():
        today = datetime.now(ZoneInfo(TIME_ZONE)).date()
        folder.mkdir(parents=True, exist_ok=True)
        db = f"sqlite:///{folder / f'ledger-{today.isoformat()}.db'}"
        world = make_world(read_scenario("full_view"), size_of("demo"), DEMO_SEED, today)
        _demo_facts(world, db)
        bundle = _demo_model(db, folder / "bundles", today)
        _demo_scores(world, db, bundle)
    if not no_serve:
        screen().rule("[bold]Service (Ctrl-C ends it)")
        serve(db=db, bundle=str(bundle), host=host, port=port)


def _demo_facts(world: World, db: str) -> None:
    """Write the world through the ledger's writer, as any source would."""
    from ledger.database import migrate, open_database
    from simulator.observation.showcase import showcase_sheets
    from simulator.observation.view import View
    from simulator.output import write_world

    screen().rule("[bold]Facts in")
    engine = open_database(db)
    migrate(engine)
    with bar() as progress:
        receipts = write_world(
            world,
            engine,
            OWNER,
            datetime.now(UTC),
            progress=progress,
            more=showcase_sheets(View(world)),
        )
    new, known = (sum(getattr(one, what) for one in receipts) for what in ("added", "unchanged"))
    screen().print(f"{new:,} facts new, {known:,} known already: {db}")


def _demo_model(db: str, bundles: Path, today: date) -> Path:
    """Train on all but the last months, and show what the model is worth on those."""
    from ledger.database import open_database
    from training.book_read import read_book
    from training.printed import bar, show
    from training.recipe import read_recipe
    from training.retrain import retrain
    from training.split import Periods

    screen().rule("[bold]Features and model")
    recipe = read_recipe(Path(str(files("recipes").joinpath("demo.toml"))))
    with bar(screen()) as progress:
        report = retrain(
            read_book(open_database(db), recipe, progress),
            recipe,
            bundles,
            Periods.last_months(today, 4),
            progress=progress,
        )
    show(screen(), report)
    return Path(report["folder"])


def _demo_scores(world: World, db: str, bundle: Path) -> None:
    """Score three receivables that a reader can tell apart."""
    from ledger.database import open_database, reading
    from ledger.tenants import book
    from lending.pack import load_pack
    from models.bundle import load
    from scoring.asking import Request
    from scoring.batch import replies
    from scoring.sheet import sheet
    from simulator.observation.showcase import showcase
    from simulator.observation.view import View

    screen().rule("[bold]Three requests")
    engine = open_database(db)
    with reading(engine) as connection:
        at_head = book(connection, OWNER.tenant)
    shown = {item.receivable: item for item in showcase(View(world))}
    requests = [
        Request(
            request_id=key,
            supplier=item.supplier,
            buyer=item.buyer,
            receivables=(key,),
            as_of=datetime.now(UTC),
            amount_requested_minor=item.face_minor * 7 // 10,
        )
        for key, item in shown.items()
    ]
    console = Console(highlight=False)
    for answer in replies(engine, at_head, requests, load(bundle), load_pack()):
        item = shown[answer["request_id"]]
        console.print(sheet(answer, f"{item.title_en} {item.title_zh}"))
        for english, chinese in item.signs:
            console.print(f"  · {english} {chinese}")
        console.print()


def variables_of_files() -> None:
    """Take what is told in files of the folder TRICREDIT_VARIABLES, one a variable, as variables.

    As Docker and Kubernetes hand secrets over: ``tricredit_db`` holds TRICREDIT_DB. A variable that
    is set wins.
    """
    folder = os.environ.get("TRICREDIT_VARIABLES")
    for file in Path(folder).glob("tricredit_*") if folder else ():
        os.environ.setdefault(file.name.upper(), file.read_text(encoding="utf-8").strip())


def main() -> None:
    """Run the command line."""
    variables_of_files()
    app()


if __name__ == "__main__":
    main()
