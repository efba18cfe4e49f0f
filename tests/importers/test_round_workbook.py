"""A round's workbook that comes back, with all that people and programs do to it in between."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from tests.importers.workbooks import codes
from tests.support.factories.round_books import book, line, rendered
from tests.support.factories.workbooks import FilledBook
from tracker.domain.evidence import Access
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.round_workbook import LineInputs, SheetLink, Situation, fingerprint
from tracker.importers.proposals import Level
from tracker.importers.round_workbook import read_round_workbook

FULL = LineInputs(
    percent=Decimal("33.33"),
    delivered=Decimal("12.5"),
    departure_reason="Faltan las del norte",
    narrative="=1+1 no es una fórmula\n\nSegundo párrafo, con <b> y _x0041_ y 😀",
    reported_on=date(2026, 11, 20),
    links=frozenset(
        {
            SheetLink("https://a.gt/1", "Uno", date(2026, 11, 3), Access.PUBLIC, frozenset({"m1", "m2"})),
            SheetLink("https://a.gt/2", "", date(2026, 11, 4), Access.CONFIDENTIAL, frozenset({"m1"})),
            SheetLink("https://a.gt/3", "Suelto", date(2026, 11, 4), Access.PUBLIC),
        }
    ),
)
# A cell's instant has no zone.
AT_HALF_PAST_TEN = datetime.combine(date(2026, 6, 15), time(10, 30))
STALLED = LineInputs(
    percent=Decimal(20),
    no_progress=True,
    obstacle_kind=ObstacleKind.THIRD_PARTY,
    obstacle="No llegó la respuesta",
    needed="Que respondan",
    new_expected_on=date(2027, 1, 31),
)


@pytest.fixture(scope="module")
def empty():
    return rendered()


def back(made: FilledBook):
    return read_round_workbook(made.saved())


def told(proposal):
    """Code, cell and offending text of each finding."""
    return [(one.code, one.cell, one.text) for one in proposal.findings]


def test_what_is_brought_back_untouched_says_what_was_handed_out():
    made = book(line(1, inputs=FULL), line(2, inputs=STALLED), line(3))
    proposal = read_round_workbook(rendered(*made.lines))
    assert proposal.findings == []
    assert (proposal.round_uid, proposal.institution_uid) == ("r1", "i1")
    assert proposal.made_at == made.made_at.isoformat()
    assert [one.inputs for one in proposal.lines] == [one.inputs for one in made.lines]
    assert [one.base for one in proposal.lines] == [fingerprint(one.inputs) for one in made.lines]


def test_saved_again_by_another_program_it_says_the_same():
    made = (line(1, inputs=FULL), line(2, inputs=STALLED))
    proposal = back(FilledBook(rendered(*made)))
    assert proposal.findings == []
    assert [one.inputs for one in proposal.lines] == [FULL, STALLED]


@pytest.mark.parametrize(
    ("written", "percent"),
    [
        (80, 80), (80.5, "80.5"), ("80", 80), ("80 %", 80), ("80,5", "80.5"), ("80.5%", "80.5"),
        ("80\u00a0%", 80), ("80 por ciento", 80), (0, 0), ("", None), (None, None), ("  ", None),
    ],
)  # fmt: skip
def test_a_percent_as_people_write_it(empty, written, percent):
    proposal = back(FilledBook(empty).write("1.1", percent=written))
    assert told(proposal) == []
    assert proposal.lines[0].inputs.percent == (None if percent is None else Decimal(percent))


def test_a_percentage_of_the_spreadsheet_is_read_as_it_is_shown(empty):
    made = FilledBook(empty).write("1.1", percent=0.8)
    made.cell("1.1", "percent").number_format = "0%"
    assert back(made).lines[0].inputs.percent == 80


def test_a_fraction_where_a_percent_belongs_is_asked_about(empty):
    proposal = back(FilledBook(empty).write("1.1", percent=0.8))
    assert [(one.level, one.code, one.params["hundred"]) for one in proposal.findings] == [
        (Level.DOUBT, "percent-maybe-fraction", "80")
    ]


@pytest.mark.parametrize(
    ("written", "code", "text"),
    [
        (120, "percent-out-of-range", "120"),
        (-1, "percent-out-of-range", "-1"),
        ("120 %", "percent-out-of-range", "120 %"),
        ("ochenta", "percent-not-a-number", "ochenta"),
        (True, "percent-not-a-number", "True"),
        (date(2026, 2, 1), "percent-not-a-number", "01/02/2026"),
    ],
)
def test_a_percent_that_is_none_is_an_error_in_its_cell(empty, written, code, text):
    made = FilledBook(empty).write("1.2", percent=written)
    assert told(back(made)) == [(code, made.cell("1.2", "percent").coordinate, text)]


@pytest.mark.parametrize(
    ("written", "quantity"), [("1,250", 1250), ("2,5", "2.5"), ("1.250,75", "1250.75"), (12, 12)]
)
def test_a_quantity_with_its_thousands_separated_or_not(empty, written, quantity):
    proposal = back(FilledBook(empty).write("1.1", delivered=written))
    assert proposal.lines[0].inputs.delivered == Decimal(quantity)


@pytest.mark.parametrize(
    ("written", "code"),
    [("doce talleres", "quantity-not-a-number"), (-3, "quantity-below-zero"), (1e15, "quantity-too-large")],
)
def test_a_quantity_that_is_none_is_an_error(empty, written, code):
    assert codes(back(FilledBook(empty).write("1.1", delivered=written)).findings) == [code]


@pytest.mark.parametrize(
    "written",
    [
        AT_HALF_PAST_TEN, date(2026, 6, 15), "15/6/2026", "15/06/2026", "15-06-2026",
        "2026-06-15", "2026/06/15", "15 de junio de 2026", "15 jun 2026", " 15/6/2026 ",
    ],
)  # fmt: skip
def test_a_day_as_a_date_or_in_words(empty, written):
    proposal = back(FilledBook(empty).write("1.1", reported_on=written))
    assert told(proposal) == []
    assert proposal.lines[0].inputs.reported_on == date(2026, 6, 15)


@pytest.mark.parametrize("written", ["junio de 2026", "31/02/2026", "ayer", "6/15/2026", "15/6/1026"])
def test_what_is_no_day_is_an_error(empty, written):
    assert codes(back(FilledBook(empty).write("1.1", reported_on=written)).findings) == [
        "date-not-understood"
    ]


@pytest.mark.parametrize(
    ("written", "answer"), [("Sí", True), ("si", True), ("X", True), (True, True), ("No", False), ("", False)]
)
def test_yes_and_no_in_their_usual_forms(empty, written, answer):
    assert back(FilledBook(empty).write("1.1", no_progress=written)).lines[0].inputs.no_progress is answer


@pytest.mark.parametrize(
    ("column", "written", "code"),
    [
        ("no_progress", "quizás", "yes-no-not-understood"),
        ("obstacle_kind", "Mala suerte", "obstacle-kind-unknown"),
        ("narrative", "a" * 20_001, "text-too-long"),
        ("completed_on", "15/6/2026", "completion-below-full"),
    ],
)
def test_a_cell_that_cannot_be_kept_is_an_error(empty, column, written, code):
    assert codes(back(FilledBook(empty).write("1.1", **{column: written})).findings) == [code]


def test_kinds_of_obstacle_are_read_by_the_words_of_the_list(empty):
    for written in ("Un tercero", "un TERCERO "):
        proposal = back(FilledBook(empty).write("1.1", obstacle_kind=written))
        assert proposal.lines[0].inputs.obstacle_kind is ObstacleKind.THIRD_PARTY


def test_a_formula_counts_as_the_result_that_was_saved_with_it():
    data = _with_formula(rendered(), "<v>42</v>")
    assert read_round_workbook(data).lines[0].inputs.percent == 42


def test_a_formula_without_its_result_is_an_error():
    proposal = read_round_workbook(_with_formula(rendered(), ""))
    assert codes(proposal.findings) == ["formula-not-computed"]


def _with_formula(data: bytes, result: str) -> bytes:
    """The workbook with a formula in the first line's percent, as a spreadsheet writes it."""
    place = FilledBook(data).cell("1.1", "percent").coordinate
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.infolist():
            content = old.read(part).decode() if part.filename.endswith(".xml") else ""
            start = content.find(f'<c r="{place}"')
            if "sheet2" in part.filename and start >= 0:
                end = content.index("/>", start) + 2
                cell = content[start:end].replace("/>", f"><f>40+2</f>{result}</c>")
                new.writestr(part.filename, content[:start] + cell + content[end:])
            else:
                new.writestr(part, old.read(part))
    return stream.getvalue()


