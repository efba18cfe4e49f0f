"""Embeds and drawers in a real browser: they fit the frame that is offered, and a text is copied."""

from __future__ import annotations

import pytest

from tests.support.browser import open_all, open_page, problems_of
from tests.support.factories.stories import make_story
from tracker.blueprints.portal.embeds import HEIGHT
from tracker.db import db, transaction
from tracker.models.plans import ActionPlan, PlanNode

pytestmark = pytest.mark.browser
LONG = "Fortalecer la participación de los pueblos indígenas en el presupuesto de cada municipalidad " * 5
_LOWEST = """
Math.max(...[...document.querySelectorAll(".embed-card > *")].map(one => one.getBoundingClientRect().bottom))
"""


@pytest.fixture
def story(app):
    """Everything as long as it may be: titles, and the note of a demonstration."""
    with app.app_context():
        story = make_story()
        with transaction():
            for node in db.session.query(PlanNode):
                node.title = LONG
            db.session.query(ActionPlan).one().is_demo = True
        return story


def embeds(story):
    made = story.scene.made
    return (
        "/incrustar/planes/4",
        f"/incrustar/compromisos/{made.commitments[0].uid}",
        f"/incrustar/actividades/{made.activities[5].uid}",
        f"/incrustar/instituciones/4/{made.lead.slug}",
    )


def test_an_embed_fits_its_frame_from_280_to_600_pixels_light_and_dark(chromium_browser, live_server, story):
    wrong = []
    with open_page(chromium_browser) as page:
        for path in (*embeds(story), f"/en{embeds(story)[2]}"):
            page.goto(live_server + path)
            for width in (280, 400, 600):
                page.set_viewport_size({"width": width, "height": HEIGHT})
                lowest = page.evaluate(_LOWEST)
                scrolls = page.evaluate(
                    "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
                )
                if lowest > HEIGHT or scrolls[0] > width or scrolls[1] > HEIGHT:
                    wrong.append((path, width, lowest, scrolls))
            wrong += problems_of(page, dark=True)
    assert wrong == []


def test_the_citation_is_copied_with_a_button_that_only_scripts_put_there(
    chromium_browser, live_server, story
):
    path = f"{live_server}/planes/4"
    with open_page(chromium_browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(path)
        open_all(page)
        field = page.locator("#cita")
        page.locator(".copied", has=field).get_by_role("button", name="Copiar").click()
        page.get_by_text("Copiado").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == field.input_value()
    with open_page(chromium_browser, java_script_enabled=False) as page:
        page.goto(path)
        assert page.get_by_role("button", name="Copiar").count() == 0
        page.get_by_text("Citar esta página").click()
        assert page.locator("#cita").is_visible()
