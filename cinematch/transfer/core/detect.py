"""Which format a file is of: by what stands in it, never by its name or MIME type."""

from collections.abc import Callable, Iterator
from itertools import islice

from cinematch.transfer.core import imdb, letterboxd, movielens, own, plain, trakt
from cinematch.transfer.core.documents import records
from cinematch.transfer.core.items import BadFile, Documents, Found, Reading, Source
from cinematch.transfer.core.tables import fold, read_table

READERS: dict[Source, Callable[[Documents, Reading], Iterator[Found]]] = {
    "letterboxd": letterboxd.read,
    "imdb": imdb.read,
    "trakt": trakt.read,
    "movielens": movielens.read,
    "cinematch": own.read,
    "csv": plain.read,
}
_LOOKED_AT = 200


def detect(documents: Documents) -> Source:
    """Return the format of an upload.

    Raises:
        BadFile: it is of none that we read.
    """
    plain_names: list[str] = []
    for name in islice(documents.names, _LOOKED_AT):
        source = _of_member(documents, name)
        if source == "csv":
            plain_names.append(name)
        elif source is not None:
            return source
    if plain_names:
        return "csv"
    raise BadFile(
        "This is no file that CineMatch reads.",
        "Letterboxd's zip, IMDb's CSV, Trakt's zip, MovieLens' ratings, a CSV with a header, "
        "or CineMatch's own JSON export.",
    )


def _of_member(documents: Documents, name: str) -> Source | None:
    first = _first_line(documents, name)
    start = first.lstrip("\ufeff \t")[:1]
    if start in {"{", "["}:
        return _of_json(documents, name)
    if first.strip('\ufeff" \r\n').casefold().startswith(letterboxd.LIST_MARK):
        return "letterboxd"
    return _of_columns(read_table(documents.lines(name)).columns)


def _first_line(documents: Documents, name: str) -> str:
    return next(
        (line for line in islice(documents.lines(name), 50) if line.strip("\ufeff \r\n\t")), ""
    )


def _of_columns(columns: list[str]) -> Source | None:
    if letterboxd.is_table(columns):
        return "letterboxd"
    if imdb.is_table(columns):
        return "imdb"
    if movielens.role_of(columns):
        return "movielens"
    known = {name for names in plain.FIELDS.values() for name in map(fold, names)}
    if len(columns) > 1 or any(fold(column) in known for column in columns):
        return "csv"
    return None


def _of_json(documents: Documents, name: str) -> Source | None:
    if trakt.kind_of(name):
        return "trakt"
    try:
        for section, record in islice(records(documents.chunks(name)), 20):
            if section == "format" and record == own.FORMAT:
                return "cinematch"
            if section == "" and trakt.is_record(record):
                return "trakt"
    except BadFile:
        return None
    return None
