"""Training data for the recommender: ratings and films as Parquet, one set at a time.

    ratings/version=…/part-00000.parquet    user (a number), film_id, half_stars, date, liked,
                                            watches, seq; by user and film
    films/version=…/part-00000.parquet      the catalogue's facts of these films; by film_id
    manifest.json                           which version is whole, and what it holds
    work/                                   what is being made; of no worth after a crash

Who reads takes the version that the manifest names. A user's number is of one version only.
"""

import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cinematch.films.core.film import Film
from cinematch.stats.core.recount import Rating

RATINGS = pa.schema(
    [
        ("user", pa.int64()),
        ("film_id", pa.string()),
        ("half_stars", pa.int8()),
        ("date", pa.string()),
        ("liked", pa.bool_()),
        ("watches", pa.int32()),
        ("seq", pa.int64()),
    ]
)
"""`half_stars` 1..10, null where not rated; `date` as precise as known; see `core.recount`."""

_PEOPLE = pa.list_(pa.struct([("id", pa.string()), ("name", pa.string())]))
_WORDS = pa.list_(pa.string())
FILMS = pa.schema(
    [
        ("film_id", pa.string()),
        ("tmdb_id", pa.int64()),
        ("imdb_id", pa.string()),
        ("title", pa.string()),
        ("year", pa.int32()),
        ("runtime", pa.int32()),
        ("genres", _WORDS),
        ("directors", _PEOPLE),
        ("cast", _PEOPLE),
        ("countries", _WORDS),
        ("languages", _WORDS),
    ]
)
_KINDS = ("ratings", "films")
_ROWS = 50_000
_ROWS_OF_A_FILE = 2_000_000


class TrainingFolder:
    """Implements `stats.service.batch.TrainingData` in a folder; made when absent."""

    def __init__(self, root: Path) -> None:
        self._root, self._work = root, root / "work"
        self._version = ""
        self._films: set[str] = set()
        self._users = 0
        self._ratings: _Parts | None = None

    def begin(self, version: str) -> None:
        """Begin a set; whatever an earlier run left unfinished is removed."""
        self.discard()
        for kind in _KINDS:
            (self._work / kind).mkdir(mode=0o700, parents=True)
        self._remove_others(self._known())
        self._version, self._films, self._users = version, set(), 0
        self._ratings = _Parts(self._work / "ratings", RATINGS)

    def add(self, number: int, ratings: Sequence[Rating]) -> None:
        """Add a user's ratings; users come by number."""
        if self._ratings is None:
            raise RuntimeError("No set was begun.")
        self._ratings.add(
            (number, one.film_id, one.half_stars, one.date, one.liked, one.watches, one.seq)
            for one in ratings
        )
        self._films.update(one.film_id for one in ratings)
        self._users += bool(ratings)

    def film_ids(self) -> list[str]:
        """Return the films that were added, by id."""
        return sorted(self._films)

    def finish(
        self, gone: Collection[int], films: Iterable[Film], created_at: str
    ) -> dict[str, Any]:
        """Take out users, add the films, and return the manifest."""
        if self._ratings is None:
            raise RuntimeError("No set was begun.")
        self._ratings.close()
        self._ratings = None
        if gone:
            for path in _files(self._work / "ratings"):
                _take_out(path, gone)
        kept = _Parts(self._work / "films", FILMS)
        kept.add(map(_film, films))
        kept.close()
        mark, rows = sha256(), {}
        for kind in _KINDS:
            rows[kind] = 0
            for row in _rows(self._work / kind):
                mark.update(msgspec.json.encode(row) + b"\n")
                rows[kind] += 1
        manifest = {
            "version": self._version,
            "created_at": created_at,
            "users": self._count_users(),
            "rows": rows["ratings"],
            "films": rows["films"],
            "fingerprint": mark.hexdigest(),
        }
        (self._work / "manifest.json").write_bytes(
            msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
        )
        return manifest

    def publish(self) -> None:
        """Put the set in the place of the last one, which is then removed."""
        for kind in _KINDS:
            (self._root / kind).mkdir(mode=0o700, exist_ok=True)
            (self._work / kind).replace(self._root / kind / f"version={self._version}")
            _keep(self._root / kind)
        _keep(self._work / "manifest.json")
        (self._work / "manifest.json").replace(self._root / "manifest.json")
        _keep(self._root)
        self._remove_others(self._version)

    def discard(self) -> None:
        """Remove what is unfinished; twice is harmless."""
        if self._ratings is not None:
            self._ratings.close()
            self._ratings = None
        shutil.rmtree(self._work, ignore_errors=True)

    def _known(self) -> str | None:
        path = self._root / "manifest.json"
        return str(msgspec.json.decode(path.read_bytes())["version"]) if path.exists() else None

    def _remove_others(self, version: str | None) -> None:
        for kind in _KINDS:
            for folder in (self._root / kind).glob("version=*"):
                if folder.name != f"version={version}":
                    shutil.rmtree(folder)

    def _count_users(self) -> int:
        last, users = -1, 0
        for path in _files(self._work / "ratings"):
            for (user,) in _rows_of(path, ["user"]):
                users += user != last
                last = user
        return users


class _Parts:
    """Rows to files of a folder, some at a time."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self._folder, self._schema = folder, schema
        self._waiting: list[tuple[Any, ...]] = []
        self._writer: pq.ParquetWriter | None = None
        self._files = self._rows = 0

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            self._waiting.append(row)
            if len(self._waiting) >= _ROWS:
                self._write()

    def close(self) -> None:
        if self._waiting or not self._files:
            self._write()
        self._end()

    def _write(self) -> None:
        if self._writer is None:
            path = self._folder / f"part-{self._files:05}.parquet"
            self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
            self._files += 1
        columns = zip(*self._waiting, strict=True) if self._waiting else ([] for _ in self._schema)
        arrays = [
            pa.array(list(column), field.type)
            for column, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._rows += len(self._waiting)
        self._waiting = []
        if self._rows >= _ROWS_OF_A_FILE:
            self._end()

    def _end(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer, self._rows = None, 0


def _film(film: Film) -> tuple[Any, ...]:
    people = (
        [{"id": one.id, "name": one.name} for one in some] for some in (film.directors, film.cast)
    )
    directors, cast = people
    return (
        film.film_id, film.tmdb_id, film.imdb_id, film.title, film.year, film.runtime,
        list(film.genres), directors, cast, list(film.countries), list(film.languages),
    )  # fmt: skip


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*.parquet"))


def _rows(folder: Path) -> Iterator[tuple[Any, ...]]:
    for path in _files(folder):
        yield from _rows_of(path)


def _rows_of(path: Path, columns: list[str] | None = None) -> Iterator[tuple[Any, ...]]:
    for batch in pq.ParquetFile(path).iter_batches(columns=columns):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _take_out(path: Path, users: Collection[int]) -> None:
    table = pq.ParquetFile(path).read()
    gone = pc.is_in(table["user"], pa.array(list(users), pa.int64()))
    pq.write_table(table.filter(pc.invert(gone)), path, compression="zstd")


def _keep(path: Path) -> None:
    """Have the disk keep a file, or which files are in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
