"""A small whole file of each format that imports read."""

import json

from tests.support.transfer import zipped

LETTERBOXD_DIARY = (
    "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
    '2024-05-18,"Yi Yi, A One",2000,https://boxd.it/a,4.5,,"with R., cinema",2024-05-17\n'
    "2024-06-18,Metropolis,1927,https://boxd.it/b,,Yes,,2024-06-17\n"
)
LETTERBOXD_REVIEWS = (
    "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date\n"
    '2024-05-18,"Yi Yi, A One",2000,https://boxd.it/a,4.5,,"Two\nlines <i>of</i> ""it"" 🎬",,'
    "2024-05-17\n"
)
LETTERBOXD_LIST = (
    "Letterboxd list export v7\nDate,Name,Tags,URL,Description\n"
    '2023-01-01,Winter,,https://boxd.it/l,"for long\nnights"\n\n'
    "Position,Name,Year,URL,Description\n1,Metropolis,1927,https://boxd.it/m,first\n"
)
_PLAIN = "Date,Name,Year,Letterboxd URI\n2024-05-18,Metropolis,1927,https://boxd.it/m\n"
LETTERBOXD_ZIP = zipped(
    {
        "diary.csv": LETTERBOXD_DIARY,
        "reviews.csv": LETTERBOXD_REVIEWS,
        "ratings.csv": "Date,Name,Year,Letterboxd URI,Rating\n2024-05-18,Metropolis,1927,u,5\n",
        "watched.csv": _PLAIN,
        "watchlist.csv": _PLAIN.replace("Metropolis,1927", "Solaris,1972"),
        "likes/films.csv": _PLAIN,
        "lists/winter.csv": LETTERBOXD_LIST,
        "deleted/diary.csv": LETTERBOXD_DIARY.replace("Metropolis", "Gone"),
    }
)
IMDB_RATINGS = (
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),"
    "Year,Genres,Num Votes,Release Date,Directors\n"
    "tt0017136,9,2024-01-05,Metropolis,Metropolis,https://www.imdb.com/title/tt0017136,Movie,8.3,"
    '153,1927,"Drama, Sci-Fi",188000,1927-02-06,Fritz Lang\n'
    "tt0903747,10,2024-01-06,Breaking Bad,Breaking Bad,https://www.imdb.com/title/tt0903747,"
    'TV Series,9.5,45,2008,"Crime, Drama",2000000,2008-01-20,\n'
    "tt0000001,3,2024-01-07,Carmencita,Carmencita,u,Short,5.7,1,1894,Short,2000,1894-03-10,\n"
)
IMDB_OLD_RATINGS = (
    "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,"
    "Num Votes,Release Date,Directors\n"
    "tt0017136,9,2014-01-05,Metropolis,u,movie,8.3,153,1927,Drama,188000,1927-02-06,Fritz Lang\n"
    "tt0903747,10,2014-01-06,Breaking Bad,u,tvSeries,9.5,45,2008,Crime,2000000,2008-01-20,\n"
)
IMDB_WATCHLIST = (
    "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,"
    "Runtime (mins),Year,Genres,Num Votes,Release Date,Directors,Your Rating,Date Rated\n"
    "1,tt0069293,2024-02-01,2024-02-01,,Solaris,Solyaris,u,Movie,7.9,167,1972,Drama,99000,"
    "1972-05-13,Andrei Tarkovsky,,\n"
    "2,tt0017136,2024-02-02,2024-02-02,,Metropolis,Metropolis,u,Movie,8.3,153,1927,Drama,188000,"
    "1927-02-06,Fritz Lang,8,2024-03-01\n"
)


def trakt_movie(title: str, year: int, trakt: int, **ids: object) -> dict[str, object]:
    """Return a film as Trakt names it."""
    slug = title.lower().replace(" ", "-")
    return {"title": title, "year": year, "ids": {"trakt": trakt, "slug": slug, **ids}}


