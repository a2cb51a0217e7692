"""Build hook: a wheel carries the built page as cinematch/web_dist.

Nothing is copied in the checkout, where an old copy would hide a newer page.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        page = Path(self.root) / "web" / "dist"
        if (page / "index.html").is_file():
            build_data["force_include"][str(page)] = "cinematch/web_dist"
        else:
            self.app.display_warning("No web/dist: this wheel serves the API without its page.")
