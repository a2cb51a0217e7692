"""The secret that signs sessions: 32 random bytes in the data folder, for its owner alone."""

import os
import secrets
from pathlib import Path

from cinematch.kit.errors import StoreFull

_FILE = "secret.key"
_BYTES = 32


def load_secret(data_dir: Path) -> bytes:
    """Return the secret, making it at the first start; several processes agree on one.

    Raises:
        StoreFull: it cannot be read or written, or is not whole.
    """
    path = data_dir / _FILE
    try:
        if not path.exists():
            _make(path)
        secret = path.read_bytes()
    except OSError as error:
        raise StoreFull(
            f"The secret of the sessions, {path}, cannot be made or read: {error.strerror}. "
            "Allow reading and writing in the data folder."
        ) from error
    if len(secret) != _BYTES:
        raise StoreFull(
            f"The secret of the sessions, {path}, is damaged. Delete it: everybody signs in anew."
        )
    return secret


def _make(path: Path) -> None:
    draft = path.with_name(f".{_FILE}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, does not take the place of one that somebody made meanwhile.
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