METROPOLIS = trakt_movie("Metropolis", 1927, 11, imdb="tt0017136", tmdb=19)
SOLARIS = trakt_movie("Solaris", 1972, 12, imdb="tt0069293", tmdb=593)
TRAKT_HISTORY = [
    {
        "id": 101,
        "watched_at": "2025-06-24T21:30:00.000Z",
        "action": "watch",
        "type": "movie",
        "movie": METROPOLIS,
    },
    {"id": 102, "watched_at": "1970-01-01T00:00:01.000Z", "action": "scrobble", "movie": SOLARIS},
    {
        "id": 103,
        "watched_at": "2025-06-25T21:30:00.000Z",
        "type": "episode",
        "episode": {},
        "show": {"title": "A Show"},
    },
]
TRAKT_RATINGS = [
    {"rated_at": "2025-06-25T08:00:00.000Z", "rating": 9, "type": "movie", "movie": METROPOLIS}
]
TRAKT_ZIP = zipped(
    {
        "user-profile.json": json.dumps({"username": "someone"}),
        "watched-history-1.json": json.dumps(TRAKT_HISTORY),
        "ratings-movies.json": json.dumps(TRAKT_RATINGS),
        "lists-watchlist.json": json.dumps([{"listed_at": "2025-01-01", "movie": SOLARIS}]),
        "lists-favorites.json": json.dumps([{"listed_at": "2025-01-01", "movie": METROPOLIS}]),
        "lists-lists.json": json.dumps([{"name": "Best", "ids": {"trakt": 7, "slug": "best"}}]),
        "lists-list-7-best.json": json.dumps([{"rank": 1, "notes": "!", "movie": SOLARIS}]),
        "comments-movies.json": "[]",
    }
)
MOVIELENS_RATINGS = "userId,movieId,rating,timestamp\n5,2010,4.5,964982703\n5,3,0.5,964982704\n"
MOVIELENS_ZIP = zipped(
    {
        "ml/ratings.csv": MOVIELENS_RATINGS,
        "ml/movies.csv": "movieId,title,genres\n2010,Metropolis (1927),Sci-Fi\n"
        '3,"Matrix, The (1999)",A\n',
        "ml/links.csv": "movieId,imdbId,tmdbId\n2010,0017136,19\n3,0133093,603\n",
        "ml/tags.csv": "userId,movieId,tag,timestamp\n5,2010,silent,964982703\n6,3,other,1\n",
    }
)
MOVIELENS_SITE = (
    "movie_id,imdb_id,tmdb_id,rating,average_rating,title\n"
    "2010,0017136,19,4.5,4.0,Metropolis (1927)\n"
)
OWN = json.dumps(
    {
        "format": "cinematch",
        "version": 1,
        "exported_at": "2026-01-01T00:00:00.000000Z",
        "username": "u",
        "settings": {"theme": "dark"},
        "entries": [
            {
                "film": {"film_id": "abc", "title": "Metropolis", "year": 1927},
                "rating": 4.5,
                "liked": True,
                "tags": ["silent"],
                "review": "Still the one.",
                "watches": [{"watch_id": "w1", "date": "2024-05"}, {"watch_id": "w2"}],
                "added_at": "2024-05-18T00:00:00.000000Z",
            }
        ],
        "lists": [{"list": 1, "name": "Winter", "description": ""}],
        "list_items": [
            {"list": 1, "film": {"film_id": "abc", "title": "Metropolis", "year": 1927}}
        ],
    }
)
PLAIN_ITALIAN = "Titolo;Anno;Voto;Data visione\nMetropolis;1927;9,5;17/05/2024\nSolaris;1972;;\n"
DESCRIBED = "name,year,rating,date\nMetropolis,1927,4,2024-05-17\nSolaris,1972,5,2024-05-18\n"

_SAMPLES: dict[str, bytes | str] = {
    "letterboxd zip": LETTERBOXD_ZIP,
    "letterboxd diary": LETTERBOXD_DIARY,
    "letterboxd reviews": LETTERBOXD_REVIEWS,
    "letterboxd list": LETTERBOXD_LIST,
    "imdb ratings": IMDB_RATINGS,
    "imdb old ratings": IMDB_OLD_RATINGS,
    "imdb watchlist": IMDB_WATCHLIST,
    "trakt zip": TRAKT_ZIP,
    "trakt history": json.dumps(TRAKT_HISTORY),
    "movielens zip": MOVIELENS_ZIP,
    "movielens site": MOVIELENS_SITE,
    "cinematch": OWN,
    "plain italian": PLAIN_ITALIAN,
    "described": DESCRIBED,
}
SAMPLES = {
    name: content if isinstance(content, bytes) else content.encode()
    for name, content in _SAMPLES.items()
}
