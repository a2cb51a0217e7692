"""What both stores promise of `films.ports.FilmFeed`: no changed film goes by without a note."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from cinematch.accounts.core import User
from cinematch.films.core.film import Film
from cinematch.films.ports import Changes, FilmFeed, FilmsRepository
from cinematch.infra.ports import Store, Tx
from tests.support.builders import film
from tests.support.house import build_house
from tests.support.mongo import MongoServer
