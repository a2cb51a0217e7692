"""Everything is built here, once, and handed to the doors. Nothing happens at import time."""

from cinematch.bootstrap.house import build
from cinematch.bootstrap.services import Role, Services

__all__ = ["Role", "Services", "build"]
