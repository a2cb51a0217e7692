"""The recommender from inside: a search that streams, a training, models that change places."""

import csv
import io
import re
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.support.server import PASSWORD, Server, films_of

PEOPLE, FILMS, EACH = 8, 160, 40
PATIENCE = 120_000.0
"""A training of a few hundred ratings takes seconds; a busy machine may take many."""

LANGUAGES = {"en-GB": "Inside the recommender", "it-IT": "Dentro i consigli"}


@pytest.fixture(scope="module")
def rated(server: Server) -> Server:
    """Give the server an administrator and a few people whose tastes differ by genre."""
    with server.client(server.sign_up()) as client:
        films = [film for film in films_of(client, FILMS) if film["year"]]
        rate(client, films, 0)
    for number in range(1, PEOPLE):
        with server.client(server.sign_up(f"person-{number}")) as client:
            rate(client, films, number)
    return server


def rate(client: httpx.Client, films: list[dict[str, Any]], number: int) -> None:
    """Bring in ratings of one person: half of them love drama, the others do not."""
    chance, out = Random(number), io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("Title", "Year", "Rating", "Watched date"))
    for day, film in enumerate(chance.sample(films, EACH)):
        liked = ("Drama" in film["genres"]) == (number % 2 == 0)
        stars = min(10, max(1, round((8 if liked else 4) + chance.gauss(0, 1)))) / 2
        rows.writerow((film["title"], film["year"], stars, f"2025-{day % 12 + 1:02}-15"))
    answer = client.post("/api/upload-csv", files={"file": ("d.csv", out.getvalue().encode())})
    assert answer.status_code == 200, answer.text


def sign_in(page: Page, username: str = "ada") -> None:
    body = {"username": username, "password": PASSWORD}
    assert page.context.request.post("/api/auth/session", data=body).ok


@pytest.fixture
def inside(page: Page, rated: Server) -> Page:
    """Open the dashboard as its administrator."""
    sign_in(page)
    page.goto("/ml-dashboard")
    expect(page.get_by_role("heading", name="Inside the recommender", level=1)).to_be_visible()
    return page


@pytest.fixture
def api(rated: Server) -> Iterator[httpx.Client]:
    with rated.client(rated.sign_up()) as client:
        yield client


def console(page: Page) -> Locator:
    return page.get_by_role("log", name="Console")


def learn_from_this_house(page: Page) -> None:
    page.get_by_text("Options of the next run").click()
    page.get_by_label("Ratings to learn from").select_option("own")


def wait_until_nothing_runs(page: Page) -> None:
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=PATIENCE)


def test_without_a_model_it_says_so(inside: Page) -> None:
    expect(inside.get_by_text("Inactive", exact=True)).to_be_visible()
    expect(inside.get_by_role("button", name="Evaluate")).to_be_disabled()
    expect(inside.get_by_text("No search has been made yet.")).to_be_visible()
    expect(inside.get_by_text("No model yet.")).to_be_visible()
    expect(console(inside)).to_contain_text("Nothing yet")
    inside.get_by_role("button", name="Generate").click()
    expect(inside.get_by_text("No model is trained: content and popularity")).to_be_visible()


def test_a_search_fills_its_rows_and_goes_on_without_the_page(
    inside: Page, api: httpx.Client
) -> None:
    learn_from_this_house(inside)
    inside.get_by_role("button", name="Optimise K").click()
    table = inside.get_by_role("table", name="Candidates for K-SVD")
    expect(table.get_by_role("row").nth(1)).to_be_visible(timeout=PATIENCE)
    inside.reload()
    expect(table.get_by_role("row").nth(1)).to_be_visible(timeout=PATIENCE)
    expect(inside.get_by_text(re.compile(r"Found: \d+ factors"))).to_be_visible(timeout=PATIENCE)
    wait_until_nothing_runs(inside)
    (job,) = api.get("/api/admin/ml/jobs", params={"kind": "optimise-k"}).json()["items"]
    best = table.locator("tr[data-best]")
    expect(best).to_have_count(1)
    expect(best.get_by_role("rowheader")).to_have_text(str(job["result"]["k_svd"]))
    expect(best).to_contain_text("best")
    groups = inside.get_by_role("table", name="Candidates for K-Cluster")
    expect(groups.locator("tr[data-best]").get_by_role("rowheader")).to_have_text(
        str(job["result"]["k_cluster"])
    )
    inside.get_by_role("button", name="Explained variance", exact=True).click()
    informative = "Informative: nothing is chosen by it"
    expect(inside.get_by_text(informative, exact=True)).to_be_visible()


