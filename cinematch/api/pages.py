"""The page: built files served as they are, and its entry for every address that is the page's."""

from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

import cinematch

ENTRY = "index.html"
_API = ("/api", "/live", "/ready", "/health", "/user-stats", "/trends/global")
_NO_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>CineMatch</title>"
    "<h1>CineMatch</h1><p>The server runs; its page was not built. <code>make run</code> builds it."
    "<p>The API is described at <a href=/api/openapi.json>/api/openapi.json</a>."
)


def page_folder() -> Path:
    """Return where the built page is: inside the package of a release, `web/dist` in a checkout."""
    package = Path(cinematch.__file__).parent
    released = package / "web_dist"
    return released if released.is_dir() else package.parent / "web" / "dist"


class Pages:
    """Serves the page in front of the API: its files, and its entry to a browser that navigates.

    The described paths `/login` and `/movies` are the API's for POST and the page's for a browser.
    """

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self.app = app
        self.folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._answer(scope) if scope["type"] == "http" else None
        await (answer or self.app)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        path: str = scope["path"]
        if scope["method"] not in {"GET", "HEAD"} or _is_api(path):
            return None
        file = self._file(path)
        if file is not None:
            return FileResponse(file, headers={"Cache-Control": _freshness(path)})
        if path == "/" or "text/html" in Headers(scope=scope).get("accept", ""):
            return self._entry()
        return None

    def _file(self, path: str) -> Path | None:
        name = path.lstrip("/")
        if not name or "\x00" in name or ".." in name.split("/"):
            return None
        try:
            file = (self.folder / name).resolve()
            inside = file.is_relative_to(self.folder.resolve()) and file.is_file()
        except OSError:  # a name too long for the file system
            return None
        return file if inside else None

    def _entry(self) -> Response:
        entry = self.folder / ENTRY
        if not entry.is_file():
            return HTMLResponse(_NO_PAGE, headers={"Cache-Control": "no-store"})
        return FileResponse(entry, headers={"Cache-Control": "no-cache"})


def _is_api(path: str) -> bool:
    return any(path == start or path.startswith(start + "/") for start in _API)


def _freshness(path: str) -> str:
    """Files under /assets carry a fingerprint in their name, so that they never change."""
    return "public, max-age=31536000, immutable" if path.startswith("/assets/") else "no-cache"
