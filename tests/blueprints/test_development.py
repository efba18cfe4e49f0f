"""The pages for those who develop: there only where the setting says so, and true to the style sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.blueprints.development.tokens import contrast, read_tokens


@pytest.fixture
def tokens(app):
    return read_tokens(Path(app.static_folder))


def test_an_installation_that_serves_the_public_has_none(client):
    client.get("/desarrollo/estilo", expect=404)


def test_the_style_page_shows_every_colour_of_the_style_sheet(app, client, tokens, monkeypatch):
    monkeypatch.setitem(app.config, "DEVELOPMENT", True)
    page = client.get("/desarrollo/estilo")
    named = {cell.text for cell in page.all("#colores th[scope=row]")}
    assert named == {f"--{one.name}" for one in tokens.colours}
    assert {"--accent", "--late", "--paper"} <= named


def test_every_text_stands_out_from_its_ground_in_both_themes(tokens):
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    weak = [pair for pair in tokens.pairs if min(pair.light, pair.dark) < 4.5]
    assert weak == []
    assert len(tokens.pairs) > 20


def test_contrast_is_the_ratio_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#1c4f7c", "#1c4f7c") == 1
