"""What the operator decides: arguments of ``tricredit serve`` or variables ``TRICREDIT_*``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ledger.reports.reading import MOST_ROWS
from ledger.vault import Vault


class Settings(BaseSettings):
    """Settings of the service; an argument wins over an environment variable.

    Attributes
    ----------
    db : str
        Database URL of the ledger. It may hold a password, so it is never shown.
    bundle : str or None
        Folder or URL of the model bundle.
    bundles : str or None
        Folder or URL of many bundles, from which the registry's champion is taken where no bundle
        is named; without either the service starts and is not ready.
    buyer_bundle, supplier_bundle : str or None
        Folder or URL of the bundle of a party's default; without it the reply tells no PD of it.
    trust : Path or None
        Public key, or folder of public keys, of those who may sign a bundle; None takes the local
        key beside the folder of the bundles (``models.signing``).
    pack : str or None
        Policy pack: a name that ships (generic, cn) or the path of a TOML file; None is generic.
    person_secret : str or None
        Hexadecimal digits of the secret that guards natural persons (``ledger.vault``), never
        shown; without it rows that name a person are refused.
    watch_s : float
        Seconds between looks for another champion in the registry, or another file of the pack.
    shadow_queue : int
        Answers that may wait to be scored along by the registry's shadow and challenger; the next
        one is left out and counted. 0 turns it off. It needs ``bundles``.
    metrics : bool
        Whether ``GET /metrics`` answers.
    host, port : str, int
        Where to listen.
    workers : int
        Processes that serve the port, on PostgreSQL; SQLite takes one. Slots, queues and memories
        below are of each process, and so are up to 16 connections to the database.
    body_limit_bytes : int
        Largest request body taken; 500 receivables need about 120 kB.
    upload_limit_bytes : int
        Largest body of facts taken; it is kept in a file while it comes in.
    upload_folder : Path or None
        Where that file is; None takes the system's folder for temporary files, which may be
        memory.
    receive_timeout_s : float
        Seconds within which a whole request must have come in, unless its body keeps coming
        (``patience``), and after which an idle connection is closed.
    answers_kept : int
        Answers remembered, which are given again as long as they hold: about 300 kB each at thirty
        receivables; with 0 each one is worked out.
    cold_process : bool
        Whether a second process, of some 250 MB, works out the history of parties of which nothing
        is kept, once several such requests meet.
    scoring_slots : int
        Scores computed at once; each keeps one core busy.
    scoring_wait_s : float
        Seconds a request may wait for a slot before it is turned away with 503.
    scoring_queue : int
        Requests that may wait; the next one is turned away at once.
    looking_slots, looking_queue, looking_wait_s : int, int, float
        The same for profiles of enterprises, which may take seconds the first time of a day.
    posting_slots, posting_queue, posting_wait_s : int, int, float
        The same for bodies of a few facts, which are committed in groups.
    loading_slots, loading_queue, loading_wait_s : int, int, float
        The same for bodies of facts that are loaded. Each of them has a file while it comes in.
    batch_streams : int
        Batches that may be open at once; the next one is turned away.
    batch_slots : int
        Groups of lines scored at once, for all batches; single scores have slots of their own.
    batch_most_lines, batch_limit_bytes : int
        Lines and bytes of one batch; its memory doesn't grow with them.
    batch_stall_s : float
        Seconds within which a caller must take an answer of its batch, or be cut off.
    jobs_folder : Path or None
        Where files of jobs and their answers are, on a disk that outlives the process; processes
        that share a ledger share it. None takes ``tricredit-jobs`` beside the file of the ledger,
        or in the working folder.
    jobs_open : int
        Jobs worked on in turn; the next ones wait.
    jobs_limit_bytes : int
        Bytes that the files of all jobs may have together; beyond, no file is taken.
    jobs_kept_days : int
        Days after its end that a job's answers are kept.
    job_most_lines : int
        Lines of one job.
    most_rows : int
        Rows of one body of facts, which are written in one transaction.
    rates : mapping
        Requests that the callers of one tenant may send, by act (``service.access.Act``, or "*" for
        each other act), for example ``{"score": "200/second; 5000/minute"}``; the next one is
        answered 429. Counted in each process by itself: of several, each gets its part.
    tenant_rates : mapping
        The same by tenant; its acts go before those of ``rates``.
    """

    model_config = SettingsConfigDict(env_prefix="TRICREDIT_", frozen=True)

    db: str = Field(default="sqlite:///tricredit.db", repr=False)
    bundle: str | None = None
    bundles: str | None = None
    buyer_bundle: str | None = None
    supplier_bundle: str | None = None
    trust: Path | None = None
    pack: str | None = None
    person_secret: SecretStr | None = None
    watch_s: float = Field(default=2.0, gt=0)
    shadow_queue: int = Field(default=256, ge=0)
    metrics: bool = True
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    body_limit_bytes: int = Field(default=1024 * 1024, ge=1024)
    upload_limit_bytes: int = Field(default=2 * 1024**3, ge=1024)
    upload_folder: Path | None = None
    receive_timeout_s: float = Field(default=10.0, gt=0)
    answers_kept: int = Field(default=500, ge=0)
    cold_process: bool = True
    scoring_slots: int = Field(default=2, ge=1)
    scoring_wait_s: float = Field(default=5.0, gt=0)
    scoring_queue: int = Field(default=64, ge=0)
    looking_slots: int = Field(default=1, ge=1)
    looking_wait_s: float = Field(default=10.0, gt=0)
    looking_queue: int = Field(default=16, ge=0)
    posting_slots: int = Field(default=16, ge=1)
    posting_wait_s: float = Field(default=5.0, gt=0)
    posting_queue: int = Field(default=256, ge=0)
    loading_slots: int = Field(default=2, ge=1)
    loading_wait_s: float = Field(default=30.0, gt=0)
    loading_queue: int = Field(default=4, ge=0)
    batch_streams: int = Field(default=8, ge=1)
    batch_slots: int = Field(default=1, ge=1)
    batch_most_lines: int = Field(default=1_000_000, ge=1)
    batch_limit_bytes: int = Field(default=2 * 1024**3, ge=1024)
    batch_stall_s: float = Field(default=60.0, gt=0)
    jobs_folder: Path | None = None
    jobs_open: int = Field(default=4, ge=1)
    jobs_limit_bytes: int = Field(default=20 * 1024**3, ge=1024)
    jobs_kept_days: int = Field(default=7, ge=0)
    job_most_lines: int = Field(default=2_000_000, ge=1)
    most_rows: int = Field(default=MOST_ROWS, ge=1)
    rates: dict[str, str] = Field(default_factory=dict)
    tenant_rates: dict[str, dict[str, str]] = Field(default_factory=dict)

    def vault(self) -> Vault | None:
        """What guards natural persons; raise `WrongHashKey` where the secret can't be one."""
        if self.person_secret is None:
            return None
        return Vault.of_hex(self.person_secret.get_secret_value())
