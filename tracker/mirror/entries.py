"""Everything in the copy by name, for who cannot search it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from tracker.mirror.places import Address
from tracker.mirror.reading import Held, Read

# The pages of one thing each, by the kind under which the index lists them, in its order.
KINDS: dict[str, tuple[str, ...]] = {
    "plans": ("portal.plan",),
    "commitments": ("portal.commitment",),
    "activities": ("portal.activity",),
    "institutions": ("portal.institution",),
    "targets": ("portal.targets_of",),
    "meetings": ("portal.table_meeting",),
}
# The files that were given as evidence are on the pages of their activities; these stand for themselves.
OTHER = "pages"
_DATED = ("day", "uid")
_PARTS = re.compile(r"(\D*)(\d*)")


@dataclass(frozen=True)
class Entry:
    """A page by its name, and the plan that it is of where it says so."""

    name: str
    url: str
    plan: str = ""


@dataclass(frozen=True)
class Group:
    """The entries of a kind, by name."""

    kind: str
    entries: tuple[Entry, ...]


def list_groups(found: Read, code: str) -> list[Group]:
    """The pages of a language by kind and name; filtered lists and other days are not named."""
    kinds = {endpoint: kind for kind, endpoints in KINDS.items() for endpoint in endpoints}
    groups: dict[str, list[Entry]] = defaultdict(list)
    for address, held in found.held.items():
        is_english = address.path.startswith("/en/")
        if address.query or not held.heading or is_english != (code == "en"):
            continue
        kind = kinds.get(held.endpoint, "" if held.endpoint.endswith("_embed") else OTHER)
        if kind and not (kind == OTHER and {name for name, _value in held.values} & set(_DATED)):
            groups[kind].append(_entry(address, held))
    return [Group(kind, tuple(sorted(groups[kind], key=_order))) for kind in (*KINDS, OTHER) if groups[kind]]


def _entry(address: Address, held: Held) -> Entry:
    number = dict(held.values).get("number", "")
    name = held.title.rpartition(" · ")[0] if held.endpoint != "portal.plan" else held.heading
    return Entry(name or held.heading, str(address), number)


def _order(entry: Entry) -> tuple[int, list[tuple[str, int]], str]:
    """The newest plan first; then by letters, accents and capitals aside, and by numbers as numbers."""
    plain = unicodedata.normalize("NFKD", entry.name)
    letters = "".join(one for one in plain if not unicodedata.combining(one)).casefold()
    parts = [(text, int(digits or 0)) for text, digits in _PARTS.findall(letters)]
    return -int(entry.plan or 0), parts, entry.url