def test_a_text_that_looks_like_a_formula_stays_a_text(empty):
    made = FilledBook(empty).write("1.1", narrative="=HYPERLINK(1)")
    made.cell("1.1", "narrative").data_type = "s"
    proposal = back(made)
    assert proposal.lines[0].inputs.narrative == "=HYPERLINK(1)"


class TestLinks:
    def test_one_address_in_two_rows_answers_both_means(self, empty):
        made = FilledBook(empty)
        for means in ("Informe", "Listado"):
            made.link("1.2", means, "https://a.gt/x", link_title="Acta")
        (link,) = back(made).lines[1].inputs.links
        assert (link.title, link.means) == ("Acta", frozenset({"m1", "m2"}))

    def test_a_free_row_says_in_its_list_what_it_answers(self, empty):
        made = FilledBook(empty)
        target = made.links.cell(5, 1).value
        made.links.cell(20, 1).value, made.links.cell(20, 2).value = target, "https://a.gt/x"
        assert {one.means for one in back(made).lines[0].inputs.links} == {frozenset({"m2"})}

    @pytest.mark.parametrize(
        ("cells", "code"),
        [
            ({1: "1.1 y otras", 2: "https://a.gt"}, "target-not-in-list"),
            ({2: "https://a.gt"}, "link-without-target"),
        ],
    )
    def test_a_free_row_that_answers_nothing_known_is_an_error(self, empty, cells, code):
        made = FilledBook(empty)
        for column, value in cells.items():
            made.links.cell(20, column).value = value
        assert codes(back(made).findings) == [code]

    @pytest.mark.parametrize(
        ("cells", "code"),
        [
            ({"url": "portal.gob.gt"}, "link-not-an-address"),
            ({"url": "javascript:alert(1)"}, "link-not-an-address"),
            ({"url": None, "link_title": "Acta"}, "link-missing"),
            ({"url": "https://a.gt", "access": "Secreta"}, "access-not-understood"),
            ({"url": "https://a.gt", "effective_on": "ayer"}, "date-not-understood"),
        ],
    )
    def test_a_link_that_is_none_is_an_error(self, empty, cells, code):
        made = FilledBook(empty).link("1.1", "Informe", **cells)
        assert codes(back(made).findings) == [code]

    def test_a_link_of_a_line_whose_row_was_deleted_is_an_error(self, empty):
        made = FilledBook(empty).link("1.3", "Informe", "https://a.gt")
        made.progress.delete_rows(made.row("1.3"))
        assert codes(back(made).findings) == ["line-row-missing"]


