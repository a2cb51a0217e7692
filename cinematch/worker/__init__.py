"""The long-running processes: everything in one, or one role of a cluster each."""

from cinematch.worker.roles import run_role
from cinematch.worker.server import serve

__all__ = ["run_role", "serve"]
