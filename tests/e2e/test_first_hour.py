"""The first hour of somebody who loves films: an account, a history, figures that move, an undo."""

import csv
import re
from pathlib import Path
from random import Random

from playwright.sync_api import Page, expect

from tests.support.letterboxd import export
from tests.support.server import PASSWORD, Server

STARTER = Path(__file__).parents[2] / "cinematch" / "films" / "starter"
PATIENCE = 30_000.0


def history(count: int) -> bytes:
    """Return a Letterboxd export of `count` films of the catalogue and a few that nobody knows."""
    known: list[tuple[str, int]] = []
    for file in sorted(STARTER.glob("*-*.csv")):
        with file.open(encoding="utf-8", newline="") as rows:
            known += [(row["title_en"], int(row["year"])) for row in csv.DictReader(rows)]
    Random(4).shuffle(known)
    return export(known[:count], unknown=8).zip


def test_from_an_empty_folder_to_figures_that_move_and_back(page: Page, server: Server) -> None:
    make_the_first_account(page)
    page.get_by_role("link", name=re.compile("Bring your history")).first.click()
    bring_a_history(page)
    page.get_by_role("link", name="See your statistics").click()
    expect(page.get_by_role("heading", name="Statistics", level=1)).to_be_visible()
    every_figure_opens_its_films(page)
    a_rating_says_what_it_moved(page)
    take_it_back(page)


def make_the_first_account(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="A cinema of your own")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("ada")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Open the doors").click()
    expect(page.get_by_text("Too short")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Open the doors").click()
    expect(page.get_by_role("heading", name="Welcome, ada")).to_be_visible()


def bring_a_history(page: Page) -> None:
    expect(page.get_by_role("heading", name="Bring your history", level=1)).to_be_visible()
    file = {"name": "letterboxd.zip", "mimeType": "application/zip", "buffer": history(300)}
    page.locator("input[type=file]").first.set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_role("heading", name="What would change")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Nothing has been written yet.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Bring in .* films$")).click()
    expect(page.get_by_role("heading", name="Your history is here")).to_be_visible(timeout=PATIENCE)


def every_figure_opens_its_films(page: Page) -> None:
    figure = page.get_by_role("link", name=re.compile(r"films liked")).first
    (count,) = re.findall(r"\d+", figure.inner_text())
    figure.click()
    expect(page.get_by_role("heading", name="Collection", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text(f"{count} films")
    page.go_back()
    expect(page.get_by_role("heading", name="Statistics", level=1)).to_be_visible()


def a_rating_says_what_it_moved(page: Page) -> None:
    page.goto("/films?q=seven+samurai")
    page.get_by_role("link", name=re.compile("samurai", re.IGNORECASE)).first.click()
    stars = page.get_by_role("slider", name="Your rating")
    expect(stars).to_be_visible()
    before = stars.get_attribute("aria-valuenow")
    stars.focus()
    page.keyboard.press("End" if before != "5" else "ArrowLeft")
    card = page.get_by_role("status").filter(has_text=re.compile("Kurosawa|average|film"))
    expect(card.first).to_be_visible()


def take_it_back(page: Page) -> None:
    page.goto("/import")
    page.get_by_role("button", name=re.compile("^Undo the import of")).first.click()
    confirm = page.get_by_role("dialog").get_by_role("button", name=re.compile("Undo"))
    if confirm.count():
        confirm.click()
    expect(page.get_by_text("Taken back").first).to_be_visible(timeout=PATIENCE)
    page.goto("/library?seen=true")
    expect(page.locator("main")).to_be_visible()
