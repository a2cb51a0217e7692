"""The tree of expected refusals.

CineMatchError
├── Invalid            422  a value that cannot be: names the field and the mend
├── Unauthenticated    401  nobody, or no longer, signed in
├── Forbidden          403
├── NotFound           404
├── Conflict           409  the state of things does not allow it
│   ├── VersionMismatch 412 somebody changed it in the meantime
│   └── SchemaTooNew    409 the data was written by a later release
├── TooLarge           413
├── TooManyRequests    429
├── Unavailable        503  a part is away; try again
│   ├── StoreBusy      503
│   └── StoreDamaged   503  the database cannot be read any more
└── StoreFull          507  the disk is full, or the folder cannot be written
"""

import errno
from dataclasses import dataclass
from typing import Any, ClassVar

NO_ROOM = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}
)
"""What the system says where nothing can be written: no room, or no right."""


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one value: where it stands, what is wrong, how to mend it."""

    field: str
    message: str
    mend: str
    row: int | None = None


class CineMatchError(Exception):
    """An expected refusal; `code` is stable, `detail` is for people."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str, *, errors: tuple[FieldError, ...] = (), **context: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.context = context


class Invalid(CineMatchError):
    status, code, title = 422, "invalid", "A value cannot be accepted"

    @classmethod
    def field(cls, field: str, message: str, mend: str, row: int | None = None) -> "Invalid":
        """Refuse one field, with what to do about it."""
        return cls(f"{field}: {message}", errors=(FieldError(field, message, mend, row),))


class Unauthenticated(CineMatchError):
    status, code, title = 401, "unauthenticated", "Sign in first"


class Forbidden(CineMatchError):
    status, code, title = 403, "forbidden", "Not allowed"


class NotFound(CineMatchError):
    status, code, title = 404, "not_found", "Not found"


class Conflict(CineMatchError):
    status, code, title = 409, "conflict", "Not possible as things stand"


class VersionMismatch(Conflict):
    status, code, title = 412, "version_mismatch", "Changed in the meantime"


class SchemaTooNew(Conflict):
    code, title = "schema_too_new", "The data is of a newer release"


class TooLarge(CineMatchError):
    status, code, title = 413, "too_large", "Too large"


class TooManyRequests(CineMatchError):
    status, code, title = 429, "too_many_requests", "Too many requests"


class Unavailable(CineMatchError):
    status, code, title = 503, "unavailable", "A part is not available"


class StoreBusy(Unavailable):
    code, title = "store_busy", "The store is busy"


class StoreDamaged(Unavailable):
    code, title = "store_damaged", "The database is damaged"


class StoreFull(CineMatchError):
    status, code, title = 507, "store_full", "The data folder cannot be written"
