"""The texts for channels in a browser: counted while one types, by the site itself, and by a button where there is no script."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from idobata.gatherings.models import Gathering
from idobata.store.database import db
from tests.harness.served_site import ServedSite
from tests.journeys.steps import EDITOR, sign_in
from tests.journeys.visitors import DESK, PHONE, Visitors


@pytest.mark.parametrize(
    ("width", "javascript"),
    [pytest.param(DESK, True, id="on a wide screen"), pytest.param(PHONE, False, id="on a phone without JavaScript")],
)
def test_an_editor_changes_a_text_and_sees_how_long_it_is(
    visitors: Visitors, served_site: ServedSite, width: int, javascript: bool
) -> None:
    with served_site.app.app_context():
        public_id = db.session.scalars(select(Gathering.public_id).where(Gathering.publication == "published")).first()
        db.session.remove()
    editor = visitors.person(width, javascript=javascript)
    sign_in(editor, EDITOR)
    editor.goto(f"/desk/{public_id}")
    editor.get_by_role("link", name="知らせる文をつくる").click()
    x, others = editor.locator("#channel-x"), editor.locator(".words__list")
    expect(others).not_to_contain_text("長すぎます")

    x.get_by_role("textbox").fill("お茶 " + "あ" * 140)
    if not javascript:
        x.get_by_role("button", name="数えなおす").click()
    expect(x).to_contain_text("285文字分（280文字分まで） 5文字分多くなっています")
    expect(others).to_contain_text("長すぎます")
    expect(x.get_by_role("textbox")).to_have_value("お茶 " + "あ" * 140)

    x.get_by_role("textbox").fill("お茶 " + "あ" * 137)
    if not javascript:
        expect(x.get_by_role("button", name="文を写す")).to_be_hidden()
        x.get_by_role("button", name="数えなおす").click()
    expect(x).to_contain_text("あと1文字分")
    expect(others).not_to_contain_text("長すぎます")
