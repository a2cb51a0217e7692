"""A film of the catalogue."""

from math import log10

import msgspec

from cinematch.events.core import FilmFacts, Person
from cinematch.films.core.title import normalize_title, title_keys

GENRES = (
    "Action",
    "Adventure",
    "Animation",
    "Biography",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Family",
    "Fantasy",
    "Film-Noir",
    "History",
    "Horror",
    "Music",
    "Musical",
    "Mystery",
    "News",
    "Romance",
    "Sci-Fi",
    "Short",
    "Sport",
    "Thriller",
    "War",
    "Western",
)

GENRE_ALIASES = {
    "science fiction": "Sci-Fi",
    "scifi": "Sci-Fi",
    "children's": "Family",
    "children": "Family",
    "noir": "Film-Noir",
    "film noir": "Film-Noir",
    "sports": "Sport",
    "suspense": "Thriller",
}


class Film(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One film. `title` is the original one; ids of outside sources are unique where known."""

    film_id: str
    title: str
    tmdb_id: int | None = None
    imdb_id: str | None = None
    title_en: str | None = None
    title_it: str | None = None
    aliases: tuple[str, ...] = ()
    year: int | None = None
    runtime: int | None = None  # minutes
    genres: tuple[str, ...] = ()
    directors: tuple[Person, ...] = ()
    cast: tuple[Person, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    poster_path: str | None = None
    votes: int = 0
    mean_rating: float | None = None  # at the source, 0..10
    popularity: float = 0.0  # on the scale of popularity_of; 0: nothing is known of it
    sources: dict[str, str] = {}
    owner_user_id: str | None = None
    version: int = 1
    updated_at: str = ""

    @property
    def facts(self) -> FilmFacts:
        """What of this film counts in somebody's figures."""
        return FilmFacts(
            film_id=self.film_id,
            title=self.title,
            year=self.year,
            runtime=self.runtime,
            genres=self.genres,
            directors=self.directors,
            cast=self.cast,
            countries=self.countries,
            languages=self.languages,
        )

    @property
    def title_keys(self) -> frozenset[str]:
        """Every normalised title by which the film can be found."""
        known = (self.title, self.title_en, self.title_it, *self.aliases)
        return title_keys(title for title in known if title)


def popularity_of(votes: int) -> float:
    """Return how widely a film is known: the decimal logarithm of its votes (100,000 are 5).

    >>> popularity_of(0), popularity_of(999_999)
    (0.0, 6.0)
    """
    return log10(1 + votes)


def person_named(name: str) -> Person:
    """Make a person known by name alone; two spellings that normalise alike are one person.

    >>> person_named("Pedro Almodóvar").id
    'name:pedro almodovar'
    """
    return Person(f"name:{normalize_title(name) or name.strip()}", name.strip())


def canonical_genre(name: str) -> str | None:
    """Return the catalogue's name of a genre, or None for one that is no genre of ours.

    >>> canonical_genre("science fiction"), canonical_genre("(no genres listed)")
    ('Sci-Fi', None)
    """
    plain = name.strip().casefold()
    if plain in GENRE_ALIASES:
        return GENRE_ALIASES[plain]
    return next((genre for genre in GENRES if genre.casefold() == plain), None)
