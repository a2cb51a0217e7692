"""Users' films as the API shows and takes them. Ratings are stars, 0.5 to 5 in halves."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from cinematch.api.types import Body, Count, Id, Int64, Line, Name, PageOf, Text
from cinematch.diary.core import (
    LONGEST_REVIEW,
    LONGEST_TAG,
    MOST_TAGS,
    MOST_WATCHES,
    Context,
    Edit,
    Entry,
    check_watch,
    clean_review,
    clean_tags,
    ordered,
)
from cinematch.diary.queries import Shown, ShownWatch
from cinematch.events.core import FilmFacts, Watch
from cinematch.films.schemas import (
    CommunityOut,
    FilmFactsOut,
    Stars,
    Year,
    film_out,
    half_stars,
    stars,
)
from cinematch.films.service import Wanted
from cinematch.kit.clock import from_iso, to_iso
from cinematch.kit.errors import Invalid
from cinematch.kit.paging import Page

PartialDate = Annotated[
    str,
    StringConstraints(pattern=r"^(|[0-9]{4}|[0-9]{4}-[0-9]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2})$"),
    Field(
        description="As much as is known: 2024-05-17, 2024-05, 2024, or empty.",
        examples=["2024-05-17"],
    ),
]


def _instant(text: str) -> str:
    return to_iso(from_iso(text))


Instant = Annotated[str, StringConstraints(min_length=10, max_length=40), AfterValidator(_instant)]
Tag = Annotated[Line, Field(max_length=LONGEST_TAG)]
Tags = Annotated[list[Tag], Field(max_length=MOST_TAGS, examples=[["with Ada", "35 mm"]])]
Review = Annotated[Text, Field(max_length=LONGEST_REVIEW)]


class WatchOut(BaseModel):
    """One viewing."""

    watch_id: str
    date: str = Field(examples=["2024-05-17"])
    rewatch: bool
    context: str | None = Field(examples=["cinema"])
    source: str | None = Field(description="Its identity at the source of an import.")


class LibraryFilmOut(FilmFactsOut):
    """The film of an entry, with everybody's figures."""

    community: CommunityOut


class EntryOut(BaseModel):
    """One of the caller's films."""

    film: LibraryFilmOut
    rating: float | None = Field(description="Stars.", examples=[4.5])
    liked: bool
    watchlist: bool
    watchlist_added_at: str | None
    tags: list[str] = Field(examples=[["with Ada", "35 mm"]])
    review: str | None
    watches: list[WatchOut]
    seen: bool
    added_at: str = Field(examples=["2026-03-01T20:15:00.000000Z"])
    rated_at: str | None
    updated_at: str
    last_watched: str | None = Field(examples=["2024-05-17"])
    import_id: str | None
    version: int = Field(description="0 for a film that is not among the caller's (any more).")
    seq: int = Field(description="Of the event; the figures hold it once their `seq` is as high.")


class RemovedOut(BaseModel):
    """What was removed; `POST …/restore` with it brings it back."""

    film_id: str
    seq: int
    removed: EntryOut


class DiaryItem(BaseModel):
    """One viewing with the entry that it belongs to."""

    watch: WatchOut
    entry: EntryOut


class TagOut(BaseModel):
    tag: str = Field(examples=["35 mm"])
    count: int


class TagsOut(BaseModel):
    items: list[TagOut]


class DoneOut(BaseModel):
    """The answer of the described calls."""

    status: Literal["success"] = "success"
    film_id: str
    seq: int
    entry: EntryOut | None = Field(description="Null once removed.")


class EntryChange(Body):
    """One gesture; what is left out stays, `null` takes a rating or review away."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"rating": 4.5, "liked": True}, {"watchlist": True}]}
    )

    rating: Stars | None = None
    liked: bool = False
    watchlist: bool = False
    tags: Tags = Field(default_factory=list)
    review: Review | None = None
    seen: bool = False

    def edit(self) -> Edit:
        """Return the edit, with what was left out unset."""
        given = self.model_dump(exclude_unset=True)
        if "rating" in given:
            given["rating"] = half_stars(given["rating"])
        return Edit(**given)


class WatchIn(Body):
    """A viewing to log."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"date": "2024-05-17", "context": "cinema", "rating": 4}]}
    )

    date: PartialDate = ""
    rewatch: bool = False
    context: Context | None = None
    rating: Stars | None = None

    def watch(self) -> Watch:
        """Return the viewing; the diary gives it its id."""
        return Watch("", self.date, self.rewatch, self.context)

    def edit(self) -> Edit | None:
        """Return the rating given with it, if one was."""
        return Edit(rating=half_stars(self.rating)) if self.rating is not None else None


