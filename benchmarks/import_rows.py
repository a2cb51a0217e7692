"""A Letterboxd export of 20,000 rows, from upload to final figures, and the memory it takes.

- `import_rows`: upload, match, merge, preview, apply with events, and the follower until the
  figures hold the last event; on a store of its own each round, as safe as the server's. The
  baseline reads
  the same zip with the csv module, normalises its titles and inserts the rows raw, one transaction.
- `import_memory`: peak resident memory of reading and applying 200,000 rows over that of 20,000,
  each in a process of its own. 1 is flat.
"""

import csv
import io
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

from benchmarks.harness import Figure, against, in_turns, options, report
from cinematch.accounts.service.passwords import Passwords
from cinematch.bootstrap import Services, build
from cinematch.events.core import Person
from cinematch.films.core.film import Film
from cinematch.films.core.title import normalize_title
from cinematch.films.sqlite import SqliteFilms
from cinematch.kit.ids import stable_id
from cinematch.settings import Settings

ROWS, LONG = 20_000, 200_000
_HEADERS = {
    "diary.csv": "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date",
    "ratings.csv": "Date,Name,Year,Letterboxd URI,Rating",
    "watched.csv": "Date,Name,Year,Letterboxd URI",
}


def catalogue(count: int) -> list[Film]:
    """Make films with titles of one to four words, one in four with an accent."""
    random = Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(random.choices(letters, k=random.randint(4, 9))) for _ in range(8_000)]
    films = []
    for number in range(count):
        title = " ".join(random.sample(words, random.randint(1, 4))).title()
        title = title.replace("e", "é", 1) if number % 4 == 0 else title
        people = tuple(Person(f"name:{word}", word) for word in random.sample(words, 6))
        films.append(
            Film(
                film_id=stable_id(f"bench:{number}"),
                title=title,
                year=random.randint(1930, 2024),
                runtime=random.randint(60, 200),
                genres=("Drama", "Comedy"),
                directors=people[:1],
                cast=people[1:],
                countries=("IT",),
                languages=("it",),
                updated_at="2026-01-01T00:00:00.000000Z",
            )
        )
    return films


def export(films: Sequence[Film], rows: int) -> bytes:
    """Make a zip of so many rows: each film in up to three files, as Letterboxd's overlap."""
    random = Random(2)
    lines: dict[str, list[str]] = {name: [header] for name, header in _HEADERS.items()}
    left = rows
    for number, film in enumerate(films):
        if left < 3:
            break
        day = f"20{random.randint(10, 24)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        start = f"{day},{film.title},{film.year},https://boxd.it/{number}"
        stars = random.randint(1, 10) / 2
        lines["watched.csv"].append(start)
        lines["ratings.csv"].append(f"{start},{stars}")
        lines["diary.csv"].append(f"{start},{stars},,,{day}")
        left -= 3
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in lines.items():
            archive.writestr(name, "\n".join(text) + "\n")
    return buffer.getvalue()


class Bench:
    """One catalogue and one export; each run has a fresh copy of the store."""

    def __init__(self, folder: Path, rows: int) -> None:
        self._folder = folder
        films = catalogue(rows // 3 + 500)
        self._content = export(films, rows)
        (folder / "export.zip").write_bytes(self._content)
        house = self._open(folder / "template")
        house.store.transact(lambda tx: SqliteFilms().save(tx, films))
        self.user_id = house.accounts.add("bench", "a long enough password").user_id
        house.stop()

    def ours(self) -> float:
        """Return the seconds from upload to final figures."""
        folder = self._folder / "run"
        shutil.copytree(self._folder / "template", folder)
        house = self._open(folder)
        normalize_title.cache_clear()  # both sides begin without a title known
        started = time.perf_counter()
        item = house.imports.create(
            self.user_id, "export.zip", io.BytesIO(self._content), at_once=True
        )
        house.imports.work_off()
        house.follower.catch_up()
        took = time.perf_counter() - started
        assert house.imports.get(self.user_id, item.import_id).status == "applied"
        house.stop()
        shutil.rmtree(folder)
        return took

    def raw(self) -> float:
        """Return the seconds of reading, normalising and inserting alone."""
        path = self._folder / "raw.db"
        path.unlink(missing_ok=True)
        normalize_title.cache_clear()
        store = sqlite3.connect(path)
        store.execute("PRAGMA journal_mode = WAL")
        store.execute("PRAGMA synchronous = FULL")
        store.execute("CREATE TABLE rows (title_key, title, year, day, rating)")
        started = time.perf_counter()
        with zipfile.ZipFile(io.BytesIO(self._content)) as archive:
            for name in archive.namelist():
                with archive.open(name) as raw, io.TextIOWrapper(raw, "utf-8") as text:
                    store.executemany(
                        "INSERT INTO rows VALUES (?, ?, ?, ?, ?)",
                        (
                            (
                                normalize_title(row[1]),
                                row[1],
                                row[2],
                                row[-1],
                                row[4] if len(row) > 4 else None,
                            )
                            for row in csv.reader(text)
                        ),
                    )
        store.commit()
        took = time.perf_counter() - started
        store.close()
        return took

    def _open(self, folder: Path) -> Services:
        return build(Settings(data_dir=folder), passwords=Passwords())


def peak(rows: int) -> float:
    """Return the megabytes that a process of its own takes at most for so many rows."""
    with tempfile.TemporaryDirectory() as folder:
        Bench(Path(folder), rows)
        code = f"from benchmarks.import_rows import alone; alone({folder!r}, {rows})"
        done = subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        )
    return float(done.stdout.split()[-1])


def alone(folder: str, rows: int) -> None:
    """Import what `Bench` made in a folder, and print this process's peak in megabytes."""
    house = build(Settings(data_dir=Path(folder) / "template"), passwords=Passwords())
    user_id = house.accounts.user_id_of("bench")
    path = Path(folder) / "export.zip"
    with path.open("rb") as stream:
        house.imports.create(user_id, "export.zip", stream, at_once=True)
    house.imports.work_off()
    assert sum(house.imports.all_of(user_id)[0].state.counts.values()) > rows // 4
    house.stop()
    print(_peak_of_this_process())


def _peak_of_this_process() -> float:
    # `ru_maxrss` of a child begins with its parent's size, and so would measure our preparations.
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell a process's peak memory")


def main() -> None:
    """Measure and report."""
    asked = options(__doc__ or "")
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), ROWS)
        measured = in_turns({"ours": bench.ours, "raw": bench.raw})
        figures.append(
            against(
                "import_rows",
                measured["ours"],
                measured["raw"],
                unit="s",
                n=ROWS,
                note="20,000 rows from upload to final figures, against csv + normalise + insert",
            )
        )
    long = 60_000 if asked.quick else LONG
    short_peak, long_peak = peak(ROWS), peak(long)
    figures.append(
        Figure(
            "import_memory",
            round(long_peak, 1),
            "MB",
            round(short_peak, 1),
            round(long_peak / short_peak, 3),
            long,
            f"peak resident memory of {long:,} rows against 20,000",
        )
    )
    report(figures, as_json=asked.json)


if __name__ == "__main__":
    main()
