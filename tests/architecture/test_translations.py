"""English is complete: every text of the program stands translated in the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from scripts import messages

PLACEHOLDER = re.compile(r"%\((\w+)\)s|%%")
CATALOGUES = [messages.TRANSLATIONS / code / "LC_MESSAGES" / "messages.po" for code in messages.LANGUAGES]


def _read(path: Path) -> Catalog:
    with path.open("rb") as handle:
        return read_po(handle)


def _texts(message: Message) -> tuple[list[str], list[str]]:
    """A message's forms in Spanish and in the other language."""
    source = [message.id] if isinstance(message.id, str) else list(message.id)
    target = [message.string] if isinstance(message.string, str) else list(message.string)
    return source, [text or "" for text in target]


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    target = tmp_path_factory.mktemp("messages") / "messages.pot"
    messages.extract(target)
    return _read(target)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_every_text_is_translated(path: Path, extracted: Catalog) -> None:
    catalogue = _read(path)
    missing = []
    for message in extracted:
        translated = catalogue.get(message.id, message.context)
        if message.id and (translated is None or translated.fuzzy or not all(_texts(translated)[1])):
            missing.append(message.id)
    assert missing == [], "run `make messages` and translate these"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_translations_keep_the_placeholders(path: Path) -> None:
    wrong = []
    for message in _read(path):
        source, target = _texts(message)
        allowed = {name for text in source for name in PLACEHOLDER.findall(text)}
        wrong += [text for text in target if text and not set(PLACEHOLDER.findall(text)) <= allowed]
    assert wrong == []


def test_a_lost_placeholder_would_be_seen() -> None:
    assert set(PLACEHOLDER.findall("%(days)s days")) != set(PLACEHOLDER.findall("%(dias)s días"))
