"""An incident from its first sight to its end, in a real browser, over a real broker, in a real database."""

from __future__ import annotations

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.centre.box import Box
from tests.centre.console import Console, shoot
from tests.centre.stories import Street, instant, thumbnail


@pytest.fixture
def console(page: Page, centre: str) -> Console:
    """The dispatcher of one district, at a desk."""
    return Console(page, centre)


def test_from_the_first_sight_to_the_end(console: Console, box: Box) -> None:
    """Found, shown with its picture, sent to a named person, accepted, handled, verified by the camera, closed."""
    console.enters("wang.fang")
    expect(console.page.locator(".empty")).to_be_visible()
    street = box.opens(Street("inc-1", more={"thumbnail": thumbnail()}))
    row = console.page.locator(".entry")
    expect(row).to_contain_text("the kerb of Campus Road")
    expect(row.locator("img")).to_have_js_property("naturalWidth", 320)
    box.warns(street, 1)
    box.warns(street, 2)
    expect(row.locator(".dots i.on")).to_have_count(2)
    console.opens("inc-1")
    console.does("dispatch", to="officer-1")
    console.sees_receipt("dispatch")
    console.sees_stage("dispatched")
    for verb, stage in (("accept", "accepted"), ("resolve", "handled")):
        box.minutes += 5
        console.does(verb)
        console.sees_receipt(verb)
        console.sees_stage(stage)
    box.minutes += 5
    box.sees_it_leave(street)
    console.sees_stage("closed")
    expect(console.page.locator(".facts")).to_contain_text("the camera")
    story = console.page.locator(".timeline")
    for word in ("found", "warning played", "order dispatched", "order accepted", "order handled", "order closed"):
        expect(story).to_contain_text(word)
    console.page.goto(console.url)
    expect(console.page.locator(".entry")).to_have_count(0)


def test_a_refused_command_says_why(console: Console, box: Box) -> None:
    """The reason of the box is on the page."""
    box.refuses = "no such incident any more"
    box.opens(Street("inc-2"))
    console.enters("wang.fang")
    console.opens("inc-2")
    console.does("reject", reason="moving_on", note="seen by an officer")
    console.sees_receipt("reject", "refused")
    expect(console.page.locator("#commands")).to_contain_text("no such incident any more")
    (heard,) = [each for each in box.heard if each["verb"] == "reject"]
    assert (heard["by"], heard["reason"]) == ("wang.fang", "moving_on")
    assert heard["note"] == "seen by an officer"
    expect(console.page.locator("#commands")).to_contain_text("It is about to leave")


def test_a_person_confirms_before_the_order_and_verifies_after_it(console: Console, browser: Browser, box: Box) -> None:
    """It waits at the top of the queue; confirmed, ordered, handled, returned with a photo, handled, verified."""
    street, other = box.opens(Street("inc-9")), box.opens(Street("inc-10"))
    for n in (1, 2, 3):
        box.warns(street, n)
    box.refers(street, instant(box.minutes + 10))
    console.enters("wang.fang")
    first = console.page.locator(".entry").first
    expect(first.locator(".chip")).to_have_text("waits for review")
    expect(first).to_contain_text("review")
    console.opens("inc-9")
    expect(console.page.locator("#review")).to_contain_text("no order is made before a person confirms it")
    expect(console.page.locator("form.act:has(input[value=verify])")).to_have_count(0)
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    other_page = Console(context.new_page(), console.url)
    other_page.enters("zhao.lei")
    other_page.opens("inc-9")
    expect(other_page.page.locator("#review")).to_contain_text("人工审核前不派单")
    assert other_page.page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(other_page.page, "review_phone")
    context.close()
    console.does("confirm", note="no driver in sight")
    console.sees_receipt("confirm")
    console.sees_stage("confirmed")
    expect(console.page.locator("#review")).to_have_count(0)
    expect(console.page.locator("form.act:has(input[value=confirm])")).to_have_count(0)
    box.orders(street, review="confirmed", confirmed_by="wang.fang")
    console.does("dispatch", to="officer-1")
    console.sees_stage("dispatched")
    console.does("resolve")
    console.sees_stage("handled")
    console.does("return", reason="still_there", photo="photo-0118")
    console.sees_receipt("return")
    console.sees_stage("dispatched")
    console.does("resolve")
    console.sees_stage("handled")
    console.does("verify", reason="on_site", photo="https://photos.example.org/0119")
    console.sees_receipt("verify")
    console.sees_stage("closed")
    expect(console.page.locator(".facts")).to_contain_text("a person")
    story = console.page.locator(".timeline")
    for word in ("referred to a person", "confirmed by a person", "It is still there", "photo-0118", "Seen on site"):
        expect(story).to_contain_text(word)
    assert other.incident == "inc-10"


