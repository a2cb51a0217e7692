"""What makes a second `make run` start at once, and a changed file not be overlooked."""

from pathlib import Path

from scripts.stamps import digest, is_fresh, mark


def test_a_fingerprint_follows_contents_and_names_and_not_dates(tmp_path: Path) -> None:
    file, other = tmp_path / "a.ts", tmp_path / "b.ts"
    file.write_text("one")
    first = digest([file])
    file.touch()
    assert digest([file]) == first
    assert digest([file], "python 3.12") != first
    other.write_text("one")
    assert digest([other]) != first
    assert digest([file, other]) == digest([other, file])
    file.write_text("two")
    assert digest([file]) != first


def test_a_stamp_is_fresh_only_for_what_it_was_made_from(tmp_path: Path) -> None:
    stamp = tmp_path / "stamps" / "page"
    assert not is_fresh(stamp, "now")
    mark(stamp, "now")
    assert is_fresh(stamp, "now")
    assert not is_fresh(stamp, "later")