def test_a_search_is_cancelled_and_keeps_its_rows(inside: Page, api: httpx.Client) -> None:
    """An invented community is large enough for the search to be caught while it runs."""
    inside.get_by_text("Options of the next run").click()
    inside.get_by_label("Ratings to learn from").select_option("synthetic")
    inside.get_by_role("button", name="Optimise K").click()
    bar = inside.get_by_role("progressbar", name="Search for K")
    expect(bar).to_be_visible()
    expect(inside.get_by_role("button", name="Train", exact=True)).to_be_disabled()
    expect(inside.get_by_text(re.compile(r"^\d+\.\d%$")).first).to_be_visible()
    expect(inside.get_by_text("10,000 people × ")).to_be_visible(timeout=PATIENCE)
    inside.get_by_role("button", name="Cancel").click()
    expect(inside.get_by_text("Cancelled. What was tried is kept")).to_be_visible(timeout=PATIENCE)
    expect(console(inside)).to_contain_text("Search for K: cancelled")
    wait_until_nothing_runs(inside)
    assert api.get("/api/admin/ml/jobs").json()["items"][0]["status"] == "cancelled"


def test_a_training_makes_the_champion_that_every_panel_shows(
    inside: Page, api: httpx.Client
) -> None:
    learn_from_this_house(inside)
    inside.get_by_role("button", name="Train", exact=True).click()
    expect(inside.get_by_role("progressbar", name="Training")).to_be_visible()
    expect(inside.get_by_text("Active", exact=True)).to_be_visible(timeout=PATIENCE)
    wait_until_nothing_runs(inside)
    status = api.get("/api/recommendations/status").json()
    version = status["version"]
    expect(console(inside)).to_contain_text("Training: asked for")
    expect(console(inside)).to_contain_text(
        f"Model {version} is trained with K = {status['n_components']}"
    )
    model = inside.get_by_role("listitem").filter(has_text=version).first
    expect(model.get_by_text("champion", exact=True)).to_be_visible()
    model.get_by_text(f"What {version} was made of").click()
    expect(model.get_by_text("This house")).to_be_visible()
    expect(model.get_by_text("stars.factors")).to_be_visible()
    inside.get_by_role("button", name="Generate").click()
    expect(inside.get_by_text(f"By model {version}.")).to_be_visible(timeout=PATIENCE)
    inside.get_by_role("button", name="History").click()
    expect(inside.get_by_text(f"{EACH} ratings, the latest first.")).to_be_visible()


def test_a_second_training_at_once_is_refused_in_words(inside: Page) -> None:
    inside.get_by_role("button", name="Train", exact=True).click()
    expect(inside.get_by_role("alert")).to_have_text(re.compile(r"Again in \d+ seconds?\."))


