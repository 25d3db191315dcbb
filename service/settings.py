"""What the operator decides: arguments of ``tricredit serve`` or variables ``TRICREDIT_*``."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ledger.api_keys import Pepper
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
    env : str
        ``local``, or ``production``: every caller needs a key or token, and the service refuses to
        start with secrets that are missing or not secret (``safe_start``).
    key_pepper : str or None
        Hexadecimal digits of what the digests of API keys are made with, never shown; needed as
        soon as there are keys.
    keys_kept_s : float
        Seconds that a key is remembered: so long one that is revoked may still open the service.
    token_issuer, token_audience : str or None
        ``iss`` and ``aud`` of the tokens that are taken; without an issuer none are.
    token_keys : str or None
        File or https address of the issuer's public keys, a JWK set.
    token_keys_kept_s : float
        Seconds that these hold after they were read last, while they can't be read again.
    token_roles_claim, token_tenant_claim, token_name_claim : str
        Claims that hold roles (a list, or words), the lender and the name of the caller; dots lead
        into objects.
    tokens_bound : bool
        Whether a token must be bound to a client certificate (RFC 8705).
    proxy_addresses : str
        Addresses or networks of the proxies whose word on a client certificate is taken, divided
        by commas.
    proxy_certificate_header : str
        Header in which they tell it: base64 of DER between colons (RFC 9440), or PEM as an URL.
    metrics_token : str or None
        What ``GET /metrics`` must be asked with as Bearer, never shown; None leaves it open.
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
    env: Literal["local", "production"] = "local"
    key_pepper: SecretStr | None = None
    keys_kept_s: float = Field(default=5.0, ge=0, le=60)
    token_issuer: str | None = None
    token_audience: str | None = None
    token_keys: str | None = None
    token_keys_kept_s: float = Field(default=3600.0, ge=300)
    token_roles_claim: str = Field(default="roles", min_length=1)
    token_tenant_claim: str = Field(default="tenant", min_length=1)
    token_name_claim: str = Field(default="sub", min_length=1)
    tokens_bound: bool = False
    proxy_addresses: str = ""
    proxy_certificate_header: str = Field(default="Client-Cert", pattern=r"^[A-Za-z0-9-]+$")
    metrics_token: SecretStr | None = None
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

    @model_validator(mode="after")
    def _tokens_are_described(self) -> Self:
        named = (self.token_issuer, self.token_audience, self.token_keys)
        if any(named) and not all(named):
            raise ValueError(
                "TRICREDIT_TOKEN_ISSUER, TRICREDIT_TOKEN_AUDIENCE and TRICREDIT_TOKEN_KEYS go "
                "together: give all three, or none"
            )
        where = urlsplit(self.token_keys or "")
        if where.scheme == "http" and not is_loopback(where.hostname or ""):
            raise ValueError("TRICREDIT_TOKEN_KEYS is read over https, or from a file")
        self.proxies()
        return self

    @property
    def always_guarded(self) -> bool:
        """Whether every caller needs a key or token, whatever the ledger has."""
        shut = self.env == "production" or self.token_issuer is not None
        return shut or not is_loopback(self.host)

    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of ``proxy_addresses``; raise `ValueError` where one is none."""
        named = (one.strip() for one in self.proxy_addresses.split(","))
        return tuple(ip_network(one) for one in named if one)

    def pepper(self) -> Pepper | None:
        """What digests of API keys are made with; raise `WrongHashKey` where it can't be that."""
        if self.key_pepper is None or not self.key_pepper.get_secret_value():
            return None
        return Pepper.of_hex(self.key_pepper.get_secret_value())

    def vault(self) -> Vault | None:
        """What guards natural persons; raise `WrongHashKey` where the secret can't be one."""
        if self.person_secret is None or not self.person_secret.get_secret_value():
            return None
        return Vault.of_hex(self.person_secret.get_secret_value())


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches an address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
