"""Pictures of every page, wide and narrow, light and dark, English and Italian: `make screenshots`.

They go to the ignored folder `screenshots/`; the best ones are kept beside this file. The diary in
them is made up, always the same, of films of the starter catalogue.
"""

import csv
import io
import sys
import tempfile
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Literal, NamedTuple

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.bootstrap import ROOT
from tests.support.chromium import FLAGS, find_chromium
from tests.support.server import PASSWORD, Server, films_of

FOLDER = ROOT / "screenshots"
WIDTHS = {"desktop": 1440, "phone": 390}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOCALES = {"en": "en-GB", "it": "it-IT"}
USERNAME = "ada"
DAYS = 4 * 365
PEOPLE, SEEN = 24, 110
PAGES = {
    "home": "/",
    "films": "/films",
    "film": "FILM",
    "new-film": "/films/new",
    "diary": "/diary",
    "library": "/library",
    "watchlist": "/watchlist",
    "lists": "/lists",
    "for-you": "/for-you",
    "together": "TOGETHER",
    "statistics": "/stats",
    "ranking": "/stats/ranking/director",
    "year": "YEAR",
    "everybody": "/trends",
    "import": "/import",
    "export": "/export",
    "settings": "/settings",
    "administration": "/administration",
    "ml-dashboard": "/ml-dashboard",
    "news": "NEWS",
}


class View(NamedTuple):
    """How a page is seen."""

    device: str
    theme: Literal["light", "dark"]
    language: str


def main() -> None:
    """Take them all, or those whose names are given."""
    chosen = {name: PAGES[name] for name in sys.argv[1:] or PAGES}
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        Server(Path(data) / "data") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=find_chromium() or sys.exit("There is no Chromium here."),
            args=list(FLAGS),
        )
        views = [View(*sides) for sides in product(WIDTHS, THEMES, LOCALES)]
        for view in views:
            outside(browser, server.url, view, "welcome", "/welcome")
        film = fill(server)
        for view in views:
            outside(browser, server.url, view, "sign-in", "/sign-in")
            walk(browser, server.url, view, chosen, film)
        browser.close()
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.name}/\n")


def fill(server: Server) -> str:
    """Make the first account and its diary; return the id of a film that it has."""
    with server.client(server.sign_up(USERNAME)) as client:
        films = [film for film in films_of(client, 1320) if film["year"]]
        Random(7).shuffle(films)
        answer = client.post("/api/upload-csv", files={"file": ("diary.csv", diary(films[:420]))})
        answer.raise_for_status()
        for film in films[420:445]:
            client.patch(f"/api/library/{film['film_id']}", json={"watchlist": True})
        made = client.post("/api/lists", json={"name": "Trains and stations"}).json()
        items = {"film_ids": [film["film_id"] for film in films[:9]]}
        client.put(f"/api/lists/{made['list_id']}/items", json=items)
        befriend(server, "grace", films[200:420])
        befriend(server, "linus", films[380:600])
        crowd(server, films)
        learn(client)
        best = client.get("/api/library", params={"sort": "-rating", "limit": 1}).json()
        return str(best["items"][0]["film"]["film_id"])


def befriend(server: Server, username: str, films: list[dict[str, object]]) -> None:
    """Make somebody who lets others choose a film with them."""
    with server.client(server.sign_up(username)) as client:
        answer = client.post("/api/upload-csv", files={"file": ("diary.csv", diary(films))})
        answer.raise_for_status()
        path = "/api/recommendations/preferences"
        client.put(path, json=client.get(path).json() | {"together": True}).raise_for_status()


def crowd(server: Server, films: list[dict[str, object]]) -> None:
    """Make people who love two genres each, so that there is something to learn."""
    chance = Random(13)
    for number in range(PEOPLE):
        loved = set(chance.sample(("Drama", "Comedy", "Crime", "Sci-Fi", "Horror", "Romance"), 2))
        known = sorted(films, key=lambda film: -len(loved & genres(film)) - 2 * chance.random())
        with server.client(server.sign_up(f"person-{number}")) as client:
            file = diary(known[:SEEN], loved, seed=number)
            client.post("/api/upload-csv", files={"file": ("diary.csv", file)}).raise_for_status()


