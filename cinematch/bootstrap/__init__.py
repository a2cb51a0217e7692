"""Everything is built here, once, and handed to the doors. Nothing happens at import time."""

from cinematch.bootstrap.house import back_on_one_machine, build
from cinematch.bootstrap.services import Role, Services

__all__ = ["Role", "Services", "back_on_one_machine", "build"]
