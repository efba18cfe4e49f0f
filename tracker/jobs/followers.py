"""tell-followers: one mail for each person with what happened to all that they follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from tracker import clock
from tracker.db import transaction
from tracker.domain.observations import SubjectRef
from tracker.jobs.citizen_letters import Letter, base_of, rendered
from tracker.jobs.run import Run
from tracker.queries.citizen_letters import Follower, latest_seq, list_followers
from tracker.queries.portal.following import Change, between, list_changes
from tracker.queries.portal.topics import Subject, list_subjects
from tracker.renderers.words import Words
from tracker.services.citizen_letters import mark_quiet, tell_follower
from tracker.services.mail_messages import list_headers, one_click, thread_headers
from tracker.services.public_tokens import Purpose, sign
from tracker.services.subscriptions import person_key
from tracker.wording import office_word
from tracker.words.letter_parts import LOCALES, MOST_ITEMS, LetterItem, Section
from tracker.words.observations import subject_word


def tell_followers(run: Run) -> dict[str, int]:
    """What happened since each was told last; who follows nothing that changed gets no mail."""
    followers, until = list_followers(), latest_seq()
    counts = {"followers": len(followers), "mails": 0}
    if not followers:
        return counts
    since = min(one.told_seq for person in followers for one in person.follows)
    wanted = {one.ref for person in followers for one in person.follows}
    changes = _by_subject(list_changes(since, zone=run.settings["TIMEZONE"], wanted=wanted))
    subjects = list_subjects(wanted)
    quiet: dict[str, int] = {}
    for person in followers:
        if run.stop.is_set():
            break
        told = {one.uid: one.told_seq for one in person.follows}
        found = {
            one.ref: between(changes.get(one.ref, ()), one.told_seq, until)
            for one in person.follows
            if one.ref in subjects
        }
        if any(found.values()):
            counts["mails"] += _tell(person, told, found, subjects, until, run)
        else:
            quiet |= told
    with transaction():
        mark_quiet(quiet, until=until)
    return counts


def _by_subject(changes: Iterable[Change]) -> dict[SubjectRef, list[Change]]:
    """What happened to each thing that may be followed: looked up for each person, gone through once."""
    found: dict[SubjectRef, list[Change]] = defaultdict(list)
    for one in changes:
        for ref in one.followed:
            found[ref].append(one)
    return found


def _tell(
    person: Follower,
    told: Mapping[str, int],
    found: Mapping[SubjectRef, Sequence[Change]],
    subjects: Mapping[SubjectRef, Subject],
    until: int,
    run: Run,
) -> bool:
    language = person.language if person.language in LOCALES else "es"
    with force_locale(LOCALES[language]):
        letter = _letter(person, found, subjects, language, run)
        words = rendered(letter, language)
    with transaction():
        return tell_follower(person.email, told, words, until=until, now=clock.now())


def _letter(
    person: Follower,
    found: Mapping[SubjectRef, Sequence[Change]],
    subjects: Mapping[SubjectRef, Subject],
    language: str,
    run: Run,
) -> Letter:
    url, secret = str(run.settings["BASE_URL"]), str(run.settings["SECRET_KEY"])
    base = base_of(url, language)
    now = clock.now()
    everything = sign(secret, Purpose.END_ALL, person_key(secret, person.email), now=now)
    all_url = f"{base}/seguir/baja-total/{everything}"
    changed = {ref: changes for ref, changes in found.items() if changes}
    names = [subject_word(subjects[ref]) for ref in changed]
    endings = [
        (
            _("Dejar de seguir «%(what)s»", what=subject_word(subjects[one.ref])),
            f"{base}/seguir/baja/{sign(secret, Purpose.END_SUBSCRIPTION, one.uid, now=now)}",
        )
        for one in person.follows
        if one.ref in changed
    ]
    total = sum(len(one) for one in changed.values())
    more = ngettext("%(num)s cambio", "%(num)s cambios", total)
    return Letter(
        subject=f"{names[0]} · {more}" if len(names) == 1 else _("Lo que sigue: %(more)s", more=more),
        paragraphs=[_("Esto pasó con lo que sigue desde la última vez que le escribimos.")],
        sections=[_section(subjects[ref], changes, base, language) for ref, changes in changed.items()],
        endings=[*endings, (_("Dejar de seguir todo"), all_url)],
        headers=one_click(all_url) | list_headers(url, "seguir") | _thread(url, person, changed),
    )


def _thread(url: str, person: Follower, changed: Collection[SubjectRef]) -> dict[str, str]:
    """Letters about one thing alone stand together."""
    uids = [one.uid for one in person.follows if one.ref in changed]
    return thread_headers(url, "seguir", uids[0]) if len(uids) == 1 else {}


def _section(subject: Subject, changes: Sequence[Change], base: str, language: str) -> Section:
    """The last changes first; the rest of many are counted."""
    latest = sorted(changes, key=lambda one: -one.seq)
    items = tuple(_item(one, base, language) for one in latest[:MOST_ITEMS])
    return Section(subject_word(subject), items, len(latest) - len(items))


def _item(one: Change, base: str, language: str) -> LetterItem:
    commitment = [_("Compromiso %(number)s", number=one.commitment)] if one.commitment is not None else []
    return LetterItem(
        label=one.label,
        title=one.title,
        where=" · ".join([*commitment, _("Plan %(number)s", number=one.plan_number)]),
        when=_what(one, language),
        url=base + one.path,
        institution="",
    )


def _what(one: Change, language: str) -> str:
    """What happened, in a line."""
    who = ", ".join(_offices(one.institution))
    percent = _percent(one, language)
    day, due = _day(one.on, language), _day(one.due_on, language)
    return {
        "submitted": _(
            "%(who)s declaró %(percent)s al %(day)s; todavía sin revisar", who=who, percent=percent, day=day
        ),
        "no-progress": _(
            "%(who)s informó que no hubo avance: sigue en %(percent)s", who=who, percent=percent
        ),
        "validated": _("Comprobado: %(percent)s, de lo que informó %(who)s", percent=percent, who=who),
        "overdue-opened": _("Venció el %(day)s sin estar cumplida", day=due),
        "dates-approved": _("Se reprogramó: ahora vence el %(day)s", day=due),
        "amended": _("Cambió por la enmienda %(number)s del plan", number=one.number),
        "report-published": _("Se publicó: %(kind)s, al %(day)s", kind=_kind(one, language), day=day),
        "observation-replied": _("%(who)s respondió una observación", who=who),
    }[one.what]


def _offices(labels: str) -> Iterator[str]:
    for label in labels.split(", "):
        yield office_word(label)


def _percent(one: Change, language: str) -> str:
    if one.percent is None:
        return _("un avance sin porcentaje")
    return f"{format_decimal(one.percent.normalize(), locale=LOCALES[language])} %"


def _kind(one: Change, language: str) -> str:
    return Words(language)(f"kind.{one.report_kind.value}") if one.report_kind else ""


def _day(day: date | None, language: str) -> str:
    return format_date(day, format="long", locale=LOCALES[language]) if day else "—"
