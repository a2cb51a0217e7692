"""A data folder after a restoration: its audit log says that there was one."""

from pathlib import Path

from cinematch.audit.service import AuditService
from cinematch.audit.sqlite import SqliteAudit
from cinematch.bootstrap.search import FOLLOWED
from cinematch.infra.ports import Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.clock import Clock
from cinematch.ops.sqlite import SqliteOps


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

        def note(tx: Tx) -> None:
            audit.record(tx, None, "installation.restored", details=details)
            # A search index knows films of the state that was; it is built anew at the next start.
            SqliteOps().save_setting(tx, FOLLOWED, value=False)

        store.transact(note)
    finally:
        store.close()
