"""A data folder after a restoration: its audit log says that there was one."""

from pathlib import Path

from cinematch.audit.service import AuditService
from cinematch.audit.sqlite import SqliteAudit
from cinematch.infra.sqlite import open_database
from cinematch.kit.clock import Clock


def record_restoration(data_dir: Path, clock: Clock, archive: str, state_of: str) -> None:
    """Record in a restored database which archive it came from, and of when its state is.

    Opening brings an older schema up to date; the archive itself is the copy from before.

    Raises:
        StoreFull: the folder cannot be written.
    """
    store = open_database(data_dir)
    try:
        audit = AuditService(store, SqliteAudit(), clock)
        details: dict[str, object] = {"archive": archive, "state_of": state_of}
        store.transact(lambda tx: audit.record(tx, None, "installation.restored", details=details))
    finally:
        store.close()
