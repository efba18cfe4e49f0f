"""The picture of a link: its size, its weight, and that no text leaves its place."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageFont

from tracker.renderers import card as renderer
from tracker.renderers.card import Card, Figure, draw_card, fitting, wrapped

LONG = "Fortalecer la participación de los pueblos indígenas en el presupuesto de cada municipalidad " * 6
PROVEN, CLAIMED = Figure("Comprobado", "35 %", "7 de 21", 35.0), Figure("Declarado", "60 %", "9 de 21", 60.0)


@pytest.fixture(scope="module")
def font():
    return ImageFont.truetype(renderer._FONTS / "IBMPlexSans-Bold.ttf", 46)


def opened(card):
    return Image.open(io.BytesIO(draw_card(card))).convert("RGB")


def near(pixel, colour):
    wanted = tuple(int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return all(abs(one - other) <= 12 for one, other in zip(pixel, wanted, strict=True))


@pytest.mark.parametrize(
    "card",
    [
        Card("Plan 4", "Corto", PROVEN, CLAIMED, "2 actividades atrasadas", foot="Datos al 1 de junio"),
        Card(LONG, LONG, Figure(LONG, LONG, LONG, 100.0), Figure(LONG, LONG, LONG, 100.0), LONG, foot=LONG),
        Card("Plan 4", "x" * 900, Figure("Comprobado", "—"), Figure("Declarado", "—")),
        Card("Gobierno", "Compromisos", lead=LONG),
        Card("", "", PROVEN, CLAIMED),
    ],
    ids=["short", "long", "one-word", "general", "empty"],
)
def test_a_card_is_1200_by_630_light_and_has_an_empty_edge(card):
    data = draw_card(card)
    image = opened(card)
    assert image.size == (1200, 630)
    assert len(data) <= 60_000
    edge = {image.getpixel((x, y)) for x in (*range(40), *range(1160, 1200)) for y in range(20, 630, 3)}
    assert all(near(pixel, "#faf8f3") for pixel in edge)


def test_the_same_card_gives_the_same_bytes():
    card = Card("Plan 4", "Uno", PROVEN, CLAIMED)
    first = draw_card(card)
    draw_card.cache_clear()
    assert draw_card(card) == first


def test_the_bars_reach_as_far_as_the_figures_say():
    image = opened(Card("Plan 4", "Uno", PROVEN, CLAIMED))
    middle = renderer._BAR_TOP + renderer._BAR_HEIGHT // 2

    def at(share):
        return image.getpixel((renderer._MARGIN + round(renderer._INNER * share / 100), middle))

    assert near(at(33), renderer._PROVEN)
    assert near(at(63), renderer._TRACK)
    assert not near(at(45), renderer._TRACK)
    assert not near(at(45), renderer._PROVEN)


def test_without_information_the_track_is_empty():
    image = opened(Card("Plan 4", "Uno", Figure("Comprobado", "—"), Figure("Declarado", "—")))
    row = renderer._BAR_TOP + renderer._BAR_HEIGHT // 2
    assert all(near(image.getpixel((x, row)), renderer._TRACK) for x in range(100, 1100, 5))


def test_a_long_text_is_cut_at_a_word_and_says_so(font):
    line = fitting(LONG, font, 600)
    assert line.endswith("…")
    assert font.getlength(line) <= 600
    assert LONG.startswith(line.rstrip("…"))
    assert LONG[len(line) - 1] == " "


def test_lines_hold_every_word_in_order_up_to_the_last(font):
    lines = wrapped("Uno dos tres", font, 2000, 3)
    assert lines == ["Uno dos tres"]
    lines = wrapped(LONG, font, 700, 3)
    assert len(lines) == 3
    assert all(font.getlength(line) <= 700 for line in lines)
    assert LONG.startswith(" ".join(lines).rstrip("…"))


def test_a_word_longer_than_a_line_is_broken(font):
    lines = wrapped("x" * 200, font, 500, 9)
    assert len(lines) > 2
    assert all(font.getlength(line) <= 500 for line in lines)