def test_a_box_without_thumbnails_is_asked_for_a_picture(console: Console, box: Box) -> None:
    """The page shows what the box answers."""
    box.opens(Street("inc-3"))
    console.enters("wang.fang")
    console.opens("inc-3")
    expect(console.page.locator("figure img.large")).to_have_js_property("naturalWidth", 320)


def test_nothing_of_a_box_runs_in_the_browser(console: Console, box: Box) -> None:
    """A script in every text of a message is shown as text."""
    evil = '<script>document.title="taken"</script><img src=x onerror=\'document.title="taken"\'>{{ 7 * 7 }}'
    street = Street("inc-4", kind=evil, zone=evil[:190], more={"responsible": evil, "address": evil, "camera": "c<b>1"})
    street.more |= {"zone_name": {"en": evil, "zh-CN": evil}, "text": {"en": evil}, "national": {"SFWZ": evil}}
    box.opens(street)
    console.enters("wang.fang")
    expect(console.page.locator(".entry .where")).to_contain_text("<script>")
    console.opens("inc-4")
    expect(console.page.locator(".explain")).to_contain_text("{{ 7 * 7 }}")
    assert console.page.title() != "taken"
    assert console.page.locator("img[src=x]").count() == 0


def test_a_viewer_sees_and_cannot_act(console: Console, box: Box) -> None:
    """And somebody of another district does not even see."""
    box.opens(Street("inc-5"))
    console.enters("viewer")
    console.opens("inc-5")
    expect(console.page.locator("form.act")).to_have_count(0)
    path = console.page.url
    token = console.page.locator("header input[name=csrf]").get_attribute("value")
    answer = console.page.request.post(f"{path}/act", form={"csrf": token or "", "verb": "accept"})
    assert answer.status == 403
    console.page.context.clear_cookies()
    console.enters("elsewhere")
    expect(console.page.locator(".entry")).to_have_count(0)
    assert console.page.request.get(path).status == 403


def test_a_form_of_another_site_is_refused(console: Console, box: Box, connection: psycopg.Connection) -> None:
    """No command comes of a request without the session's token."""
    box.opens(Street("inc-6"))
    console.enters("wang.fang")
    console.opens("inc-6")
    forms: tuple[dict[str, str | float | bool], ...] = ({"verb": "accept"}, {"verb": "accept", "csrf": "x" * 32})
    for form in forms:
        assert console.page.request.post(f"{console.page.url}/act", form=form).status == 403
    count = connection.execute("SELECT count(*) FROM command WHERE verb = 'accept'").fetchone()
    assert count == (0,)


def test_two_operators_on_one_order(console: Console, browser: Browser, box: Box) -> None:
    """Each sees at once what the other has done."""
    street = box.opens(Street("inc-7"))
    box.orders(street)
    console.enters("wang.fang")
    console.opens("inc-7")
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    other = Console(context.new_page(), console.url)
    other.enters("zhao.lei")
    other.opens("inc-7")
    console.does("dispatch", to="officer-1")
    other.sees_stage("dispatched")
    other.sees_receipt("dispatch")
    expect(other.page.locator("#commands")).to_contain_text("已执行")
    assert other.page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_too_many_tries_have_to_wait(console: Console) -> None:
    """The right password does not help then."""
    for password in [*["wrong password"] * 5, "correct horse battery"]:
        console.page.goto(f"{console.url}/login")
        console.page.locator("[name=name]").fill("wang.fang")
        console.page.locator("[name=password]").fill(password)
        console.page.locator("button.main").click()
        expect(console.page.locator(".trouble")).to_be_visible()
    expect(console.page.locator(".trouble")).to_contain_text("wait")


def test_the_record_of_who_did_what_cannot_be_changed(
    console: Console, box: Box, connection: psycopg.Connection
) -> None:
    """It holds logins and commands, and the database refuses to change or drop a line."""
    box.opens(Street("inc-8"))
    console.enters("wang.fang")
    console.opens("inc-8")
    console.does("confirm")
    console.sees_receipt("confirm")
    rows = connection.execute("SELECT account, action, thing FROM audit ORDER BY n").fetchall()
    assert rows == [("wang.fang", "login", ""), ("wang.fang", "command.confirm", "inc-8")]
    for change in ("UPDATE audit SET account = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(psycopg.errors.RaiseException, match="only ever added to"):
            connection.execute(change)
