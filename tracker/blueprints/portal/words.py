"""Words of the public pages: offices, sizes, a plan's own words; those of periods as filters too."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import i18n
from tracker.blueprints.portal import blueprint
from tracker.wording import office_word, part_word
from tracker.words import timeline
from tracker.words.open_data import data_kind_word
from tracker.words.periods import frequency_words, listed, window_words, windows_words


@blueprint.app_template_filter("listed_some")
def listed_some(parts: Iterable[str], most: int = 3) -> str:
    """A, B y 4 más: the first few, and how many others."""
    words = list(parts)
    if len(words) <= most + 1:
        return listed(words)
    return listed([*words[:most], _("%(count)s más", count=len(words) - most)])


@blueprint.app_template_filter("offices")
def offices(labels: Iterable[str]) -> str:
    """Who decided, as an office."""
    return listed(office_word(one) for one in labels)


@blueprint.app_template_filter("milestone_word")
def milestone_word(word: str, count: int = 1) -> str:
    """A plan's own word for its milestones, in the language of the page."""
    if word == "hito":
        return ngettext("hito", "hitos", count)
    if word == "meta":
        return ngettext("meta", "metas", count)
    return word


@blueprint.app_template_filter("file_size")
def file_size(size: int) -> str:
    """A size that a person can judge."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} kB"
    return f"{i18n.number(round(size / (1024 * 1024)))} MB"


blueprint.add_app_template_filter(data_kind_word, "data_kind_word")
blueprint.add_app_template_filter(part_word, "part_word")
blueprint.add_app_template_filter(timeline.told, "told")
blueprint.add_app_template_filter(window_words, "window")
blueprint.add_app_template_filter(windows_words, "windows")
blueprint.add_app_template_filter(frequency_words, "frequency")
blueprint.add_app_template_filter(listed, "listed")
