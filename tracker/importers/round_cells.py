"""What a person wrote in a cell of a round's workbook: numbers, days and choices as they come."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tracker.domain.round_workbook import LONGEST_TEXT, plain_text
from tracker.importers.periods import parse_windows
from tracker.importers.progress import is_web_address, to_decimal
from tracker.importers.wording import collapse, fold

CENT, TEN_THOUSANDTH = Decimal("0.01"), Decimal("0.0001")
MOST = Decimal(10) ** 12
LONGEST_URL = 2000
_YEARS = range(1990, 2101)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_GROUPED_BY_POINTS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+")
_PERCENT_SIGN = re.compile(r"\s*(?:%|por ?ciento)\s*$", re.IGNORECASE)
# Line breaks as some spreadsheets write them: _x000D_.
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f])_")
_YES, _NO = frozenset({"yes", "y", "si", "s", "x", "1"}), frozenset({"no", "n", "0", "-"})


@dataclass(frozen=True)
class Written:
    """One cell: its value as the file has it, how it is shown, and whether it can be read at all."""

    value: Any = None
    number_format: str = ""
    target: str = ""
    """Where a hyperlink on the cell leads."""
    is_uncomputed: bool = False
    is_broken: bool = False

    @property
    def text(self) -> str:
        """What was written, as a text; a day as people write it, a whole number without decimals."""
        if isinstance(self.value, datetime | date):
            return f"{self.value:%d/%m/%Y}"
        if isinstance(self.value, bool) or self.value is None:
            return "" if self.value is None else str(self.value)
        if isinstance(self.value, float):
            return format(Decimal(repr(self.value)).normalize(), "f")
        return plain_text(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(self.value)))

    @property
    def is_empty(self) -> bool:
        """True where nothing was written."""
        return not (self.text or self.is_uncomputed or self.is_broken)


class CellError(Exception):
    """What was written cannot be read; `code` and `params` say why."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Doubt:
    """Something read in a way that its author should look at."""

    code: str
    params: Mapping[str, str]


def read_percent(cell: Written) -> tuple[Decimal | None, Doubt | None]:
    """A percent as a number, a percentage, or a text ("80 %", "80,5"). Raises CellError."""
    if not cell.text:
        return None, None
    is_share = _is_number(cell.value) and "%" in cell.number_format
    bare = _PERCENT_SIGN.sub("", collapse(cell.text))
    value = _number(cell) if _is_number(cell.value) else to_decimal(bare)
    if value is None or isinstance(cell.value, datetime | date | bool):
        raise CellError("percent-not-a-number")
    value = value * 100 if is_share else value
    if not 0 <= value <= 100:
        raise CellError("percent-out-of-range", value=format(value.normalize(), "f"))
    rounded = value.quantize(CENT, rounding=ROUND_HALF_UP)
    shown = format(rounded.normalize(), "f")
    if rounded != value:
        return rounded, Doubt("percent-rounded", {"value": shown})
    if 0 < rounded < 1 and not is_share and "%" not in cell.text:
        hundred = format((rounded * 100).normalize(), "f")
        return rounded, Doubt("percent-maybe-fraction", {"value": shown, "hundred": hundred})
    return rounded, None


def read_quantity(cell: Written) -> tuple[Decimal | None, Doubt | None]:
    """A quantity with its thousands separated or not: 1,250 is 1250 and 2,5 is 2.5. Raises CellError."""
    if not cell.text:
        return None, None
    value = _number(cell) if _is_number(cell.value) else to_decimal(_without_groups(collapse(cell.text)))
    if value is None or isinstance(cell.value, datetime | date | bool):
        raise CellError("quantity-not-a-number")
    if value < 0:
        raise CellError("quantity-below-zero")
    if value > MOST:
        raise CellError("quantity-too-large")
    rounded = value.quantize(TEN_THOUSANDTH, rounding=ROUND_HALF_UP)
    if rounded != value:
        return rounded, Doubt("quantity-rounded", {"value": format(rounded.normalize(), "f")})
    return rounded, None


def _without_groups(text: str) -> str:
    if _GROUPED.fullmatch(text):
        return text.replace(",", "")
    return text.replace(".", "") if _GROUPED_BY_POINTS.fullmatch(text) else text


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(cell: Written) -> Decimal:
    return Decimal(repr(cell.value))


def read_day(cell: Written) -> date | None:
    """A day as a date or in words ("15/6/2026", "15 de junio de 2026"). Raises CellError."""
    if not cell.text:
        return None
    day = cell.value.date() if isinstance(cell.value, datetime) else cell.value
    if not isinstance(day, date):
        # Years first with slashes is how some systems export days.
        text = re.sub(r"^(\d{4})/(\d{1,2})/(\d{1,2})$", r"\1-\2-\3", collapse(cell.text))
        windows = parse_windows(text).windows if isinstance(cell.value, str) else ()
        day = windows[0].end if len(windows) == 1 and windows[0].start == windows[0].end else None
    if not isinstance(day, date) or day.year not in _YEARS:
        raise CellError("date-not-understood")
    return day


def read_text(cell: Written) -> str:
    """A text as it was written, line breaks kept. Raises CellError where a report holds no such length."""
    if len(cell.text) > LONGEST_TEXT:
        raise CellError("text-too-long", length=str(len(cell.text)), limit=str(LONGEST_TEXT))
    return cell.text


def read_yes_no(cell: Written, choices: Mapping[str, str]) -> bool:
    """Yes or no by the workbook's own words or the usual signs. Raises CellError."""
    if isinstance(cell.value, bool):
        return cell.value
    word = fold(collapse(cell.text)).strip(".")
    code = choices.get(word, word)
    if code in _YES:
        return True
    if not word or code in _NO:
        return False
    raise CellError("yes-no-not-understood")


def read_choice(cell: Written, choices: Mapping[str, str], group: str, refused: str) -> str:
    """The code of a word of one of the workbook's lists, empty where nothing was chosen. Raises CellError."""
    word = fold(collapse(cell.text))
    code = choices.get(word, "")
    if word and not code.startswith(f"{group}."):
        raise CellError(refused)
    return code.removeprefix(f"{group}.")


def read_address(cell: Written) -> str:
    """A web address, written or behind the text of a hyperlink. Raises CellError."""
    for text in (cell.text, cell.target):
        if is_web_address(text) and len(text) <= LONGEST_URL and not re.search(r"\s", text):
            return text
    raise CellError("link-not-an-address")
