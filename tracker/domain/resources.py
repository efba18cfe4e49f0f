"""The resources of a commitment: money with who provides it, people, technical means; planned and spent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.domain.errors import DomainError
from tracker.domain.targets import LARGEST, percent_of
from tracker.domain.text import normalise

LONGEST = 1000


class ResourceKind(StrEnum):
    """What a commitment needs: money, people, technical means."""

    FINANCIAL = "financial"
    HUMAN = "human"
    TECHNICAL = "technical"


class ResourceSide(StrEnum):
    """What is planned, or what was spent or used."""

    PLANNED = "planned"
    SPENT = "spent"


@dataclass(frozen=True)
class ResourceEntry:
    """One resource of a commitment: planned or spent, by whom, with its day and its source."""

    uid: str
    commitment_uid: str
    kind: ResourceKind
    side: ResourceSide
    what: str
    provider: str
    centavos: int | None = None
    on: date | None = None
    source: str = ""
    by: str = ""
    reason: str = ""
    is_withdrawn: bool = False


@dataclass(frozen=True)
class ProviderLine:
    """The money of one provider: planned against spent; the percent None of nothing planned."""

    provider: str
    planned: int | None
    spent: int | None

    @property
    def percent(self) -> Decimal | None:
        """Spent of planned, to two decimals."""
        return percent_of(self.spent, self.planned)


def resource_errors(said: ResourceEntry, today: date) -> Iterator[DomainError]:
    """Everything that keeps a resource from being recorded, each beside its field."""
    is_money, is_spent = said.kind is ResourceKind.FINANCIAL, said.side is ResourceSide.SPENT
    broken = (
        ("resource-what-required", "what", not said.what.strip() and not is_money),
        ("resource-provider-required", "provider", not said.provider.strip()),
        ("resource-amount-required", "amount", is_money and said.centavos is None),
        (
            "target-amount-out-of-range",
            "amount",
            said.centavos is not None and not 0 < said.centavos <= LARGEST,
        ),
        ("resource-day-required", "on", said.on is None),
        ("date-in-future", "on", is_spent and said.on is not None and said.on > today),
        ("resource-source-required", "source", not said.source.strip()),
    )
    yield from (DomainError(code, field=name) for code, name, is_broken in broken if is_broken)
    for name in ("what", "provider", "source", "reason"):
        if len(getattr(said, name)) > LONGEST:
            yield DomainError("target-text-too-long", field=name, most=LONGEST)


def amounts_of_plan(text: str) -> tuple[tuple[str, int], ...]:
    """Provider and centavos of each amount that the plan itself gives, as versions keep them."""
    lines = (line.partition("|") for line in text.splitlines())
    return tuple((provider, int(amount)) for amount, _sep, provider in lines if amount.isdecimal())


def by_provider(
    plan: Iterable[tuple[str, int]], entries: Iterable[ResourceEntry]
) -> tuple[ProviderLine, ...]:
    """The money planned (by the plan itself and beside it) and spent, provider by provider."""
    names: dict[str, str] = {}
    sums: dict[tuple[str, ResourceSide], int] = {}

    def add(provider: str, side: ResourceSide, amount: int) -> None:
        key = normalise(provider)
        names.setdefault(key, provider)
        sums[key, side] = sums.get((key, side), 0) + amount

    for provider, amount in plan:
        add(provider, ResourceSide.PLANNED, amount)
    for one in entries:
        if one.centavos is not None and not one.is_withdrawn:
            add(one.provider, one.side, one.centavos)
    return tuple(
        ProviderLine(name, sums.get((key, ResourceSide.PLANNED)), sums.get((key, ResourceSide.SPENT)))
        for key, name in names.items()
    )


def together(lines: Iterable[ProviderLine]) -> ProviderLine:
    """All providers in one line; an amount that none of them has stays unknown."""
    lines = tuple(lines)
    planned = [one.planned for one in lines if one.planned is not None]
    spent = [one.spent for one in lines if one.spent is not None]
    return ProviderLine("", sum(planned) if planned else None, sum(spent) if spent else None)


def money_lines(plan: Iterable[tuple[str, int]], entries: Iterable[ResourceEntry]) -> str:
    """Lines of "planned|spent|who provides it", in centavos, as a report keeps them."""
    lines = by_provider(plan, entries)
    return "\n".join(f"{_told(one.planned)}|{_told(one.spent)}|{one.provider}" for one in lines)


def entry_lines(entries: Iterable[ResourceEntry]) -> str:
    """Lines of "kind|side|centavos|day|by|who provides it, what, source", as a report keeps them."""
    ordered = sorted(entries, key=lambda one: (one.kind, one.on or date.min, one.uid))
    return "\n".join(
        "|".join(
            (
                one.kind.value,
                one.side.value,
                _told(one.centavos),
                one.on.isoformat() if one.on else "",
                one.by,
                "; ".join(part for part in (one.what, one.provider, one.source) if part),
            )
        )
        for one in ordered
        if not one.is_withdrawn
    )


def _told(centavos: int | None) -> str:
    return "" if centavos is None else str(centavos)