class WatchChange(Body):
    """What to correct of a viewing; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"date": "2024-05"}]})

    date: PartialDate = ""
    rewatch: bool = False
    context: Context | None = None


class WatchBack(BaseModel):
    """A viewing to bring back."""

    watch_id: Id
    date: PartialDate = ""
    rewatch: bool = False
    context: Context | None = None
    source: Line | None = None


class FilmBack(BaseModel):
    """Which film an entry to bring back is about."""

    film_id: Id


class EntryBack(BaseModel):
    """An entry as it was answered; what follows from the rest is passed over."""

    film: FilmBack
    rating: Stars | None = None
    liked: bool = False
    watchlist: bool = False
    watchlist_added_at: Instant | None = None
    tags: Tags = Field(default_factory=list)
    review: Review | None = None
    watches: Annotated[list[WatchBack], Field(max_length=MOST_WATCHES)] = Field(
        default_factory=list
    )
    added_at: Instant | Literal[""] = ""
    rated_at: Instant | None = None
    import_id: Id | None = None
    version: Count = 0


class RestoreIn(Body):
    """The removed entry, as the removal answered it."""

    entry: EntryBack


class FilmNamed(Body):
    """Which film: by one of its ids, or by name and year."""

    film_id: Id | None = Field(None, examples=["3mbqsb4hq2ymi"])
    tmdb_id: Int64 | None = Field(None, examples=[346])
    imdb_id: Id | None = Field(None, examples=["tt0047478"])
    name: Name | None = Field(None, examples=["Seven Samurai"])
    year: Year | None = None

    def wanted(self) -> Wanted:
        """Return which film is meant."""
        return Wanted(
            film_id=self.film_id,
            tmdb_id=self.tmdb_id,
            imdb_id=self.imdb_id,
            name=self.name,
            year=self.year,
        )


class AddFilm(FilmNamed):
    """A film to add: seen, with a rating and a day if given."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Seven Samurai", "year": 1954, "rating": 5}]}
    )

    rating: Stars | None = None
    date: PartialDate = ""


class UpdateRating(FilmNamed):
    """A new rating; null takes it away."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"tmdb_id": 346, "rating": 4.5}]})

    rating: Stars | None


class JoinIn(Body):
    """The film of the catalogue that a film of one's own is."""

    into: Id


def watch_out(watch: Watch) -> WatchOut:
    """Show a viewing."""
    return WatchOut.model_construct(
        watch_id=watch.watch_id,
        date=watch.date,
        rewatch=watch.rewatch,
        context=watch.context,
        source=watch.source,
    )


def entry_out(shown: Shown, seq: int | None = None) -> EntryOut:
    """Show an entry; `seq` stands in for that of an entry which is not saved (any more)."""
    entry, film = shown.entry, film_out(shown.card)
    values = {name: getattr(film, name) for name in LibraryFilmOut.model_fields}
    return EntryOut.model_construct(
        film=LibraryFilmOut.model_construct(**values),
        rating=stars(entry.rating),
        liked=entry.liked,
        watchlist=entry.watchlist,
        watchlist_added_at=entry.watchlist_added_at,
        tags=list(entry.tags),
        review=entry.review,
        watches=[watch_out(watch) for watch in entry.watches],
        seen=entry.seen,
        added_at=entry.added_at,
        rated_at=entry.rated_at,
        updated_at=entry.updated_at,
        last_watched=entry.last_watched,
        import_id=entry.import_id,
        version=entry.version,
        seq=entry.seq if seq is None else seq,
    )


def entry_page(page: Page[Shown]) -> PageOf[EntryOut]:
    """Show a page of entries."""
    return PageOf[EntryOut].model_construct(
        items=[entry_out(shown) for shown in page.items], total=page.total, next=page.next
    )


def diary_page(page: Page[ShownWatch]) -> PageOf[DiaryItem]:
    """Show a page of viewings."""
    items = [
        DiaryItem.model_construct(watch=watch_out(item.watch), entry=entry_out(item.shown))
        for item in page.items
    ]
    return PageOf[DiaryItem].model_construct(items=items, total=page.total, next=page.next)


def restored(body: EntryBack, user_id: str, film_id: str, today: date) -> Entry:
    """Return the entry to bring back, its film's facts still to be filled in.

    Raises:
        Invalid: a value that no entry can have.
    """
    if body.film.film_id != film_id:
        raise Invalid.field("entry.film.film_id", "is another film", "use this film's own address")
    watches = [Watch(w.watch_id, w.date, w.rewatch, w.context, w.source) for w in body.watches]
    for watch in watches:
        check_watch(watch, today)
    if len({watch.watch_id for watch in watches}) < len(watches):
        raise Invalid.field("entry.watches", "one is there twice", "give each its own watch_id")
    if body.rating is not None and not watches:
        raise Invalid.field("entry.watches", "a rated film counts as seen", "give a viewing")
    return Entry(
        user_id=user_id,
        film_id=film_id,
        facts=FilmFacts(film_id, ""),
        rating=half_stars(body.rating),
        liked=body.liked,
        watchlist=body.watchlist,
        watchlist_added_at=body.watchlist_added_at,
        tags=clean_tags(body.tags),
        review=clean_review(body.review),
        watches=ordered(watches),
        added_at=body.added_at,
        rated_at=body.rated_at,
        version=body.version,
        import_id=body.import_id,
    )
