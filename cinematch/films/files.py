"""The starter catalogue's files, carried in the package."""

from importlib import resources

from cinematch.films.core.starter import Starter

_BEST_KNOWN = "best-known.txt"


def read_starter() -> Starter:
    """Return the texts of the starter catalogue; the files of films by name."""
    folder = resources.files("cinematch.films") / "starter"
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".csv")),
        key=lambda entry: entry.name,
    )
    return Starter(
        tuple((entry.name, entry.read_text("utf-8")) for entry in files),
        (folder / _BEST_KNOWN).read_text("utf-8"),
    )
