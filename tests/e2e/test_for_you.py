"""For you: from ten ratings to a list that explains itself, by hand and by keys."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.test_every_page import faults_of
from tests.support.server import PASSWORD, Server, films_of

PATIENCE = 20_000.0


@pytest.fixture(scope="module")
def ada(server: Server) -> str:
    """An account that has rated eighty films; the loved ones are old."""
    with server.client(server.sign_up("ada")) as client:
        films = [film for film in films_of(client, 1320) if film["year"]]
        for film in films[::16][:80]:
            rate(client, str(film["film_id"]), 5.0 if film["year"] < 1970 else 2.0)
    return "ada"


def rate(client: httpx.Client, film: str, stars: float) -> None:
    client.patch(f"/api/library/{film}", json={"rating": stars}).raise_for_status()


def inside(browser: Browser, server: Server, username: str, width: int = 1440) -> BrowserContext:
    """A browser that is signed in."""
    context = browser.new_context(
        base_url=server.url,
        locale="en-GB",
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    body = {"username": username, "password": PASSWORD}
    assert context.request.post("/api/auth/session", data=body).ok
    return context


def titles(page: Page) -> list[str]:
    return page.locator("main ol h3").all_inner_texts()


def cents(shown: str) -> int:
    return round(float(shown.replace("\N{MINUS SIGN}", "-").replace("+", "")) * 100)


def first_account(page: Page) -> Locator:
    """The account beside the list, once it is there."""
    panel = page.get_by_role("region", name="The account of a film")
    expect(panel.get_by_role("button", name="Table").first).to_be_visible(timeout=PATIENCE)
    return panel


def test_the_list_explains_itself_line_by_line(browser: Browser, server: Server, ada: str) -> None:
    context = inside(browser, server, ada)
    page = context.new_page()
    page.goto("/")
    page.wait_for_selector("main h1", state="attached")
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="For you", level=1)).to_be_visible()
    expect(page.locator("main ol h3")).to_have_count(10, timeout=PATIENCE)
    panel = first_account(page)
    panel.get_by_role("button", name="Table").first.click()
    cells = panel.locator("td:last-child").all_inner_texts()
    assert len(cells) > 2
    assert sum(map(cents, cells[:-1])) == cents(cells[-1])
    context.close()


def test_other_stars_are_computed_and_change_nothing(
    browser: Browser, server: Server, ada: str
) -> None:
    context = inside(browser, server, ada)
    page = context.new_page()
    page.goto("/for-you")
    panel = first_account(page)
    before = titles(page)
    stars = panel.get_by_role("slider", name=re.compile("^Other stars for"))
    stars.focus()
    other = "1" if stars.get_attribute("aria-valuenow") != "1" else "5"
    page.keyboard.press(other)
    page.keyboard.press("Enter")
    expect(panel.get_by_text(re.compile("^Had you given"))).to_be_visible(timeout=PATIENCE)
    page.reload()
    first_account(page)
    assert titles(page) == before
    context.close()


def test_a_film_left_out_of_my_taste_leaves_the_account_and_comes_back(
    browser: Browser, server: Server, ada: str
) -> None:
    context = inside(browser, server, ada)
    page = context.new_page()
    page.goto("/for-you")
    mute = first_account(page).get_by_role("button", name=re.compile("out of my taste$")).first
    name = str(mute.get_attribute("aria-label"))
    mute.click()
    expect(page.get_by_role("button", name=name)).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_role("heading", name="Set aside")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name=re.compile("^Let it count")).click()
    expect(page.get_by_role("heading", name="Set aside")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_role("button", name=name).first).to_be_visible(timeout=PATIENCE)
    context.close()


def test_not_interested_and_stars_act_at_once(browser: Browser, server: Server, ada: str) -> None:
    context = inside(browser, server, ada)
    page = context.new_page()
    page.goto("/for-you")
    expect(page.locator("main ol h3")).to_have_count(10, timeout=PATIENCE)
    first, second = titles(page)[:2]
    page.get_by_role("button", name=f"Not interested in {first}").click()
    expect(page.locator("main ol h3", has_text=first)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main ol h3").first).to_have_text(first, timeout=PATIENCE)
    page.get_by_role("slider", name=f"Your rating of {second}").focus()
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(page.locator("main ol h3", has_text=second)).to_have_count(0, timeout=PATIENCE)
    expect(page.locator("main ol h3")).to_have_count(10)
    context.close()


def test_a_turned_knob_is_kept(browser: Browser, server: Server, ada: str) -> None:
    context = inside(browser, server, ada)
    page = context.new_page()
    page.goto("/for-you")
    expect(page.locator("main ol h3")).to_have_count(10, timeout=PATIENCE)
    page.get_by_role("slider", name="Age").focus()
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.keyboard.press("End")
    page.reload()
    expect(page.get_by_role("slider", name="Age")).to_have_attribute("aria-valuenow", "1")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_role("button", name="Reset the knobs").click()
    assert context.request.get("/api/recommendations/preferences").json()["recency"] == 0
    context.close()


def test_any_film_says_why_it_is_not_there(browser: Browser, server: Server, ada: str) -> None:
    context = inside(browser, server, ada)
    page = context.new_page()
    seen = context.request.get("/api/library?seen=yes&limit=1").json()["items"][0]["film"]
    page.goto(f"/films/{seen['film_id']}")
    page.get_by_role("link", name="How does it score for me?").click()
    expect(page.get_by_text("You have seen it.")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Why is a film not here?").click()
    page.keyboard.type("seven samurai")
    page.get_by_role("option").first.click()
    panel = page.get_by_role("region", name="The account of a film")
    expect(panel.get_by_role("heading", level=2)).to_have_text(re.compile("Samurai"))
    context.close()


def test_a_film_that_may_come_says_where_it_stands_and_what_it_lacks(
    browser: Browser, server: Server, ada: str
) -> None:
    context = inside(browser, server, ada)
    read = context.request.get

    def ids(n: int) -> list[str]:
        found = read(f"/api/recommendations?n={n}").json()["items"]
        return [item["film_id"] for item in found]

    def before_variety(why: Any) -> float:
        off = [term["value"] for term in why["item"]["terms"] if term["kind"] == "variety"]
        return float(why["item"]["score"] - sum(off))

    listed = ids(10)
    others = (read(f"/api/recommendations/films/{film}").json() for film in ids(60))
    # Such a film would be in the list, were it not for those that are like it.
    kept_out = next(
        why for why in others if not why["listed"] and before_variety(why) > why["needed"]
    )
    page = context.new_page()
    page.goto(f"/for-you?film={kept_out['item']['film_id']}")
    panel = page.get_by_role("region", name="The account of a film")
    expect(panel.get_by_text(re.compile("points(;|, as many as) the tenth film"))).to_be_visible(
        timeout=PATIENCE
    )
    page.goto(f"/for-you?film={listed[9]}")
    expect(panel.get_by_text(re.compile("^10th of the"))).to_be_visible(timeout=PATIENCE)
    context.close()


def test_ten_ratings_make_a_first_list(browser: Browser, server: Server, ada: str) -> None:
    server.sign_up("newcomer")
    context = inside(browser, server, "newcomer", 390)
    page = context.new_page()
    page.goto("/for-you")
    expect(page.get_by_text("0 of 10")).to_be_visible(timeout=PATIENCE)
    assert faults_of(page, "the films to begin with") == []
    unknown = page.get_by_role("slider", name=re.compile("^Your rating of")).first
    film = str(unknown.get_attribute("aria-label")).removeprefix("Your rating of ")
    passed = page.get_by_role("button", name=re.compile(f"^Don’t know it.*{re.escape(film)}$"))
    passed.click()
    expect(passed).to_have_count(0, timeout=PATIENCE)
    for count in range(1, 11):
        page.get_by_role("slider", name=re.compile("^Your rating of")).first.focus()
        page.keyboard.press("5" if count % 2 else "2")
        page.keyboard.press("Enter")
        said = f"{count} of 10" if count < 10 else "10 films"
        expect(page.get_by_text(re.compile(f"^{said}"))).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Enough").click()
    expect(page.get_by_role("heading", name="The films", exact=True)).to_be_focused()
    expect(page.get_by_role("heading", name="Which of these do you know?")).to_have_count(0)
    expect(page.locator("main ol").get_by_text(re.compile("^Because")).first).to_be_visible()
    context.close()


def test_several_agree_on_a_film(browser: Browser, server: Server, ada: str) -> None:
    with server.client(server.sign_up("grace")) as client:
        for film in films_of(client, 60)[:20]:
            rate(client, str(film["film_id"]), 4.0)
    grace = inside(browser, server, "grace")
    page = grace.new_page()
    page.goto("/together")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_label("Others here may choose with me").check()
    grace.close()
    context = inside(browser, server, ada)
    page = context.new_page()
    page.goto("/together")
    page.get_by_role("button", name="grace").click()
    seats = page.get_by_role("table").first
    expect(seats.get_by_role("row")).to_have_count(3, timeout=PATIENCE)
    assert faults_of(page, "films for two") == []
    page.get_by_role("radio", name=re.compile("^Take turns")).check()
    expect(page.get_by_text(re.compile("(Your|grace’s) turn")).first).to_be_visible()
    context.close()


@pytest.mark.parametrize(
    ("theme", "locale", "width"),
    [("light", "en-GB", 1440), ("dark", "it-IT", 390), ("light", "it-IT", 320)],
)
def test_both_pages_are_clean(
    browser: Browser, server: Server, ada: str, theme: str, locale: str, width: int
) -> None:
    context = browser.new_context(
        base_url=server.url,
        locale=locale,
        color_scheme=theme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    body = {"username": ada, "password": PASSWORD}
    assert context.request.post("/api/auth/session", data=body).ok
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.goto("/for-you")
    expect(page.locator("main ol h3")).to_have_count(10, timeout=PATIENCE)
    page.locator("main ol li button[aria-expanded]").nth(1).click()
    page.locator("section button[aria-expanded]").first.click()
    page.locator("[data-chart]").first.wait_for()
    faults += faults_of(page, "/for-you")
    page.goto("/together")
    faults += faults_of(page, "/together")
    context.close()
    assert faults == []
