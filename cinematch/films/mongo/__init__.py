"""The catalogue in MongoDB. Each film's document holds what is derived from it for finding, too."""

from cinematch.films.mongo.collections import COLLECTIONS
from cinematch.films.mongo.feed import MongoFilmFeed
from cinematch.films.mongo.films import MongoFilms

__all__ = ["COLLECTIONS", "MongoFilmFeed", "MongoFilms"]
