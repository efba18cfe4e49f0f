"""What a reader narrows a search by, and how many results each choice would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tracker.domain.states import COMPLETE, State
from tracker.models.search import SearchKind
from tracker.queries.portal.search_match import Candidate

# The words of the address: they are shown to people, so they are Spanish.
KINDS: dict[str, SearchKind] = {
    "plan": SearchKind.PLAN,
    "institucion": SearchKind.INSTITUTION,
    "eje": SearchKind.AXIS,
    "compromiso": SearchKind.COMMITMENT,
    "hito": SearchKind.MILESTONE,
    "actividad": SearchKind.ACTIVITY,
    "avance": SearchKind.REPORT,
    "evidencia": SearchKind.EVIDENCE,
    "informe": SearchKind.COMPILATION,
    "enmienda": SearchKind.AMENDMENT,
}
STATES: dict[str, frozenset[State]] = {
    "atrasado": frozenset({State.OVERDUE}),
    "en-curso": frozenset({State.IN_PROGRESS, State.BEHIND, State.DUE_SOON}),
    "por-comprobar": frozenset({State.AWAITING_VALIDATION}),
    "completo": frozenset(COMPLETE),
    "sin-empezar": frozenset({State.NOT_DUE}),
    "sin-fecha": frozenset({State.NO_DATE}),
    "fuera-del-plan": frozenset({State.WITHDRAWN}),
}
_KIND_WORDS = {kind: word for word, kind in KINDS.items()}
_STATE_WORDS = {state: word for word, states in STATES.items() for state in states}


@dataclass(frozen=True)
class Narrowing:
    """What was asked for beside the words; words that are not known ask for everything."""

    kind: str = ""
    plan: str = ""
    institution: str = ""
    state: str = ""
    year: str = ""

    @property
    def is_any(self) -> bool:
        """True where some results may be left out."""
        return bool(self.kind or self.plan or self.institution or self.state or self.year)


@dataclass(frozen=True)
class Choice:
    """One value to narrow by, and how many results it would leave."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Choices:
    """Everything a search can be narrowed by, as it has been narrowed."""

    kinds: tuple[Choice, ...] = ()
    plans: tuple[Choice, ...] = ()
    institutions: tuple[Choice, ...] = ()
    states: tuple[Choice, ...] = ()
    years: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Names:
    """Plans and institutions by id: the value in the address and what people read."""

    plans: Mapping[int, tuple[str, str]]
    institutions: Mapping[int, tuple[str, str]]


Values = Callable[[Candidate], Iterable[str]]


def _values(names: Names) -> dict[str, Values]:
    return {
        "kind": lambda one: (_KIND_WORDS[one.kind],),
        "plan": lambda one: (names.plans[one.plan_id][0],),
        "institution": lambda one: (names.institutions[each][0] for each in one.institutions),
        "state": lambda one: (_STATE_WORDS[one.state],) if one.state else (),
        "year": lambda one: (str(one.year),) if one.year else (),
    }


def narrow(found: Iterable[Candidate], by: Narrowing, names: Names) -> list[Candidate]:
    """The results with everything that was chosen."""
    values = _values(names)
    return [one for one in found if all(_has(one, by, name, values) for name in values)]


def choices_of(found: Iterable[Candidate], by: Narrowing, names: Names) -> Choices:
    """Each choice with what it leaves beside the others; one already made stays, if only to be undone."""
    rows, values = list(found), _values(names)
    counted: dict[str, Counter[str]] = {}
    for name, value_of in values.items():
        others = [one for one in rows if all(_has(one, by, each, values) for each in values if each != name)]
        counted[name] = Counter(value for one in others for value in set(value_of(one)))
    institutions = dict(names.institutions.values())
    return Choices(
        kinds=_in_order(counted["kind"], KINDS),
        plans=_named(counted["plan"], dict(names.plans.values()), lambda one: -int(one.value)),
        institutions=_named(counted["institution"], institutions, lambda one: (-one.count, one.label)),
        states=_in_order(counted["state"], STATES),
        years=tuple(
            Choice(year, year, counted["year"][year]) for year in sorted(counted["year"], reverse=True)
        ),
    )


def _has(one: Candidate, by: Narrowing, name: str, values: Mapping[str, Values]) -> bool:
    wanted = getattr(by, name)
    return not wanted or wanted in values[name](one)


def _in_order(counts: Counter[str], words: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(Choice(word, word, counts[word]) for word in words if counts[word])


def _named(
    counts: Counter[str], labels: Mapping[str, str], order: Callable[[Choice], object]
) -> tuple[Choice, ...]:
    found = [Choice(value, labels[value], count) for value, count in counts.items()]
    return tuple(sorted(found, key=order))  # type: ignore[arg-type]  # each order compares with itself
