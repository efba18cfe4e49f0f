"""What the layouts need of the application: navigation, language link, the signed-in person's line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock, i18n
from tracker.access import current_actor
from tracker.domain.permissions import Permission, can
from tracker.queries.delegations import list_received
from tracker.wording import role_word


@dataclass(frozen=True)
class Link:
    """An entry of a navigation."""

    label: str
    url: str
    current: bool = False
    code: str = ""


def _links(entries: Iterable[tuple[str, str]]) -> list[Link]:
    """Entries (label, endpoint) as links; current is the one that leads furthest into this page."""
    links = [(label, url_for(endpoint)) for label, endpoint in entries]
    reaches = [(_reach(url), url) for _label, url in links]
    here = max(reaches, default=(0, ""))
    return [Link(label, url, here[0] > 0 and url == here[1]) for label, url in links]


def _reach(url: str) -> int:
    """How far an entry's address leads into this page's: 0 where the page is not below it."""
    path = url.removeprefix(request.script_root).rstrip("/")
    if not path:
        return int(request.path == "/" or request.path.startswith(("/planes", "/actividades")))
    return len(path) if request.path == path or request.path.startswith(f"{path}/") else 0


def public_nav() -> list[Link]:
    """The portal's navigation; reads no session."""
    return _links(
        [
            (_("Planes"), "portal.plans"),
            (_("Metas"), "portal.targets"),
            (_("Informes"), "portal.reports"),
            (_("Mesa técnica"), "portal.technical_table"),
            (_("Datos"), "portal.data"),
            (_("Metodología"), "portal.method"),
        ]
    )


WORK_NAV: tuple[tuple[str, str, Permission], ...] = (
    ("panel", "progress.panel", Permission.PANEL_READ),
    ("activities", "progress.activities", Permission.REPORT_READ_OWN),
    ("review", "reviews.queue", Permission.REPORT_VALIDATE),
    ("rounds", "rounds.overview", Permission.REPORT_READ_ALL),
    ("follow_up", "progress.activities", Permission.REPORT_READ_ALL),
    ("alerts", "reviews.alerts", Permission.REPORT_READ_ALL),
    ("observations", "observations.tray", Permission.OBSERVATION_READ),
    ("table", "meetings.home", Permission.AGREEMENT_READ),
    ("changes", "plans.index", Permission.PLAN_MANAGE),
    ("targets", "targets.index", Permission.COMPILATION_READ),
    ("reports", "reports.requests", Permission.COMPILATION_READ),
    ("administration", "admin.home", Permission.JOB_READ),
)


def work_nav() -> list[Link]:
    """What the signed-in person may do, in the order of their day."""
    words = {
        "panel": _("Mi trabajo"),
        "activities": _("Actividades"),
        "follow_up": _("Actividades"),
        "review": _("Revisión"),
        "rounds": _("Rondas"),
        "alerts": _("Alertas"),
        "observations": _("Ciudadanía"),
        "table": _("Mesa"),
        "changes": _("El plan"),
        "targets": _("Metas"),
        "reports": _("Informes"),
        "administration": _("Administración"),
    }
    actor = current_actor()
    links = _links((words[key], endpoint) for key, endpoint, permission in WORK_NAV if can(actor, permission))
    grouped = (
        (plan_changes, "plans.index"),
        (report_pages, "reports.requests"),
        (target_pages, "targets.index"),
        (table_pages, "meetings.home"),
    )
    for pages, first in grouped:
        if any(one.current for one in pages()):
            return [replace(one, current=one.url == url_for(first)) for one in links]
    return links


def plan_changes() -> list[Link]:
    """The pages behind the entry of the plan: what it says, and how it changes."""
    return _links(
        [
            (_("Planes"), "plans.index"),
            (_("Reprogramaciones"), "reviews.reschedulings"),
            (_("Enmiendas"), "amendments.index"),
            (_("Dudas"), "reviews.doubts"),
            (_("Importar"), "imports.home"),
        ]
    )


def target_pages() -> list[Link]:
    """The pages behind the entry of the targets; resources for those who write them."""
    entries = [(_("Metas"), "targets.index")]
    if can(current_actor(), Permission.RESOURCE_WRITE):
        entries.append((_("Recursos de los compromisos"), "resources.index"))
    return _links(entries)


def report_pages() -> list[Link]:
    """The pages behind the entry of the reports."""
    return _links([(_("Informes pedidos"), "reports.requests"), (_("Autoevaluación"), "assessments.index")])


def table_pages() -> list[Link]:
    """The pages behind the entry of the technical table, as far as the reader may open them."""
    entries = (
        (_("Reuniones y acuerdos"), "meetings.home", Permission.AGREEMENT_READ),
        (_("Integrantes"), "meetings.seats", Permission.MEETING_READ),
        (_("Reloj de la Alianza"), "clock.show", Permission.REPORT_READ_ALL),
        (_("Grupos de trabajo"), "groups.index", Permission.COMPILATION_READ),
    )
    actor = current_actor()
    return _links((label, endpoint) for label, endpoint, permission in entries if can(actor, permission))


def other_language() -> Link:
    """This page in the other language."""
    code, url = i18n.other_address()
    return Link(i18n.LANGUAGES[code], url, code=code)


def layout_links() -> dict[str, str]:
    """Fixed addresses of the layouts."""
    return {
        "home": url_for("portal.plans"),
        "glossary": url_for("portal.glossary"),
        "api": url_for("api.docs"),
        "search": url_for("portal.search"),
        "panel": url_for("progress.panel"),
        "account": url_for("accounts.show"),
        "notices": url_for("notices.index"),
        "sign_in": url_for("accounts.sign_in"),
        "sign_out": url_for("accounts.sign_out"),
    }


def actor_label() -> str:
    """The signed-in person's name, role and institution, in one line."""
    actor = current_actor()
    if actor is None or actor.role is None:
        return ""
    on_behalf = _("por delegación de %(name)s", name=actor.on_behalf_name) if actor.on_behalf_uid else ""
    parts = (current_user.name, on_behalf, role_word(actor.role), actor.label)
    return " · ".join(part for part in parts if part)


def acts_by_delegation() -> bool:
    """True while the signed-in person acts by somebody's delegation."""
    actor = current_actor()
    return actor is not None and bool(actor.on_behalf_uid)


def received_delegations() -> list[str]:
    """By whose delegation the signed-in person could act today, on the pages where they are told."""
    told_on = {"progress.panel", "accounts.show"}
    actor = current_actor()
    if actor is None or actor.on_behalf_uid or request.endpoint not in told_on:
        return []
    return list_received(actor, clock.today(current_app.config["TIMEZONE"]))


def mail_bounces() -> bool:
    """True on the pages where a person is told that mail does not reach them."""
    told_on = {"progress.panel", "accounts.show"}
    return request.endpoint in told_on and current_actor() is not None and current_user.mail_bounces


def today_here() -> object:
    """Today's civil date, for templates."""
    return clock.today(current_app.config["TIMEZONE"])


def init_app(app: Flask) -> None:
    """Give the layouts their functions."""
    app.jinja_env.globals.update(
        public_nav=public_nav,
        work_nav=work_nav,
        report_pages=report_pages,
        target_pages=target_pages,
        plan_changes=plan_changes,
        other_language=other_language,
        layout_links=layout_links,
        actor_label=actor_label,
        acts_by_delegation=acts_by_delegation,
        table_pages=table_pages,
        received_delegations=received_delegations,
        mail_bounces=mail_bounces,
        today_here=today_here,
        get_locale=get_locale,
        government_name=app.config["GOVERNMENT_NAME"],
    )
