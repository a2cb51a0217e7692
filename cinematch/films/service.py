"""What is done with the catalogue: looked through, filled, corrected, added to by its readers."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from cinematch.events.core import FilmFacts
from cinematch.films.core.catalogue import Correction, Facet, FilmCard, FilmQuery, PersonFigures
from cinematch.films.core.film import Film
from cinematch.films.core.matching import match_title
from cinematch.films.core.merging import Known, correct, difference, first_told
from cinematch.films.core.starter import SOURCE, Starter, starter_films
from cinematch.films.core.title import title_keys
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import Conflict, Forbidden, Invalid, NotFound, VersionMismatch
from cinematch.kit.ids import new_id
from cinematch.kit.paging import Page

_BATCH = 100
"""Films in one transaction; whoever else writes may have to wait for it."""
_NO_FILM = "There is no such film."


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which film somebody means: by one of its ids, or by name and year."""

    film_id: str | None = None
    tmdb_id: int | None = None
    imdb_id: str | None = None
    name: str | None = None
    year: int | None = None


class FilmsService:
    """Use cases of the catalogue.

    `corrected` is called after a transaction in which facts changed that somebody's figures
    count; it sees to it that they reach the entries (see `diary.spreading`). `search` is what
    searches in the store's place (see `films.indexing`).
    """

    def __init__(
        self,
        store: Store,
        films: FilmsRepository,
        clock: Clock,
        starter: Callable[[], Starter],
        corrected: Callable[[], object],
        search: Callable[[FilmQuery, str | None], Page[FilmCard]] | None = None,
    ) -> None:
        self._store = store
        self._films = films
        self._clock = clock
        self._starter = starter
        self._corrected = corrected
        self._search = search

    def facts_of(self, tx: Tx, user_id: str, film_id: str) -> FilmFacts:
        """Return a film's facts as they are now, inside the caller's transaction.

        Raises:
            NotFound: there is no such film, or it is somebody else's own.
        """
        return _visible(self._films.get(tx, film_id), user_id).facts

    def erase_user(self, tx: Tx, user_id: str) -> None:
        """Take what is kept of a user beside the rows that go with the account."""
        self._films.forget_owner(tx, user_id)

    def search(self, query: FilmQuery, user_id: str | None) -> Page[FilmCard]:
        """Return one page of films.

        Raises:
            Invalid: the cursor is not one of this listing.
        """
        if self._search is not None:
            return self._search(query, user_id)
        return self._store.snapshot(lambda tx: self._films.search(tx, query, user_id))

    def film(self, film_id: str, user_id: str | None) -> FilmCard:
        """Return one film with the user's and everybody's figures.

        Raises:
            NotFound: there is no such film, or it is somebody else's own.
        """
        cards = self._store.snapshot(lambda tx: self._films.cards(tx, [film_id], user_id))
        if film_id not in cards:
            raise NotFound(_NO_FILM)
        return cards[film_id]

    def facets(self, user_id: str | None) -> dict[str, list[Facet]]:
        """Return how many films there are by genre, decade, country and language."""
        return self._store.snapshot(lambda tx: self._films.facets(tx, user_id))

    def person(
        self, person_id: str, user_id: str | None, limit: int, cursor: str | None
    ) -> tuple[PersonFigures, Page[FilmCard]]:
        """Return somebody of the catalogue with a page of their films, latest first.

        Raises:
            NotFound: nobody of that id.
        """
        query = FilmQuery(person=person_id, sort="-year", limit=limit, cursor=cursor)

        def work(tx: Tx) -> tuple[PersonFigures, Page[FilmCard]]:
            person = self._films.person(tx, person_id, user_id)
            if person is None:
                raise NotFound("There is nobody of that name in the catalogue.")
            return person, self._films.search(tx, query, user_id)

        return self._store.snapshot(work)

    def history(self, film_id: str) -> list[Correction]:
        """Return the corrections made to a film, latest first.

        Raises:
            NotFound: there is no such film.
        """

        def work(tx: Tx) -> list[Correction]:
            if self._films.get(tx, film_id) is None:
                raise NotFound(_NO_FILM)
            return self._films.corrections(tx, film_id)

        return self._store.snapshot(work)

    def create_own(self, user_id: str, film: Film) -> FilmCard:
        """Add a film that only this user sees; ids, owner and sources are set here."""
        card = FilmCard(self.own(user_id, film))
        self._store.transact(lambda tx: self._films.save(tx, [card.film]))
        return card

    def own(self, user_id: str, film: Film) -> Film:
        """Return the film as one of the user's own, not saved yet.

        Outside ids are left to the catalogue, where each stands for one film of everybody's.
        """
        return replace(
            first_told(replace(film, tmdb_id=None, imdb_id=None), "owner"),
            film_id=new_id(),
            owner_user_id=user_id,
            updated_at=to_iso(self._clock()),
        )

    def correct(
        self,
        film_id: str,
        values: Mapping[str, Any],
        *,
        user_id: str,
        administrator: bool,
        expected_version: int | None = None,
    ) -> FilmCard:
        """Correct facts; every figure that counted them follows.

        Args:
            film_id: which film.
            values: facts by the names of `core.merging.FACTS`.
            user_id: who says so.
            administrator: whether they may correct any film, not only one of their own.
            expected_version: the version that the correction is meant for.

        Raises:
            NotFound: there is no such film, or it is somebody else's own.
            Forbidden: a film of the catalogue, and not an administrator.
            VersionMismatch: somebody corrected it in the meantime.
        """

        def work(tx: Tx) -> FilmCard:
            film = _visible(self._films.get(tx, film_id), user_id)
            if film.owner_user_id is None and not administrator:
                raise Forbidden("Facts of the catalogue are corrected by an administrator.")
            if expected_version is not None and expected_version != film.version:
                raise VersionMismatch(
                    "Somebody corrected this film in the meantime. Nothing was overwritten: "
                    "load it again and repeat your correction.",
                    version=film.version,
                )
            source = "administrator" if administrator else "owner"
            self._save_changed(tx, [(film, correct(film, values, source))], user_id, log_all=True)
            return self._films.cards(tx, [film_id], user_id)[film_id]

        card = self._store.transact(work)
        self._corrected()
        return card

    def ensure_starter(self) -> int:
        """Load the starter catalogue if it, or this release's version of it, is not in yet.

        Returns how many films are new or changed. A fact that an administrator or a better
        source has told stays.
        """
        starter = self._starter()
        stamp = hashlib.sha256(repr(starter).encode()).hexdigest()
        if self._store.snapshot(self._films.stamp) == stamp:
            return 0
        changed = self.load(starter_films(starter), SOURCE)
        self._store.transact(lambda tx: self._films.save_stamp(tx, stamp))
        return changed

    def load(self, films: Iterable[Film], source: str) -> int:
        """Bring films of a source in, batch by batch; return how many are new or changed.

        A film is the same as one we have when an outside id or the film's own id is. May run
        again at any time.
        """
        changed, batch = 0, []
        for film in films:
            batch.append(film)
            if len(batch) == _BATCH:
                changed += self._load_batch(batch, source)
                batch = []
        changed += self._load_batch(batch, source)
        self._corrected()
        return changed

    def find(self, tx: Tx, user_id: str, wanted: Wanted) -> Film | None:
        """Return the one film that is certainly meant, None when unknown or doubtful.

        Raises:
            Invalid: nothing says which film.
            NotFound: an id that is no film's.
        """
        if wanted.film_id:
            return _visible(self._films.get(tx, wanted.film_id), user_id)
        if wanted.tmdb_id is not None:
            known = self._films.by_tmdb_ids(tx, [wanted.tmdb_id]).get(wanted.tmdb_id)
            return _visible(known, user_id)
        if wanted.imdb_id:
            found = self._films.by_imdb_ids(tx, [wanted.imdb_id]).get(wanted.imdb_id)
            return _visible(found, user_id)
        if not wanted.name:
            raise Invalid.field(
                "film_id", "no film is named", "give film_id, tmdb_id, imdb_id, or name and year"
            )
        by_key = self._films.by_title_keys(tx, title_keys([wanted.name]), user_id)
        films = {film.film_id: film for known in by_key.values() for film in known}
        own = [f for f in films.values() if f.owner_user_id and f.year == wanted.year]
        if len(own) == 1:
            return own[0]
        return match_title(list(films.values()), wanted.name, wanted.year).film

    def find_or_own(self, user_id: str, wanted: Wanted) -> Film:
        """Return the film meant; a name that is not certain becomes a film of the user's own.

        Raises:
            Invalid, NotFound: as for `find`.
        """

        def work(tx: Tx) -> Film:
            found = self.find(tx, user_id, wanted)
            if found is None:
                told = Film(film_id="", title=wanted.name or "", year=wanted.year)
                found = self.own(user_id, told)
                self._films.save(tx, [found])
            return found

        return self._store.transact(work)

    def find_certain(self, user_id: str, wanted: Wanted) -> Film:
        """Return the film meant.

        Raises:
            Invalid, NotFound: as for `find`.
            Conflict: the name may mean several films, or none.
        """
        found = self._store.snapshot(lambda tx: self.find(tx, user_id, wanted))
        if found is None:
            raise Conflict(f"“{wanted.name}” does not say for certain which film; give its id.")
        return found

    def _load_batch(self, films: Sequence[Film], source: str) -> int:
        if not films:
            return 0

        def work(tx: Tx) -> int:
            known = self._known(tx, films)
            first: dict[str, Film | None] = {}
            last: dict[str, Film] = {}
            for film in films:
                before, after = known.settle(film, source)
                first.setdefault(after.film_id, before)
                last[after.film_id] = after
            pairs = [(first[film_id], after) for film_id, after in last.items()]
            return self._save_changed(tx, pairs, f"loader:{source}", log_all=False)

        return self._store.transact(work)

    def _known(self, tx: Tx, films: Sequence[Film]) -> Known:
        by_imdb = self._films.by_imdb_ids(tx, [f.imdb_id for f in films if f.imdb_id])
        by_tmdb = self._films.by_tmdb_ids(tx, [f.tmdb_id for f in films if f.tmdb_id])
        by_id = self._films.get_many(tx, [f.film_id for f in films])
        keys = title_keys(t for film in films for t in (film.title, film.title_en) if t)
        titled = self._films.by_title_keys(tx, keys, None).values()
        same_title = [film for known in titled for film in known if film.imdb_id is None]
        return Known([*same_title, *by_imdb.values(), *by_tmdb.values(), *by_id.values()])

    def _save_changed(
        self,
        tx: Tx,
        pairs: Sequence[tuple[Film | None, Film]],
        changed_by: str,
        *,
        log_all: bool,
    ) -> int:
        now = to_iso(self._clock())
        changed = [
            (before, replace(after, version=before.version + 1 if before else 1, updated_at=now))
            for before, after in pairs
            if before != after
        ]
        self._films.save(tx, [after for _, after in changed])
        counted = [(b, a) for b, a in changed if b and (log_all or b.facts != a.facts)]
        held = self._films.with_entries(tx, [a.film_id for _, a in counted])
        for before, after in counted:
            if log_all or after.film_id in held:
                self._log(tx, before, after, changed_by, now)
        return len(changed)

    def _log(self, tx: Tx, before: Film, after: Film, changed_by: str, now: str) -> None:
        old, new = difference(before, after)
        self._films.add_correction(
            tx,
            Correction(
                film_id=after.film_id, changed_by=changed_by, changed_at=now, before=old, after=new
            ),
        )


def _visible(film: Film | None, user_id: str | None) -> Film:
    if film is None or film.owner_user_id not in (None, user_id):
        raise NotFound(_NO_FILM)
    return film
