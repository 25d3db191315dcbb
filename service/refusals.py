"""What can be wrong with a request as such: faults that only the service knows.

Their messages are written for the caller and never hold what the caller sent: a field is named,
its value is not, for it may be personal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ledger.faults import Fault
from ledger.reports.taking import RowError


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong with a body.

    Attributes
    ----------
    pointer : str
        Where, as a JSON pointer (RFC 6901); empty for the body as a whole.
    fault : str
        What is wrong, without the value.
    remedy : str
        What would be right.
    """

    pointer: str
    fault: str
    remedy: str


class Refusal(Fault):
    """A request that can't be answered."""

    code: ClassVar[str] = "refused"

    def __init__(
        self, message: str, *, field: str = "", remedy: str = "", flaws: Sequence[Flaw] = ()
    ) -> None:
        super().__init__(message, field=field, remedy=remedy)
        self.flaws = tuple(flaws)


class MalformedJson(Refusal):
    """A body that is not one unambiguous JSON text in UTF-8."""

    code = "malformed-json"


class InvalidRequest(Refusal):
    """A body whose fields are not those of a request, or don't go together."""

    code = "invalid-request"


class Unauthenticated(Refusal):
    """A request of nobody: without a key or token, or with one that opens nothing."""

    code = "unauthenticated"


class IdentityUnchecked(Refusal):
    """A service that can't check the keys of its callers."""

    code = "identity-unchecked"


class IssuerUnreachable(Refusal):
    """An issuer of tokens whose keys can't be read for now."""

    code = "issuer-unreachable"


class UnsafeStart(Refusal):
    """A service that would start with a secret that is missing or known, or open to anybody."""

    code = "unsafe-start"


class DrawdownBlocked(Refusal):
    """A drawdown that rules stop: nothing was paid out."""

    code = "drawdown-blocked"


class RowsRefused(Refusal):
    """Rows that can't be right; nothing of the body was loaded.

    Parameters
    ----------
    kind : str
        Kind of the rows.
    rows, rejected : int
        Rows read, and of these the bad ones.
    errors : sequence of RowError
        The first of what is wrong.
    """

    code = "rows-refused"

    def __init__(
        self,
        message: str,
        *,
        remedy: str,
        kind: str,
        rows: int,
        rejected: int,
        errors: Sequence[RowError],
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.kind = kind
        self.rows = rows
        self.rejected = rejected
        self.errors = tuple(errors)


class WrongParameter(Refusal):
    """A parameter of the address that it doesn't have, or with a value that can't be."""

    code = "wrong-parameter"


class WrongCursor(Refusal):
    """A cursor that is none, or that belongs to another question."""

    code = "wrong-cursor"


class LengthRequired(Refusal):
    """A request without the body that it should have."""

    code = "length-required"


class BodyTooLarge(Refusal):
    """A body larger than the service takes."""

    code = "body-too-large"


class UnsupportedMediaType(Refusal):
    """A body of a kind that the address doesn't take, or compressed."""

    code = "unsupported-media-type"


class WrongIdempotencyKey(Refusal):
    """A header Idempotency-Key that is no key."""

    code = "wrong-idempotency-key"


class NotAcceptable(Refusal):
    """A caller that doesn't accept JSON."""

    code = "not-acceptable"


class NotFound(Refusal):
    """An address at which there is nothing."""

    code = "not-found"


class MethodNotAllowed(Refusal):
    """A method that the address doesn't have."""

    code = "method-not-allowed"


class BadHttp(Refusal):
    """Bytes that are no HTTP request, or a header that is too large."""

    code = "bad-http"


class Gone(Refusal):
    """A caller that closed the connection before its request was complete."""

    code = "caller-gone"


class UnknownPolicy(Refusal):
    """A policy pack that neither ships nor has ever decided."""

    code = "unknown-policy"


class TooManyRequests(Refusal):
    """More requests of a tenant than its rate allows.

    Parameters
    ----------
    wait_s : int
        Seconds after which there is room again.
    headers : mapping
        What the answer tells of the rate.
    """

    code = "too-many-requests"

    def __init__(
        self, message: str, *, remedy: str, wait_s: int, headers: Mapping[str, str]
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.wait_s = wait_s
        self.headers = dict(headers)


class Busy(Refusal):
    """More requests than can be answered in time."""

    code = "busy"


class NoRoom(Refusal):
    """No room on the disk of the service or of its database for what comes in."""

    code = "no-room"


class AnswersRemoved(Refusal):
    """A job whose answers were removed: by its sender, or after the days they are kept."""

    code = "answers-removed"


class FilesLost(Refusal):
    """A job whose files are gone from the folder of jobs: it can't go on."""

    code = "files-lost"


class NoBundle(Refusal):
    """A service without a model."""

    code = "no-bundle"


class NotReady(Refusal):
    """A service that is up and can't score yet."""

    code = "not-ready"


class Unexpected(Refusal):
    """A fault of the service itself."""

    code = "unexpected"
