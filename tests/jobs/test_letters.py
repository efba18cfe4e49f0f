"""Letters: what a person reads, in their language, with addresses that work from outside."""

from __future__ import annotations

import ast
import inspect
from datetime import date

import pytest

from tracker.domain.permissions import AccountRole
from tracker.jobs import letters
from tracker.jobs.letters import letter_text
from tracker.queries.notices import PendingLetter, PendingNotice
from tracker.words import notices, system_notices
from tracker.words.notices import when_due

ON = date(2026, 6, 15)
BASE = "https://cumple.gob.example/"


def pending(number=1, due="2026-06-22", kind="due-reminder", uid="u1", **params):
    given = {
        "due_on": due,
        "label": "2.3",
        "title": "Taller\n de   datos",
        "commitment": "10",
        "plan": "4",
        "institution": "INFOM",
    }
    return PendingNotice(number, kind, uid, given | params)


def letter(*notices, role=AccountRole.LIAISON, locale="es", name="Ana"):
    return PendingLetter(1, "p1", role, "ana@infom.example", name, locale, notices or (pending(),))


def text(*notices, **more):
    return letter_text(letter(*notices, **more), ON, BASE)


def test_the_subject_of_one_activity_says_which_and_when(app_context):
    assert text().subject == "2.3 vence en 7 días, el 22 de junio de 2026: Taller de datos"


def test_the_body_says_what_where_when_and_leads_there(app_context):
    body = text().text
    assert body.startswith(
        "Hola, Ana:\n\nUna actividad está por vencer y falta reportar que terminó.\n\nPOR VENCER"
    )
    assert (
        "2.3 · Taller de datos\nCompromiso 10, plan 4 · INFOM\nVence en 7 días, el 22 de junio de 2026\n"
        in body
    )
    assert "https://cumple.gob.example/actividades/u1\n" in body
    assert "https://cumple.gob.example/panel" in body


def test_both_forms_say_the_same(app_context):
    words = text()
    assert 'href="https://cumple.gob.example/actividades/u1"' in words.html
    assert "Vence en 7 días, el 22 de junio de 2026" in words.html
    assert '<html lang="es">' in words.html


def test_what_is_late_comes_first_and_each_kind_under_its_heading(app_context):
    words = text(pending(1), pending(2, "2026-05-31", "overdue-reminder", "u2", label="1.1"))
    assert words.subject == "Una actividad vencida y una por vencer"
    assert words.text.index("VENCIDAS") < words.text.index("1.1") < words.text.index("POR VENCER")
    assert "Venció hace 15 días, el 31 de mayo de 2026" in words.text


def test_several_are_counted_in_the_subject(app_context):
    several = [pending(n, "2026-05-31", "overdue-reminder", f"u{n}") for n in range(3)]
    assert text(*several).subject == "3 actividades vencidas"
    assert text(*several).text.count("Venció hace") == 3


def test_two_notices_of_one_due_date_are_one_line(app_context):
    assert text(pending(1), pending(2, kind="overdue-reminder")).text.count("Taller de datos") == 1


def test_who_does_not_report_is_told_why_they_are_written_to(app_context):
    late = pending(1, "2026-05-01", "overdue-reminder")
    opening = "Una actividad sigue vencida pese a los recordatorios a quien la reporta."
    assert opening in text(late, role=AccountRole.INSTITUTION_HEAD).text
    assert opening not in text(late).text


def test_without_a_name_the_greeting_is_a_plain_one(app_context):
    assert text(name="").text.startswith("Buen día:")


def test_an_english_reader_gets_english_dates_and_addresses(app_context):
    words = text(locale="en")
    assert "June 22, 2026" in words.text
    assert "https://cumple.gob.example/en/actividades/u1" in words.text
    assert '<html lang="en">' in words.html


def test_an_unknown_language_falls_back_to_spanish(app_context):
    assert "Hola, Ana:" in text(locale="fr").text


def test_what_people_wrote_is_escaped_in_one_form_and_left_alone_in_the_other(app_context):
    words = text(pending(title='<b>Mesa "A&B"</b>'))
    assert '<b>Mesa "A&B"</b>' in words.text
    assert "&lt;b&gt;Mesa &#34;A&amp;B&#34;&lt;/b&gt;" in words.html


def test_a_subject_is_one_line_of_moderate_length(app_context):
    subject = text(pending(title="muy largo " * 60)).subject
    assert "\n" not in subject
    assert len(subject) <= 150
    assert subject.endswith(" …")


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (date(2026, 6, 15), "vence hoy, 15 de junio de 2026"),
        (date(2026, 6, 16), "vence mañana, 16 de junio de 2026"),
        (date(2026, 7, 15), "vence en 30 días, el 15 de julio de 2026"),
        (date(2026, 6, 14), "venció ayer, el 14 de junio de 2026"),
        (date(2024, 2, 29), "venció hace 837 días, el 29 de febrero de 2024"),
    ],
)
def test_how_far_away_a_date_is(app_context, due, expected):
    assert when_due(due, ON, "es") == expected


PLACE = {"commitment": "10", "plan": "4", "institution": "INFOM", "node": "n1"}
ITEM = {"label": "2.3", "title": "Taller"} | PLACE


def news(number, kind, uid="s1", **params):
    return PendingNotice(number, kind, uid, ITEM | params)


