"""What imports need of the store, of the disk, and of the rooms beside them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from cinematch.infra.ports import Tx
from cinematch.kit.paging import Page
from cinematch.transfer.core.items import Documents, FilmRef, Mention
from cinematch.transfer.core.rows import Import, Resolved, Row


class ImportsRepository(Protocol):
    """Imports with their rows, and what people decided about films once and for all."""

    def save(self, tx: Tx, item: Import) -> None:
        """Insert the import or replace it, its rows left as they are."""
        ...

    def get(self, tx: Tx, import_id: str) -> Import | None:
        """Return one import, or None."""
        ...

    def of_user(self, tx: Tx, user_id: str) -> list[Import]:
        """Return the user's imports, latest first, discarded ones left out."""
        ...

    def working(self, tx: Tx) -> list[Import]:
        """Return the imports that wait for the worker or were interrupted, oldest first."""
        ...

    def unread(self, tx: Tx) -> list[Import]:
        """Return the imports whose uploaded file is needed still: not read, or not applied yet."""
        ...

    def add_rows(self, tx: Tx, import_id: str, rows: Sequence[Row]) -> None:
        """Insert rows, applied ones with what they did."""
        ...

    def save_rows(self, tx: Tx, import_id: str, rows: Sequence[Row]) -> None:
        """Replace all of the rows but what the file says."""
        ...

    def clear_rows(self, tx: Tx, import_id: str) -> None:
        """Remove all rows but those that are applied."""
        ...

    def applied(self, tx: Tx, import_id: str) -> list[tuple[int, str, str]]:
        """Return the films that are applied already: (row number, film, wording)."""
        ...

    def rows(self, tx: Tx, import_id: str, row_ids: Collection[int]) -> dict[int, Row]:
        """Return those of the rows that exist, by number."""
        ...

    def page(
        self, tx: Tx, import_id: str, outcome: str | None, cursor: str | None, limit: int
    ) -> Page[Row]:
        """Return one page of rows, in the order of the file; `outcome` may be `conflict` or `list`.

        Raises:
            Invalid: the cursor is not one of this listing.
        """
        ...

    def next_rows(self, tx: Tx, import_id: str, after: int, limit: int) -> list[Row]:
        """Return the first rows past number `after` that are not applied, no refused lines."""
        ...

    def last_rows(self, tx: Tx, import_id: str, before: int, limit: int) -> list[Row]:
        """Return the last applied rows under number `before`, the last one first."""
        ...

    def counts(self, tx: Tx, import_id: str) -> tuple[dict[str, int], int]:
        """Return how many films and refused lines there are by outcome, and how many conflicts."""
        ...

    def brought(self, tx: Tx, user_id: str, film_ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """Return by film and field what the user's imports that stand put there last."""
        ...

    def choices(self, tx: Tx, user_id: str, keys: Collection[str]) -> dict[str, str]:
        """Return the films that the user once chose for these wordings."""
        ...

    def save_choices(self, tx: Tx, user_id: str, chosen: Mapping[str, str]) -> None:
        """Remember by wording which film the user means."""
        ...

    def move_film(self, tx: Tx, user_id: str, film_id: str, into: str) -> None:
        """Let what was chosen or brought as one film be another from now on."""
        ...


class Scratch(Protocol):
    """Room on disk to sort what a file says by film; gone when closed."""

    def add(self, mentions: Sequence[Mention]) -> None:
        """Keep mentions, in order."""
        ...

    def films(self, limit: int) -> Iterator[list[FilmRef]]:
        """Yield all films named, each once and as fully as any line names it, some at a time."""
        ...

    def settle(self, found: Mapping[str, Resolved]) -> None:
        """Note by key what the films were found to be."""
        ...

    def groups(self) -> Iterator[tuple[Resolved, list[Mention]]]:
        """Yield the mentions of one film after the other, in the order of the file."""
        ...

    def count(self) -> int:
        """Return how many films there are, as settled."""
        ...

    def add_items(self, items: Sequence[tuple[int, int, int, str]]) -> None:
        """Keep places on lists: (list number, position, row number, note)."""
        ...

    def items(self, list_no: int) -> list[tuple[int, str]]:
        """Return a list's places in order: (row number, note)."""
        ...


class Scratches(Protocol):
    """Where scratches are opened."""

    def open(self, import_id: str) -> AbstractContextManager[Scratch]:
        """Open an empty scratch for one reading."""
        ...

    def sweep(self) -> None:
        """Remove scratches that a crash left behind."""
        ...


class Uploads(Protocol):
    """Uploaded files in the data folder, each under its import's number."""

    def receive(self, import_id: str, stream: BinaryIO) -> int:
        """Store a file, safely on the disk when this returns; return its bytes.

        Raises:
            TooLarge: it is larger than allowed; nothing is kept.
            StoreFull: the disk is full or read-only.
        """
        ...

    def open(self, import_id: str, filename: str) -> AbstractContextManager[Documents]:
        """Open a stored file as the documents that it holds.

        Raises:
            BadFile: it is gone, damaged, or of a kind that is refused.
        """
        ...

    def spool(self) -> AbstractContextManager[BinaryIO]:
        """Open a nameless file for what is on its way out; in memory while it is small."""
        ...

    def discard(self, import_id: str) -> None:
        """Remove the file, if it is there."""
        ...

    def sweep(self, wanted: Collection[str], older_than: datetime | None = None) -> int:
        """Remove all files but those of these imports, and return how many went.

        With `older_than`, what was written since stays too: it may just be coming in.
        """
        ...


class Preferences(Protocol):
    """A user's settings, as the room of accounts keeps them."""

    def settings(self, tx: Tx, user_id: str) -> dict[str, Any]:
        """Return the user's settings."""
        ...

    def save_settings(self, tx: Tx, user_id: str, settings: Mapping[str, Any]) -> Sequence[str]:
        """Replace the user's settings; values that cannot be are left out.

        Returns:
            In words, what was left out and is worth telling.
        """
        ...

    def suggestions(self, tx: Tx, user_id: str) -> Sequence[Mapping[str, Any]]:
        """Return what was suggested to the user: an export has it, no import brings it back."""
        ...
