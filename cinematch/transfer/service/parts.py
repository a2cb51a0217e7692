"""What the services of this room are made of."""

from dataclasses import dataclass

from cinematch.diary.ports import EntriesRepository
from cinematch.diary.service import DiaryService
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Store
from cinematch.infra.signals import Signals
from cinematch.kit.clock import Clock, to_iso
from cinematch.lists.ports import ListsRepository
from cinematch.transfer.ports import ImportsRepository, Preferences, Scratches, Uploads
from cinematch.transfer.service.shelf import Shelf


@dataclass(frozen=True)
class Parts:
    """Repositories and rooms that an import touches."""

    store: Store
    imports: ImportsRepository
    uploads: Uploads
    scratches: Scratches
    films: FilmsRepository
    entries: EntriesRepository
    diary: DiaryService
    lists: ListsRepository
    preferences: Preferences
    signals: Signals
    clock: Clock

    def shelf(self) -> Shelf:
        """Return the lists, as imports see them."""
        return Shelf(self.lists, to_iso(self.clock()))
