"""The life of an import: decisions, conflicts, undo after changes by hand, round trips."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from cinematch.diary.core import Edit
from cinematch.events.core import Watch
from cinematch.kit.errors import Conflict, NotFound, TooLarge
from cinematch.transfer.files import UploadFolder
from tests.support import samples
from tests.support.transfer import Desk, film

FILMS = [
    film("Metropolis", 1927, imdb_id="tt0017136", tmdb_id=19),
    film("Nosferatu", 1922, directors=["F. W. Murnau"]),
    film("Nosferatu the Vampyre", 1979),
    film("Solaris", 1972),
    film("Solaris", 1972, film_id="othersolaris", runtime=90),
]
HEADER = samples.LETTERBOXD_DIARY.partition("\n")[0] + "\n"


def diary(*rows: str) -> str:
    return HEADER + "".join(f"2024-05-18,{row}\n" for row in rows)


METROPOLIS = "Metropolis,1927,https://boxd.it/a,4.5,,,2024-05-17"
SOLARIS = "Solaris,1972,https://boxd.it/s,3,,,2024-05-16"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, FILMS)
    yield desk
    desk.close()


def metropolis(desk: Desk) -> str:
    return desk.entry("Metropolis").film_id


def test_two_films_alike_are_doubtful_with_both_to_choose_from(desk: Desk) -> None:
    item = desk.upload(diary(SOLARIS))
    (row,) = desk.rows(item, "doubtful")
    assert len(row.candidates) == 2
    desk.imports.decide("u", item.import_id, row.row.row_id, choice="othersolaris")
    assert desk.apply(item).state.counts == {"added": 1}
    assert desk.entry("Solaris").film_id == "othersolaris"
    again = desk.upload(diary(SOLARIS))
    assert again.state.counts == {"unchanged": 1}


def test_a_doubtful_film_left_undecided_is_ones_own_and_stays_it(desk: Desk) -> None:
    item = desk.bring(diary(SOLARIS))
    assert item.state.counts == {"doubtful": 1}
    own = desk.store.snapshot(lambda tx: desk.films.get(tx, desk.entry("Solaris").film_id))
    assert own is not None
    assert own.owner_user_id == "u"
    assert desk.bring(diary(SOLARIS)).state.counts == {"unchanged": 1}


def test_two_wordings_of_one_film_come_together(desk: Desk) -> None:
    item = desk.upload(diary(METROPOLIS, "Il Metropoli,1927,https://boxd.it/q,,,,2024-06-01"))
    (row,) = desk.rows(item, "not_found") or desk.rows(item, "doubtful")
    chosen = next(v.film for v in desk.rows(item) if v.film)
    desk.imports.decide("u", item.import_id, row.row.row_id, choice=chosen.film_id)
    desk.apply(item)
    assert [w.date for w in desk.entry("Metropolis").watches] == ["2024-05-17", "2024-06-01"]
    desk.undo(item)
    assert desk.all_entries() == []


def test_a_skipped_row_brings_nothing(desk: Desk) -> None:
    item = desk.upload(diary(SOLARIS))
    (row,) = desk.rows(item)
    desk.imports.decide("u", item.import_id, row.row.row_id, choice="skip")
    desk.apply(item)
    assert desk.all_entries() == []
    assert desk.undo(item).status == "undone"


def test_a_conflict_is_shown_and_resolved(desk: Desk) -> None:
    desk.bring(diary(METROPOLIS))
    desk.diary.edit("u", metropolis(desk), Edit(rating=2))
    item = desk.upload(diary(METROPOLIS))
    assert item.state.conflicts == 1
    (row,) = desk.rows(item, "conflict")
    assert row.conflict is not None
    assert (row.conflict.mine, row.conflict.theirs) == (2, 9)
    desk.imports.decide("u", item.import_id, row.row.row_id, resolution="theirs")
    desk.apply(item)
    assert desk.entry("Metropolis").rating == 9


def test_undo_takes_only_what_the_import_brought(desk: Desk) -> None:
    item = desk.bring(diary(METROPOLIS))
    desk.diary.edit("u", metropolis(desk), Edit(rating=2, tags=["mine"]))
    desk.diary.watch("u", metropolis(desk), Watch("", "2025-01-01"))
    undone = desk.undo(item)
    entry = desk.entry("Metropolis")
    assert (entry.rating, entry.tags) == (2, ("mine",))
    assert [watch.date for watch in entry.watches] == ["2025-01-01"]
    assert undone.state.kept_back == 1
    assert desk.rows(undone)[0].row.decision.kept


def test_events_of_an_import_say_so(desk: Desk) -> None:
    item = desk.bring(diary(METROPOLIS))
    desk.undo(item)
    events = desk.store.snapshot(lambda tx: list(desk.outbox.of_user(tx, "u")))
    assert [(e.event_type, e.cause) for e in events] == [
        ("BULK_IMPORT", f"import:{item.import_id}"),
        ("DELETE", f"undo:{item.import_id}"),
    ]


def test_our_export_restores_completely(desk: Desk) -> None:
    desk.bring(samples.LETTERBOXD_ZIP, "letterboxd.zip")
    desk.diary.watch("u", metropolis(desk), Watch("", "2023-07", context="cinema"))
    whole = desk.state()
    item = desk.bring(whole, "cinematch.json", user_id="v")
    assert item.status == "applied"
    mine, theirs = desk.all_entries("u"), desk.all_entries("v")
    shared = {e.film_id for e in mine} & {e.film_id for e in theirs}
    assert len(mine) == len(theirs)
    plain = {"user_id": "", "version": 0, "seq": 0, "updated_at": "", "import_id": None}
    assert {replace(e, **plain) for e in mine if e.film_id in shared} == {
        replace(e, **plain) for e in theirs if e.film_id in shared
    }
    assert desk.export(user_id="v").count(b'"own"') == whole.count(b'"own"')
    assert desk.bring(whole, user_id="u").state.counts == {"unchanged": len(mine)}


def test_a_film_of_ones_own_that_is_nowhere_else_comes_along(desk: Desk) -> None:
    own = film("Our Summer in Lerici", 2019, owner_user_id="u", runtime=12)
    desk.add([own])
    item = desk.bring(desk.export(), user_id="v")

    def titles(user_id: str) -> list[tuple[str, int | None]]:
        owned = desk.store.snapshot(lambda tx: desk.films.owned(tx, user_id))
        return [(known.title, known.runtime) for known in owned]

    assert titles("v") == titles("u") == [("Our Summer in Lerici", 12)]
    desk.undo(item)
    assert titles("v") == []


def test_settings_come_along_and_go_back(desk: Desk) -> None:
    item = desk.bring(samples.OWN)
    assert b'"settings":{"theme":"dark"}' in desk.export()
    desk.undo(item)
    assert b'"settings":{}' in desk.export()


def test_what_letterboxd_imports_we_read_alike(desk: Desk) -> None:
    rows = (METROPOLIS, METROPOLIS.replace("4.5,,", "4.5,Yes,").replace("/a", "/b"))
    desk.bring(diary(*rows, 'Nosferatu,1922,https://boxd.it/n,,,"dark, silent",2024-05-01'))
    desk.bring(desk.export("letterboxd"), "x.zip", user_id="v")

    def seen(user_id: str) -> list[object]:
        return [
            (e.film_id, e.rating, e.tags, e.review, [(w.date, w.rewatch) for w in e.watches])
            for e in desk.all_entries(user_id)
        ]

    assert seen("v") == seen("u")


def test_our_imdb_csv_is_read_back(desk: Desk) -> None:
    desk.bring(diary(METROPOLIS))
    item = desk.bring(desk.export("imdb"), user_id="v")
    assert item.source == "imdb"
    assert desk.entry("Metropolis", "v").rating == 9


def test_letterboxds_files_stay_under_a_megabyte(desk: Desk) -> None:
    desk.bring(diary(METROPOLIS))
    long = Edit(review="word " * 3_990)
    for number in range(60):
        desk.add([film(f"Long {number}", 2000)])
        key = film(f"Long {number}", 2000).film_id
        desk.diary.watch("u", key, Watch("", "2024-01-01"), long)
    item = desk.bring(desk.export("letterboxd"), "x.zip", user_id="v")
    assert item.state.counts == {"added": 61}


def test_a_preview_touches_nothing(desk: Desk) -> None:
    before = desk.state()
    desk.upload(samples.LETTERBOXD_ZIP)
    assert desk.state() == before
    assert desk.events() == 0


def test_stopping_an_import_takes_it_back(desk: Desk) -> None:
    item = desk.upload(diary(METROPOLIS))
    desk.imports.apply("u", item.import_id)
    desk.imports.discard("u", item.import_id)
    desk.worker.run_pending()
    assert desk.imports.get("u", item.import_id).status == "undone"
    assert desk.all_entries() == []


def test_what_the_state_does_not_allow_is_refused(desk: Desk) -> None:
    item = desk.upload(diary(METROPOLIS))
    with pytest.raises(Conflict):
        desk.imports.undo("u", item.import_id)
    desk.apply(item)
    with pytest.raises(Conflict):
        desk.imports.discard("u", item.import_id)
    with pytest.raises(NotFound):
        desk.imports.get("v", item.import_id)


def test_a_file_too_large_is_refused_and_not_kept(tmp_path: Path) -> None:
    folder = UploadFolder(tmp_path / "uploads", most_bytes=1000)
    with pytest.raises(TooLarge):
        folder.receive("i", io.BytesIO(b"x" * 1001))
    assert list((tmp_path / "uploads").iterdir()) == []


def test_starting_clears_what_a_crash_left(desk: Desk, tmp_path: Path) -> None:
    waiting = desk.upload(diary(METROPOLIS))
    uploads = tmp_path / "uploads"
    for name in ("gone.upload", "gone.scratch"):
        (uploads / name).write_bytes(b"x")
    desk.worker.recover()
    assert [path.name for path in uploads.iterdir()] == [f"{waiting.import_id}.upload"]


def test_the_thread_works_by_itself_and_tells_the_page(desk: Desk) -> None:
    told: list[tuple[str, str]] = []
    desk.signals.on_tell(lambda user_id, name, _: told.append((user_id, name)))
    desk.worker.start()
    try:
        item = desk.imports.create("u", "diary.csv", io.BytesIO(diary(METROPOLIS).encode()))
        assert desk.imports.wait("u", item.import_id, 10).status == "preview"
        desk.imports.apply("u", item.import_id)
        assert desk.imports.wait("u", item.import_id, 10).status == "applied"
    finally:
        desk.worker.stop()
    assert ("u", "import") in told
    assert list((desk.folder / "uploads").iterdir()) == []


def test_a_change_by_hand_between_preview_and_apply_is_kept(desk: Desk) -> None:
    item = desk.upload(diary(METROPOLIS))
    film_id = desk.rows(item)[0].film.film_id  # type: ignore[union-attr]
    desk.diary.edit("u", film_id, Edit(rating=3, review="By hand."))
    desk.apply(item)
    entry = desk.entry("Metropolis")
    assert (entry.rating, entry.review) == (3, "By hand.")
    assert [watch.date for watch in entry.watches] == ["2024-05-17"]
    desk.undo(item)
    entry = desk.entry("Metropolis")
    assert (entry.rating, [watch.date for watch in entry.watches]) == (3, [""])


def test_too_many_previews_must_be_cleared_first(desk: Desk) -> None:
    for _ in range(20):
        desk.upload(diary(METROPOLIS))
    with pytest.raises(Conflict, match="discard"):
        desk.upload(diary(METROPOLIS))
