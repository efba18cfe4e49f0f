"""The words of compiled reports in a language, and how dates, percentages and periods are written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal

from tracker.domain.schedule import MONTHS_IN, Precision, Window

# One file a language; "a|b" gives the singular and the plural.
CATALOGUES: Mapping[str, Mapping[str, str]] = {
    language: json.loads(Path(__file__).with_name(f"words.{language}.json").read_text("utf-8"))
    for language in ("es", "en")
}
_LOCALES = {"es": "es_GT", "en": "en"}
_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    language: str = "es"

    @property
    def locale(self) -> str:
        """The locale that dates and numbers are written in."""
        return _LOCALES[self.language]

    def __call__(self, key: str, count: int | None = None, /, **params: object) -> str:
        """The sentence of a key; with a count its singular or plural, the count itself being `{n}`."""
        text = CATALOGUES[self.language][key]
        if count is not None:
            singular, _, plural = text.partition("|")
            text = singular if count == 1 or not plural else plural
            params.setdefault("n", count)
        return text.replace(" %", f"{_NO_BREAK}%").format(**params)

    def has(self, key: str) -> bool:
        """True where there are words for a key."""
        return key in CATALOGUES[self.language]

    def pattern(self, key: str) -> str:
        """The words of a key with their places left open."""
        return CATALOGUES[self.language][key]

    def office(self, by: str) -> str:
        """Who acted: institutions as they are named, offices in words."""
        names = by.split(", ")
        return ", ".join(self(f"office.{one}") if self.has(f"office.{one}") else one for one in names)

    def all_keys(self) -> tuple[str, ...]:
        """Every key that there are words for."""
        return tuple(CATALOGUES[self.language])

    def percent_text(self, text: str) -> str:
        """A percentage given as text; an empty one is none."""
        return self.percent(Decimal(text)) if text else self("unknown")

    def percent(self, value: Decimal | None) -> str:
        """A percentage as it is: 33.33 %, 100 %; nothing known is said in words."""
        if value is None:
            return self("unknown")
        shown = format_decimal(value, locale=self.locale, decimal_quantization=False, format="#,##0.##")
        return f"{shown}{_NO_BREAK}%"

    def number(self, value: Decimal | int) -> str:
        """A quantity with its thousands separated."""
        return format_decimal(value, locale=self.locale, decimal_quantization=False)

    def money(self, centavos: int) -> str:
        """An amount in quetzales, always with its two decimals."""
        return format_decimal(Decimal(centavos) / 100, locale=self.locale, format="#,##0.00")

    def two_decimals(self, value: Decimal | None) -> str:
        """An amount or a percentage as official tables print them: 6,135.00; a dash where there is none."""
        if value is None:
            return self("none")
        return format_decimal(value, locale=self.locale, decimal_quantization=False, format="#,##0.00##")

    def day(self, value: date | None) -> str:
        """28 de agosto de 2020."""
        return self("none") if value is None else format_date(value, format="long", locale=self.locale)

    def short_day(self, value: date | None) -> str:
        """28 ago 2020."""
        if value is None:
            return self("none")
        return format_date(value, format="d MMM y", locale=self.locale).replace(" ", _NO_BREAK)

    def iso_day(self, text: str) -> str:
        """A date given as ISO text."""
        return self.day(date.fromisoformat(text)) if text else self("none")

    def windows(self, windows: Sequence[Window]) -> str:
        """The periods of an item, as precisely as they are known."""
        if not windows:
            return self("field.no_window")
        return self("window.join").join(self.window(one) for one in windows)

    def window(self, window: Window) -> str:
        """One period: "marzo de 2019", "enero a febrero de 2020"."""
        end = self._end(window.end, window.end_precision)
        if window.start is None:
            return self("window.until", end=end)
        start = self._end(window.start, window.start_precision)
        if start == end:
            return end
        same_year = window.start.year == window.end.year
        if same_year and {window.start_precision, window.end_precision} == {Precision.MONTH}:
            start = format_date(window.start, format="MMMM", locale=self.locale)
        is_exact = {window.start_precision, window.end_precision} == {Precision.DAY}
        return self("window.days" if is_exact else "window.range", start=start, end=end)

    def _end(self, day: date, precision: Precision) -> str:
        """One end of a period, to its precision."""
        if precision is Precision.DAY:
            return self.day(day)
        if precision is Precision.MONTH:
            pattern = "MMMM 'de' y" if self.language == "es" else "MMMM y"
            return format_date(day, format=pattern, locale=self.locale)
        index = (day.month - 1) // MONTHS_IN[precision]
        ordinal = self("ordinals").split(",")[min(index, 3)]
        return self(f"window.{precision.value}", index=ordinal, year=day.year)

    def listed(self, parts: Sequence[str]) -> str:
        """ "a, b y c"."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])}{self('and')}{parts[-1]}"