class TestWhatPeopleDoToSheets:
    def test_sheets_renamed_moved_and_added(self, empty):
        made = FilledBook(empty).write("1.1", percent=10)
        made.progress.title = "Mis avances 2026"
        made.book.move_sheet("Mis avances 2026", 2)
        made.book.create_sheet("Notas", 0)["A1"] = "míos"
        proposal = back(made)
        assert told(proposal) == []
        assert proposal.lines[0].inputs.percent == 10

    def test_rows_in_another_order_and_hidden(self, empty):
        made = FilledBook(empty).write("1.1", percent=10).write("1.3", percent=30)
        rows = [[cell.value for cell in row] for row in made.progress.iter_rows(min_row=4, max_row=6)]
        for at, row in enumerate(reversed(rows), start=4):
            for column, value in enumerate(row, start=1):
                made.progress.cell(at, column).value = value
        made.progress.row_dimensions[5].hidden = True
        found = {one.key: one.inputs.percent for one in back(made).lines}
        assert found == {"k1": 10, "k2": None, "k3": 30}

    def test_rows_above_and_columns_between(self, empty):
        made = FilledBook(empty).write("1.1", percent=10)
        made.progress.insert_cols(8)
        assert back(made).lines[0].inputs.percent == 10

    def test_the_row_of_groups_deleted_loses_no_line(self, empty):
        made = FilledBook(empty).write("1.1", percent=10)
        made.progress.delete_rows(2)
        proposal = back(made)
        assert told(proposal) == []
        assert [one.key for one in proposal.lines] == ["k1", "k2", "k3"]

    def test_empty_rows_say_nothing_and_deleted_ones_neither(self, empty):
        made = FilledBook(empty)
        made.progress.delete_rows(made.row("1.2"))
        made.progress.cell(40, 1).value = "   "
        proposal = back(made)
        assert told(proposal) == []
        assert [one.key for one in proposal.lines] == ["k1", "k3"]

    def test_a_row_of_ones_own_is_an_error(self, empty):
        made = FilledBook(empty)
        made.progress.cell(9, made.column("narrative")).value = "Otra actividad"
        assert [(one.code, one.text) for one in back(made).findings] == [
            ("row-without-line", "Otra actividad")
        ]

    def test_a_line_twice_is_an_error(self, empty):
        made = FilledBook(empty)
        made.progress.cell(9, 1).value = "k1"
        assert [(one.code, one.params) for one in back(made).findings] == [("line-repeated", {"first": "4"})]

    def test_a_deleted_column_is_an_error(self, empty):
        made = FilledBook(empty)
        made.progress.delete_cols(made.column("obstacle"))
        assert [(one.code, one.params) for one in back(made).findings] == [
            ("column-missing", {"column": "obstacle"})
        ]

    def test_a_copy_of_the_sheet_is_an_error(self, empty):
        made = FilledBook(empty)
        made.book.copy_worksheet(made.progress)
        assert codes(back(made).findings) == ["sheet-repeated"]

    @pytest.mark.parametrize("name", ["Avances", "Listas"])
    def test_a_workbook_without_its_own_sheets_is_none(self, empty, name):
        made = FilledBook(empty)
        del made.book[name]
        assert codes(back(made).findings) == ["not-a-round-workbook"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"a;b\n1;2\n", "not-an-office-file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old-office-format"),
        (b"PK\x03\x04 damaged", "unreadable-file"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(data, code):
    proposal = read_round_workbook(data)
    assert proposal.has_errors
    assert codes(proposal.findings) == [code]


def test_a_workbook_that_unpacks_beyond_the_limit_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/media/big.bin", b"\x00" * (201 * 1024 * 1024))
    assert codes(read_round_workbook(stream.getvalue()).findings) == ["input-too-large"]


def test_lines_that_wait_for_a_decision_are_locked():
    made = FilledBook(rendered(line(1), line(2, situation=Situation.IN_REVIEW)))
    assert not made.cell("1.1", "percent").protection.locked
    assert made.cell("1.2", "percent").protection.locked