def genres(film: dict[str, object]) -> set[str]:
    """Return a film's genres."""
    named = film["genres"]
    return set(named) if isinstance(named, list) else set()


def learn(client: httpx.Client) -> None:
    """Search for K and train, as an operator would."""
    for kind, options in (("optimise-k", {"source": "own"}), ("train", {"source": "own"})):
        asked = client.post("/api/admin/ml/jobs", json={"kind": kind, "options": options})
        asked.raise_for_status()
        path = f"/api/admin/ml/jobs/{asked.json()['job_id']}"
        deadline = monotonic() + 300
        while (job := client.get(path).json())["status"] in {"waiting", "running"}:
            if monotonic() > deadline:
                sys.exit(f"{kind} does not end: {job}")
            sleep(0.5)
        if job["status"] != "done":
            sys.exit(f"{kind}: {job['error']}")
    # A new model is looked for every two seconds, and loaded aside while lists are asked for.
    while client.get("/api/recommendations").json()["model"]["fallback"]:
        sleep(0.5)


def diary(films: list[dict[str, object]], loved: Collection[str] = (), *, seed: int = 11) -> bytes:
    """Write a diary of the last years as a plain CSV: more in winter, kinder to old films."""
    chance, out = Random(seed), io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("Title", "Year", "Rating", "Watched date"))
    for film in films:
        day = today() - timedelta(days=int(DAYS * chance.random() ** 1.4))
        while day.month in {6, 7, 8} and chance.random() < 0.6:
            day = today() - timedelta(days=int(DAYS * chance.random()))
        liking = 6.2 + (1.2 if int(str(film["year"])) < 1970 else 0) + chance.gauss(0, 1.8)
        liking += 0.9 * len(genres(film) & set(loved))
        rows.writerow((film["title"], film["year"], min(10, max(1, round(liking))) / 2, day))
    return out.getvalue().encode()


def outside(browser: Browser, address: str, view: View, name: str, path: str) -> None:
    """Take a page that needs no account."""
    page = new_page(browser, address, view)
    page.goto(path)
    take(page, name, view)
    page.context.close()


def walk(browser: Browser, address: str, view: View, pages: dict[str, str], film: str) -> None:
    """Take pages, signed in."""
    page = new_page(browser, address, view)
    body = {"username": USERNAME, "password": PASSWORD}
    page.context.request.post("/api/auth/session", data=body)
    special = {"FILM": f"/films/{film}", "YEAR": f"/stats/year/{today().year - 1}", "NEWS": "/"}
    special["TOGETHER"] = "/together"
    for name, path in pages.items():
        page.goto(special.get(path, path))
        if path == "NEWS":
            page.locator("button:has(svg.lucide-bell)").click()
            page.get_by_role("dialog").wait_for()
        if path == "TOGETHER":
            for name_of in ("grace", "linus"):
                page.get_by_role("button", name=name_of).click()
            page.get_by_role("table").first.wait_for()
        take(page, name, view)
    page.context.close()


def new_page(browser: Browser, address: str, view: View) -> Page:
    """Open a page that is seen so."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": WIDTHS[view.device], "height": 900},
        locale=LOCALES[view.language],
        color_scheme=view.theme,
        reduced_motion="reduce",
        service_workers="block",
    )
    return context.new_page()


def take(page: Page, name: str, view: View) -> None:
    """Save what is to be seen, once it has come to rest."""
    page.wait_for_selector("h1", state="attached")
    page.wait_for_timeout(700)
    page.wait_for_function("() => !document.querySelector('main [class*=bone]')")
    page.screenshot(path=FOLDER / f"{name}-{view.device}-{view.theme}-{view.language}.png")


def today() -> date:
    """The day of the pictures."""
    return datetime.now(UTC).date()


if __name__ == "__main__":
    main()