def returned(number=1, uid="t1", field="evidence"):
    return news(number, "report-returned", uid, comment="Falta el acta.", comment_field=field)


def a_round(number=1, kind="round-opened", **params):
    given = {
        "plan": "4",
        "period_start": "2026-06-01",
        "period_end": "2026-06-30",
        "due_on": "2026-06-30",
        "institution": "INFOM",
        "institution_uid": "i1",
    }
    return PendingNotice(number, kind, "r1", given | params)


def test_a_return_says_what_the_reviewer_wrote_and_about_which_field(app_context):
    words = text(returned())
    assert words.subject == "Un informe devuelto: 2.3 Taller"
    assert "Volvió con esta observación sobre la evidencia:\n«Falta el acta.»\n" in words.text
    assert "https://cumple.gob.example/avances/n1\n" in words.text
    assert "<blockquote>Falta el acta.</blockquote>" in words.html
    assert "Volvió con esta observación:" in text(returned(field="")).text


def test_a_round_leads_to_its_sheet_and_says_when_it_closes(app_context):
    words = text(a_round())
    assert words.subject == "Ronda de junio de 2026: cierra el 30 de junio de 2026"
    assert "https://cumple.gob.example/avances/rondas/r1?institucion=i1\n" in words.text
    assert "cierra hoy" in text(a_round(kind="round-due", due_on="2026-06-15")).subject
    longer = text(a_round(period_start="2026-04-01"))
    assert longer.subject.startswith("Ronda de abril a junio de 2026")
    assert text(a_round(), locale="en").subject.endswith("June 30, 2026")


def test_two_notices_of_one_round_are_one_line(app_context):
    assert text(a_round(1), a_round(2, "round-due")).text.count("Ronda de junio") == 1


def test_everything_stands_in_one_letter_what_asks_for_most_first(app_context):
    words = text(
        news(1, "rescheduling-decided", outcome="approved", resolution="Se aprueba."),
        news(2, "report-validated", percent="40", comment=""),
        a_round(3),
        pending(4),
        returned(5),
    )
    headings = ["DEVUELTOS", "POR VENCER", "RONDAS DE INFORMES", "ACEPTADOS", "CAMBIOS DE FECHA RESUELTOS"]
    places = [words.text.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "Comprobado: 40 %" in words.text
    assert "Se aprobaron las fechas nuevas\n«Se aprueba.»" in words.text
    assert words.subject.startswith("Un informe devuelto, una por vencer, una ronda por responder")


def test_a_long_part_is_cut_and_the_rest_counted(app_context):
    many = [news(n, "review-late", f"r{n}", due_on="2026-06-10") for n in range(40)]
    words = text(*many, role=AccountRole.CONTACT_POINT)
    assert words.subject == "40 informes esperan decisión"
    assert words.text.count("Debía decidirse a más tardar el 10 de junio de 2026") == 25
    assert "y 15 más" in words.text
    assert "https://cumple.gob.example/revision/r3\n" in words.text


def test_a_letter_may_be_about_a_consultation_alone(app_context):
    about = {"report": "r1", "kind": "plan", "cutoff_on": "2026-05-31"}
    notice = PendingNotice(1, "consultation-opened", "c1", pending().params | about)
    words = letter_text(letter(notice), ON, BASE)
    assert "Hay informes que esperan sus comentarios." in words.text


def test_an_institution_is_asked_for_a_reply_with_the_citizens_words(app_context):
    said = {"kind": "correction", "text": "La fecha <b>no</b> es esa."}
    params = pending(due="2026-07-15").params | said
    words = letter_text(letter(PendingNotice(1, "observation-asked", "o1", params)), ON, BASE)
    assert "Le piden una respuesta para la ciudadanía." in words.text
    assert "Debe responderse a más tardar el 15 de julio de 2026" in words.text
    assert "https://cumple.gob.example/observaciones/bandeja/o1" in words.text
    assert "<b>no</b>" not in words.html


def test_a_persons_letters_about_one_round_or_one_thing_alone_stand_together(app_context):
    def thread(*notices):
        return text(*notices).headers.get("References")

    root = thread(pending(1, uid="u1"))
    assert root == "<avisos.u1.p1@cumple.gob.example>"
    assert thread(pending(2, "2026-05-31", "overdue-reminder", uid="u1")) == root
    assert thread(pending(1, uid="u1"), pending(2, uid="u2")) is None
    of_round = {"institution_uid": "i", "period_start": "2026-06-01", "period_end": "2026-06-30"}
    both = thread(pending(1, kind="round-opened", uid="r1", **of_round), pending(2, uid="u2"))
    assert both == "<avisos.r1.p1@cumple.gob.example>"
    assert text().headers["List-Id"] == "Cumple <avisos.cumple.gob.example>"


def test_a_letter_can_begin_with_each_of_its_parts(app_context):
    trees = [ast.parse(inspect.getsource(module)) for module in (notices, system_notices)]
    calls = [
        one
        for tree in trees
        for one in ast.walk(tree)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)
    ]
    parts = {one.args[0].value for one in calls if one.func.id == "Part"}
    assert {"overdue", "clock", "agreed", "ruled"} < parts
    assert parts - {"overdue", "soon"} == letters._openings(1).keys()