def test_models_change_places_after_a_word_and_are_taken_back(
    page: Page, rated: Server, api: httpx.Client
) -> None:
    first = api.get("/api/recommendations/status").json()["version"]
    assert first, "the training comes before"
    another_administrator_trains(rated, api)
    sign_in(page)
    page.goto("/ml-dashboard")
    wait_until_nothing_runs(page)
    expect(page.get_by_role("table", name="Side by side, on ratings kept back")).to_be_visible(
        timeout=PATIENCE
    )
    models = api.get("/api/admin/ml/models").json()["items"]
    other = next(model["version"] for model in models if model["version"] != first)
    if next(model["version"] for model in models if model["status"] == "champion") == first:
        page.get_by_role("button", name=f"Promote {other}").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("everybody’s suggestions come from")
        dialog.get_by_role("button", name="Promote", exact=True).click()
        expect(console(page)).to_contain_text(f"{other} serves now")
    page.get_by_role("button", name="Roll back").click()
    page.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    expect(console(page)).to_contain_text(f"{first} serves now")
    assert api.get("/api/recommendations/status").json()["version"] == first
    page.get_by_role("button", name=f"Promote {other}").click()
    page.get_by_role("dialog").get_by_role("button", name="Promote", exact=True).click()
    expect(console(page)).to_contain_text(f"{other} serves now")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name=f"Promote {other}")).to_be_visible()
    assert api.get("/api/recommendations/status").json()["version"] == first


def another_administrator_trains(rated: Server, api: httpx.Client) -> None:
    """One training a minute and account: the second is asked for by somebody else."""
    users = api.get("/api/admin/users").json()["items"]
    (other,) = (user["user_id"] for user in users if user["username"] == "person-2")
    made = api.patch(f"/api/admin/users/{other}", json={"role": "administrator"})
    assert made.status_code == 200, made.text
    with rated.client(rated.sign_up("person-2")) as client:
        options = {"source": "own", "seed": 7}
        asked = client.post("/api/admin/ml/jobs", json={"kind": "train", "options": options})
        assert asked.status_code == 202, asked.text


def test_the_map_opens_a_film_by_keys(inside: Page) -> None:
    drawing = inside.get_by_role("application")
    expect(drawing).to_be_visible(timeout=PATIENCE)
    drawing.focus()
    inside.keyboard.press("ArrowRight")
    expect(drawing.locator("p")).to_contain_text("seen by")
    inside.keyboard.press("+")
    inside.keyboard.press("Enter")
    expect(inside).to_have_url(re.compile("/films/"))
    expect(inside.get_by_role("slider", name="Your rating")).to_be_visible()


def test_the_console_tells_and_is_emptied(inside: Page) -> None:
    inside.get_by_role("checkbox", name=re.compile("Auto-refresh")).check()
    with inside.expect_response("**/api/recommendations/status"):
        pass
    expect(console(inside)).to_contain_text(re.compile(r"\[\d\d:\d\d:\d\d\]\s*INFO\s*Auto-refresh"))
    inside.get_by_role("button", name="Clear log").click()
    expect(console(inside)).to_contain_text("Nothing yet")


def test_it_is_found_from_the_administration_and_for_administrators_alone(
    page: Page, rated: Server
) -> None:
    sign_in(page)
    page.goto("/administration")
    page.get_by_role("link", name="See inside").click()
    expect(page).to_have_url(re.compile("/ml-dashboard"))
    page.context.clear_cookies()
    sign_in(page, "person-1")
    page.goto("/ml-dashboard")
    expect(page.get_by_text("Only administrators look inside")).to_be_visible()


@pytest.mark.parametrize(
    ("theme", "locale", "width"), [("light", "en-GB", 1440), ("dark", "it-IT", 390)]
)
def test_it_is_clean_wide_and_narrow(
    browser: Browser, rated: Server, theme: Any, locale: str, width: int
) -> None:
    context: BrowserContext = browser.new_context(
        base_url=rated.url,
        locale=locale,
        color_scheme=theme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    sign_in(page)
    page.goto("/ml-dashboard")
    expect(page.get_by_role("heading", name=LANGUAGES[locale], level=1)).to_be_visible()
    expect(page.get_by_role("application")).to_be_visible(timeout=PATIENCE)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    found = Axe().run(page).response["violations"]
    context.close()
    assert wide <= 0
    assert [(one["id"], [node["html"][:150] for node in one["nodes"][:3]]) for one in found] == []
