"""Which film of the catalogue a file means: by id, by an earlier decision, by title and year."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from cinematch.films.core.film import Film
from cinematch.films.core.matching import Match, Namesake, match_title
from cinematch.films.core.title import title_keys
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Tx
from cinematch.transfer.core.items import FilmRef
from cinematch.transfer.core.rows import Resolved, Suggestion
from cinematch.transfer.ports import ImportsRepository

F = TypeVar("F", Film, Namesake)


class Resolver:
    """Finds films for one user, some hundred wordings at a time."""

    def __init__(self, films: FilmsRepository, imports: ImportsRepository, user_id: str) -> None:
        self._films = films
        self._imports = imports
        self._user_id = user_id

    def resolve(self, tx: Tx, refs: Sequence[FilmRef]) -> dict[str, Resolved]:
        """Return by key what each film was found to be; reads only."""
        found = self._chosen(tx, refs)
        rest = [ref for ref in refs if ref.key not in found]
        found |= self._by_ids(tx, rest)
        rest = [ref for ref in rest if ref.key not in found]
        return found | self._by_title(tx, rest)

    def _chosen(self, tx: Tx, refs: Sequence[FilmRef]) -> dict[str, Resolved]:
        wanted = {ref.key: ref.film_id for ref in refs if ref.film_id}
        chosen = self._imports.choices(tx, self._user_id, [ref.key for ref in refs])
        films = self._visible(self._films.get_many(tx, {*wanted.values(), *chosen.values()}))
        found = {
            key: Resolved(film_id, "certain", film_id, "id")
            for key, film_id in wanted.items()
            if film_id in films
        }
        return found | {
            key: Resolved(film_id, "certain", film_id, "choice")
            for key, film_id in chosen.items()
            if film_id in films
        }

    def _visible(self, films: dict[str, Film]) -> dict[str, Film]:
        return {
            film_id: film
            for film_id, film in films.items()
            if film.owner_user_id in {None, self._user_id}
        }

    def _by_ids(self, tx: Tx, refs: Sequence[FilmRef]) -> dict[str, Resolved]:
        imdb = self._films.by_imdb_ids(tx, {ref.imdb_id for ref in refs if ref.imdb_id})
        tmdb = self._films.by_tmdb_ids(tx, {ref.tmdb_id for ref in refs if ref.tmdb_id})
        found: dict[str, Resolved] = {}
        for ref in refs:
            hits = [
                film
                for film in (imdb.get(ref.imdb_id or ""), tmdb.get(ref.tmdb_id or 0))
                if film is not None
            ]
            if len({film.film_id for film in hits}) == 1:
                found[ref.key] = Resolved(hits[0].film_id, "certain", hits[0].film_id, "id")
            elif hits:
                candidates = tuple(Suggestion(film.film_id, 0.9, ("id",)) for film in hits)
                found[ref.key] = Resolved(f"?{ref.key}", "doubtful", None, "id", candidates)
        return found

    def _by_title(self, tx: Tx, refs: Sequence[FilmRef]) -> dict[str, Resolved]:
        keys = {ref.key: title_keys([ref.title]) for ref in refs}
        films = self._films.namesakes(
            tx, {key for known in keys.values() for key in known}, self._user_id
        )
        found: dict[str, Resolved] = {}
        for ref in refs:
            same = {film.film_id: film for key in keys[ref.key] for film in films.get(key, ())}
            match = _matched(same.values(), ref)
            if match.verdict == "unknown":
                alike = _matched(self._films.alike(tx, ref.title, self._user_id), ref)
                found[ref.key] = _resolved(ref, alike)
            else:
                found[ref.key] = _resolved(ref, match)
        return found


def _matched(films: Collection[F], ref: FilmRef) -> Match[F]:
    possible = [film for film in films if not _contradicts(film, ref)]
    return match_title(possible, ref.title, ref.year, ref.directors)


def _contradicts(film: Film | Namesake, ref: FilmRef) -> bool:
    """Whether the two have different ids, and so are different films of one title."""
    imdb = bool(ref.imdb_id and film.imdb_id and ref.imdb_id != film.imdb_id)
    return imdb or bool(ref.tmdb_id and film.tmdb_id and ref.tmdb_id != film.tmdb_id)


def _resolved(ref: FilmRef, match: Match[Film] | Match[Namesake]) -> Resolved:
    candidates = tuple(Suggestion(c.film.film_id, c.score, c.why) for c in match.candidates)
    if match.verdict == "certain" and match.film is not None:
        return Resolved(match.film.film_id, "certain", match.film.film_id, "title")
    return Resolved(f"?{ref.key}", match.verdict, None, "title", candidates)
