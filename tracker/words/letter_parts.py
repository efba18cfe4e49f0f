"""How a letter is put together: its lines, its parts, and for whom it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from tracker.queries.notices import PendingNotice

# Mail is written outside any request: its language is the person's, not an address's.
LOCALES = {"es": "es_GT", "en": "en"}
# The rest of a long part is counted, and read on the page it leads to.
MOST_ITEMS = 25


def sentences() -> dict[str, str]:
    """No codes of its own: the words of each part are where it is written."""
    return {}


@dataclass(frozen=True)
class Reading:
    """When, from where and in which language a letter is read."""

    on: date
    base: str
    language: str

    def day(self, day: date) -> str:
        """A date in words."""
        return format_date(day, format="long", locale=LOCALES[self.language])


@dataclass(frozen=True)
class LetterItem:
    """One line of a letter: an activity, or a round."""

    label: str
    title: str
    where: str
    when: str
    url: str
    institution: str
    quote: str = ""


@dataclass(frozen=True)
class Section:
    """Lines under one heading; `more` were left out."""

    heading: str
    items: tuple[LetterItem, ...]
    more: int = 0


@dataclass(frozen=True)
class Part:
    """The notices of one kind of news, with the words that stand for them all."""

    name: str
    notices: tuple[PendingNotice, ...]
    heading: str
    item: Callable[[PendingNotice, Reading], LetterItem]
    counted: str
    """How the subject names them when there are others."""

    def section(self, reading: Reading) -> Section:
        """The part as it stands in the letter."""
        items = tuple(self.item(one, reading) for one in self.notices[:MOST_ITEMS])
        return Section(self.heading, items, len(self.notices) - len(items))
