"""The IDE in a real browser: people sign in by its box, and its tabs tell the story, each filled in by the last."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.demonstration import Demo
from tests.commands.processes import open_home, processes_of, wait_until
from tests.interop.browser import NoBrowser, Page, browser

pytestmark = pytest.mark.interop
CUSTOMER = "chen.chen@customer.example"
HEADERS = 'document.querySelectorAll(".graphiql-editor .CodeMirror")[2].CodeMirror.getValue()'


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with open_home() as home:
        one = Demo(home)
        try:
            one.start()
            yield one
        finally:
            for pid in processes_of(home):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def page(demo: Demo, tmp_path: Path) -> Iterator[Page]:
    """GraphiQL, just opened."""
    try:
        with browser(tmp_path) as found:
            found.tell("Page.navigate", url=f"http://127.0.0.1:{demo.port}/graphiql")
            found.until(lambda: found.text(".graphiql-execute-button") or found.text(".graphiql-tab-button"))
            yield found
            assert found.complaints == []
    except NoBrowser as none:
        pytest.skip(f"NOT RUN, the IDE in a browser: {none}")


def sign_in(page: Page, form: str, name: str, **given: str) -> None:
    """Signs somebody in by the box."""
    page.press("#sign-in")
    page.fill(form, **given)
    page.press(f"#{form} button[type=submit]:last-of-type")
    page.until(lambda: page.text("#caller") == f"Signed in as {name}")
    assert not page.value("document.getElementById('people').open")


def staff(page: Page, who: str) -> None:
    mail = f"{who}@demo.example"
    sign_in(page, "staff", mail, mail=mail, password="aftercare-demo")


def customer(page: Page, demo: Demo) -> None:
    """Signs the customer in with a code from the mailbox."""
    before = demo.page(f"/mailbox?to={CUSTOMER}")
    page.press("#sign-in")
    page.fill("customer", mail=CUSTOMER)
    page.press("#customer button[value=request]")
    page.until(lambda: "on its way" in page.text("#outcome"))
    assert wait_until(lambda: demo.page(f"/mailbox?to={CUSTOMER}") != before, 20)
    mails = re.sub(r"<[^>]+>", " ", demo.page(f"/mailbox?to={CUSTOMER}"))
    code = re.findall(r"(?<!\d)\d{6}(?!\d)", mails)[0]
    sign_in(page, "customer", CUSTOMER, mail=CUSTOMER, code=code)


def tab(page: Page, place: int) -> None:
    page.press(".graphiql-tab-button", place)
    active = f"document.querySelectorAll('.graphiql-tab')[{place}].matches('.graphiql-tab-active')"
    page.until(lambda: page.value(active))


def test_the_story_is_told_from_tab_to_tab(demo: Demo, page: Page) -> None:
    key = demo.log.read_text().split('Bearer …": ')[1].split()[0]
    sign_in(page, "partner", "a partner's system", key=key)
    assert page.run("OnSale")["products"]["nodes"][0]["code"] == "ADP"
    assert page.run("Sell")["policyRegister"]["errors"] == []
    customer(page, demo)
    tab(page, 1)
    assert page.run("Report")["claimReport"]["claim"]["state"] == "NOTIFIED"
    staff(page, "handler")
    tab(page, 2)
    for name in ("Register", "StartAssessment", "SetLines"):
        page.run(name)
    assert page.run("Propose")["claimPropose"]["claim"]["payable"] == {"amount": "6600.00"}
    tab(page, 3)
    assert [each["code"] for each in page.run("Approve")["claimApprove"]["errors"]] == ["LIMIT"]
    staff(page, "manager")
    assert page.run("Approve")["claimApprove"]["claim"]["state"] == "APPROVED"


def test_the_headers_hold_the_token_of_whoever_is_signed_in_until_the_end(page: Page) -> None:
    assert page.value(HEADERS) == ""
    staff(page, "handler")
    first = json.loads(page.value(HEADERS))["Authorization"]
    staff(page, "manager")
    assert json.loads(page.value(HEADERS))["Authorization"] not in {first, ""}
    tab(page, 2)
    assert json.loads(page.value(HEADERS))["Authorization"].startswith("Bearer ey")
    page.press("#sign-out")
    page.until(lambda: page.text("#caller") == "Nobody is signed in")
    assert page.value(HEADERS) == ""
    tab(page, 1)
    assert page.value(HEADERS) == ""


def test_a_wrong_password_is_told_in_the_box_and_signs_nobody_in(page: Page) -> None:
    page.press("#sign-in")
    page.fill("staff", mail="handler@demo.example", password="wrong")
    page.press("#staff button[type=submit]")
    page.until(lambda: "did not work" in page.text("#outcome"))
    assert page.text("#caller") == "Nobody is signed in"
    assert page.value(HEADERS) == ""
