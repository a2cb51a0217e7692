"""When an account goes, the files that it sent go too."""

from cinematch.infra.ports import Tx
from cinematch.transfer.service.parts import Parts


class UploadsOfErased:
    """Files are no part of the transaction: they are noted inside it, and removed after it.

    What a power cut leaves between the two is removed at the next start, by `ImportWorker.recover`.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._noted: dict[str, list[str]] = {}

    def note(self, tx: Tx, user_id: str) -> None:
        """Note the account's imports, while they are still there."""
        found = self._parts.imports.of_user(tx, user_id)
        self._noted[user_id] = [item.import_id for item in found]

    def remove(self, user_id: str) -> None:
        """Remove the files of the imports noted."""
        for import_id in self._noted.pop(user_id, ()):
            self._parts.uploads.discard(import_id)
