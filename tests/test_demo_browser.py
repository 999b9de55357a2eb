"""What a newcomer does: start the demo, look at the page, ask for a paper, press, turn pages, end it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

expect.set_options(timeout=30_000)  # milliseconds: a busy machine is no fault

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: apt-get install chromium)")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A working directory that holds nothing but a folder for temporary files."""
    (tmp_path / "tmp").mkdir()
    return tmp_path


@pytest.fixture
def demo(place: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "digestbot", "demo", "--no-browser", "--port", "0"],
        cwd=place,
        env={**os.environ, "TMPDIR": str(place / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        if process.poll() is None:
            process.kill()


@pytest.fixture
def page(demo: subprocess.Popen[str]) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(_address(demo))
        yield page
        browser.close()


def _address(demo: subprocess.Popen[str]) -> str:
    assert demo.stdout is not None
    for line in demo.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+/\S*", line):
            return found[0]
    raise AssertionError(f"the demo ended without an address: {demo.stderr and demo.stderr.read()}")


def _type(page: Page, text: str) -> None:
    page.locator("#channel-composer-input").click()
    page.keyboard.type(text)


def _press(button: Locator, messages: Locator, shown: str) -> None:
    """Press until it is answered, as a person does: the page may draw the button anew under the first press."""
    for _ in range(2):
        button.click()
        with suppress(AssertionError):
            return expect(messages).to_contain_text(shown, timeout=10_000)
    button.click()
    return expect(messages).to_contain_text(shown)


def test_a_newcomer_uses_the_bot_in_the_browser(demo: subprocess.Popen[str], page: Page, place: Path) -> None:
    messages = page.locator("#channel-message-list")
    cards = messages.get_by_role("button", name="Full note")
    expect(messages).to_contain_text("Paper digest")
    expect(messages).to_contain_text("10 new papers")

    # Picked from the autocomplete, as on Discord.
    _type(page, "/pap")
    page.locator(".command-entry", has_text="/paper").click()
    page.keyboard.type("MovieChat")
    page.locator(".command-suggestion", has_text="MovieChat").first.click()
    expect(page.locator(".command-option-input")).to_have_value(re.compile("^MovieChat: From Dense Token"))
    page.locator("#send-message").click()
    expect(messages).to_contain_text("you used /paper")
    expect(cards).to_have_count(1)
    _press(cards, messages, "Only you can see this")

    # Typed out: the text makes way for the answer.
    _type(page, "/topic Diffusion")
    page.keyboard.press("Enter")
    expect(messages).to_contain_text("newest first")
    expect(messages.get_by_text("/topic Diffusion", exact=True)).to_have_count(1)  # in the welcome
    expect(messages).to_contain_text("1 / ")
    messages.get_by_role("button", name="Next").last.click()
    expect(messages).to_contain_text("2 / ")
    messages.get_by_role("button", name="Details").last.click()
    expect(messages.get_by_role("button", name="Show everyone")).to_be_visible()
    expect(cards).to_have_count(2)

    _type(page, "/paper MovieChta")
    page.keyboard.press("Enter")
    expect(cards).to_have_count(3)

    _type(page, "/papers MovieChat")
    page.keyboard.press("Enter")
    expect(messages).to_contain_text("Did you mean /paper?")

    demo.send_signal(signal.SIGINT)
    out, err = demo.communicate(timeout=30)
    assert (demo.returncode, err) == (0, "")
    assert out == "The demo has ended; nothing of it is kept.\n"
    assert [p.name for p in place.iterdir()] == ["tmp"]
    assert [p.name for p in (place / "tmp").iterdir() if p.name.startswith("digestbot")] == []
