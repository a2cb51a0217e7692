"""Each page, wide and narrow, in both languages and themes: no fault, violation or overflow."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.test_first_hour import history
from tests.support.server import PASSWORD, Server

PAGES = (
    "/",
    "/films",
    "/films/new",
    "/diary",
    "/library",
    "/watchlist",
    "/lists",
    "/stats",
    "/stats/year/2019",
    "/stats/ranking/director",
    "/trends",
    "/import",
    "/export",
    "/settings",
    "/administration",
    "/for-you",
    "/together",
    "/ml-dashboard",
    "FILM",
    "IMPORT",
    "NOWHERE",
)
ANONYMOUS = ("/sign-in", "/register")
ADA = {"username": "ada", "password": PASSWORD}


@pytest.fixture(scope="module")
def filled(server: Server) -> tuple[str, str]:
    """Bring a history in; return the ids of a film of it and of the import."""
    with server.client(server.sign_up()) as client:
        files = {"file": ("letterboxd.zip", history(120))}
        answer = client.post("/api/upload-csv", files=files)
        assert answer.status_code == 200, answer.text
        film = client.get("/api/library", params={"sort": "-watched"}).json()["items"][0]
        return film["film"]["film_id"], answer.json()["id"]


@pytest.fixture(params=[("light", "en-GB", 1440), ("dark", "it-IT", 390)], ids=["wide", "phone"])
def context(
    request: pytest.FixtureRequest, browser: Browser, server: Server, filled: tuple[str, str]
) -> Iterator[BrowserContext]:
    theme, locale, width = request.param
    made = browser.new_context(
        base_url=server.url,
        locale=locale,
        color_scheme=theme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    yield made
    made.close()


def address(path: str, filled: tuple[str, str]) -> str:
    special = {
        "FILM": f"/films/{filled[0]}",
        "IMPORT": f"/import/{filled[1]}",
        "NOWHERE": "/no/such/page",
    }
    return special.get(path, path)


def faults_of(page: Page, where: str) -> list[str]:
    """Return what is wrong with the page as it stands."""
    page.wait_for_selector("main h1", state="attached")
    page.wait_for_timeout(300)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    found = [f"{where}: {wide} pixels too wide"] if wide > 0 else []
    report = Axe().run(page)
    for violation in report.response["violations"]:
        nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
        found.append(f"{where}: {violation['id']}: {violation['help']}: {nodes}")
    return found


def test_every_page_is_clean(
    context: BrowserContext, server: Server, filled: tuple[str, str]
) -> None:
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    for path in ANONYMOUS:
        page.goto(path)
        faults += faults_of(page, path)
    assert context.request.post("/api/auth/session", data=ADA).ok
    for path in PAGES:
        page.goto(address(path, filled))
        faults += faults_of(page, path)
    assert faults == []


def test_the_inbox_and_the_ways_outside_are_clean(
    context: BrowserContext, server: Server, filled: tuple[str, str]
) -> None:
    with server.client(server.sign_up()) as client:
        url = "https://example.com/a/long/way/to/a/program"
        made = {"url": url, "kinds": ["film.added"]}
        channel = client.post("/api/webhooks", json=made).json()["webhook_id"]
        client.patch(f"/api/webhooks/{channel}", json={"enabled": False})
        assert context.request.post("/api/auth/session", data=ADA).ok
        page = context.new_page()
        page.goto("/settings")
        page.get_by_text(url).wait_for()
        faults = faults_of(page, "/settings with a webhook")
        page.locator("button:has(svg.lucide-bell)").click()
        page.get_by_role("dialog").get_by_text("letterboxd.zip").wait_for()
        faults += faults_of(page, "the inbox")
        client.delete(f"/api/webhooks/{channel}")
    assert faults == []


@pytest.mark.parametrize("width", [320, 2560])
def test_nothing_overflows_on_the_narrowest_and_the_widest_screen(
    browser: Browser, server: Server, filled: tuple[str, str], width: int
) -> None:
    context = browser.new_context(
        base_url=server.url, viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    assert context.request.post("/api/auth/session", data=ADA).ok
    page, wide = context.new_page(), []
    for path in PAGES:
        page.goto(address(path, filled))
        page.wait_for_selector("main h1", state="attached")
        page.wait_for_timeout(200)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(path)
    context.close()
    assert wide == []


def test_the_keyboard_alone_finds_a_film_and_logs_it(
    browser: Browser, server: Server, filled: tuple[str, str]
) -> None:
    context = browser.new_context(base_url=server.url, locale="en-GB", reduced_motion="reduce")
    assert context.request.post("/api/auth/session", data=ADA).ok
    page = context.new_page()
    page.goto("/")
    page.wait_for_selector("main h1", state="attached")
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    page.keyboard.type("wild strawberries")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Write it in the diary").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url(re.compile("/diary"))
    context.close()
