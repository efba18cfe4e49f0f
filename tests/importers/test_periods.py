"""Every way of writing a period in Spanish becomes windows with the right precision."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.schedule import Frequency, Window
from tracker.importers.period_words import MONTH_NAMES
from tracker.importers.periods import PeriodReading, parse_frequency, parse_range, parse_windows
from tracker.importers.proposals import Level

SHORT = {"day": "d", "month": "m", "quarter": "q", "four_month": "c", "half_year": "h", "year": "y"}


def shown(window: Window) -> str:
    """A window as "2019-03-01m/2019-10-31m"."""
    start = f"{window.start}{SHORT[window.start_precision.value]}" if window.start else ""
    return f"{start}/{window.end}{SHORT[window.end_precision.value]}"


def codes(reading: PeriodReading) -> list[str]:
    return [code for _, code, _ in reading.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Marzo de 2019- octubre de  2019", "2019-03-01m/2019-10-31m"),
        ("Noviembre de 2018-marzo  2019", "2018-11-01m/2019-03-31m"),
        ("Abril - Junio 2019", "2019-04-01m/2019-06-30m"),
        ("Enero - junio - 2020", "2020-01-01m/2020-06-30m"),
        ("Julio - agosto 2019", "2019-07-01m/2019-08-31m"),
        (" Junio  2019", "2019-06-01m/2019-06-30m"),
        ("MARZO DE 2019", "2019-03-01m/2019-03-31m"),
        ("Enero 2020 - febrero 2020 ", "2020-01-01m/2020-02-29m"),
        ("Noviembre  de 2018 al  30 de agosto 2020", "2018-11-01m/2020-08-30d"),
        ("noviembre de 2018 – 30 de agosto 2020", "2018-11-01m/2020-08-30d"),
        ("Enero — marzo de 2019", "2019-01-01m/2019-03-31m"),
        ("Del 15 de enero al 30 de abril de 2019", "2019-01-15d/2019-04-30d"),
        ("del 1 al 15 de marzo de 2019", "2019-03-01d/2019-03-15d"),
        ("15 al 20/03/2019", "2019-03-15d/2019-03-20d"),
        ("Del 15 de enero de 2019\nal 30 de abril de 2019", "2019-01-15d/2019-04-30d"),
        ("Noviembre de\n2018-marzo\n2019", "2018-11-01m/2019-03-31m"),
        ("I trimestre 2019", "2019-01-01q/2019-03-31q"),
        ("1er. trimestre de 2019", "2019-01-01q/2019-03-31q"),
        ("trimestre IV de 2019", "2019-10-01q/2019-12-31q"),
        ("último trimestre de 2019", "2019-10-01q/2019-12-31q"),
        ("I trimestre 2019 (enero-marzo)", "2019-01-01q/2019-03-31q"),
        ("I y II trimestre de 2019", "2019-01-01q/2019-06-30q"),
        ("I al III trimestre de 2019", "2019-01-01q/2019-09-30q"),
        ("Cuarto trimestre 2018 - agosto 2020", "2018-10-01q/2020-08-31m"),
        ("primer semestre de 2020", "2020-01-01h/2020-06-30h"),
        ("2º semestre 2020", "2020-07-01h/2020-12-31h"),
        ("segundo cuatrimestre 2019", "2019-05-01c/2019-08-31c"),
        ("primer bimestre 2019", "2019-01-01m/2019-02-28m"),
        ("primera quincena de marzo de 2019", "2019-03-01d/2019-03-15d"),
        ("Q1 2019", "2019-01-01q/2019-03-31q"),
        ("T1-2019", "2019-01-01q/2019-03-31q"),
        ("2019-Q1", "2019-01-01q/2019-03-31q"),
        ("S2 2020", "2020-07-01h/2020-12-31h"),
        ("2019", "2019-01-01y/2019-12-31y"),
        ("2018-2020", "2018-01-01y/2020-12-31y"),
        ("Todo el año 2019", "2019-01-01y/2019-12-31y"),
        ("15/01/2019 - 30/04/2019", "2019-01-15d/2019-04-30d"),
        ("15-01-2019 al 30-04-2019", "2019-01-15d/2019-04-30d"),
        ("15.01.19", "2019-01-15d/2019-01-15d"),
        ("2019-01-15 a 2019-04-30", "2019-01-15d/2019-04-30d"),
        ("2019-01-15T00:00:00", "2019-01-15d/2019-01-15d"),
        ("15-mar-2019", "2019-03-15d/2019-03-15d"),
        ("03/2019 - 06/2019", "2019-03-01m/2019-06-30m"),
        ("Nov/2018 a ago/2020", "2018-11-01m/2020-08-31m"),
        ("enero de 2019", "2019-01-01m/2019-01-31m"),
        ("ene. 2019", "2019-01-01m/2019-01-31m"),
        ("ene-19", "2019-01-01m/2019-01-31m"),
        ("ENE-MAR 2019", "2019-01-01m/2019-03-31m"),
        ("sept 2019", "2019-09-01m/2019-09-30m"),
        ("setiembre 2019", "2019-09-01m/2019-09-30m"),
        ("Marzo 2,019", "2019-03-01m/2019-03-31m"),
        ("Marzo (2019)", "2019-03-01m/2019-03-31m"),
        ("lunes 4 de marzo de 2019", "2019-03-04d/2019-03-04d"),
        ("1º de marzo de 2019", "2019-03-01d/2019-03-01d"),
        ("a más tardar el 30 de junio de 2020", "/2020-06-30d"),
        ("hasta el 30 de junio de 2020", "/2020-06-30d"),
        ("A partir del 1 de marzo de 2019 hasta el 30 de agosto de 2020", "2019-03-01d/2020-08-30d"),
        ("Desde enero hasta marzo de 2019", "2019-01-01m/2019-03-31m"),
        ("entre marzo y junio de 2019", "2019-03-01m/2019-06-30m"),
        ("De enero del 2019 al mes de marzo del año 2020", "2019-01-01m/2020-03-31m"),
        ("Inicio: 15/01/2019 Fin: 30/04/2019", "2019-01-15d/2019-04-30d"),
        ("2019: enero a marzo", "2019-01-01m/2019-03-31m"),
        ("Mensual, de mayo de 2019 a agosto de 2020", "2019-05-01m/2020-08-31m"),
        ("marzo y abril de 2019", "2019-03-01m/2019-04-30m"),
        ("Enero, febrero y marzo de 2019", "2019-01-01m/2019-03-31m"),
    ],
)
def test_one_window(text: str, expected: str) -> None:
    reading = parse_windows(text)
    assert [shown(one) for one in reading.windows] == [expected]
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Enero de 2019 - marzo de 2019 Enero de 2020- marzo de 2020",
            ["2019-01-01m/2019-03-31m", "2020-01-01m/2020-03-31m"],
        ),
        (
            "Noviembre de  2018- diciembre de 2018\nNoviembre 2019-diciembre de 2019",
            ["2018-11-01m/2018-12-31m", "2019-11-01m/2019-12-31m"],
        ),
        (
            "enero 2019 a marzo 2019 y enero 2020 a marzo 2020",
            ["2019-01-01m/2019-03-31m", "2020-01-01m/2020-03-31m"],
        ),
        ("noviembre 2018; noviembre 2019", ["2018-11-01m/2018-11-30m", "2019-11-01m/2019-11-30m"]),
        ("marzo y septiembre de 2019", ["2019-03-01m/2019-03-31m", "2019-09-01m/2019-09-30m"]),
        (
            "Enero - marzo y julio - septiembre de 2019",
            ["2019-01-01m/2019-03-31m", "2019-07-01m/2019-09-30m"],
        ),
        ("- Marzo 2019\n- Mayo 2019", ["2019-03-01m/2019-03-31m", "2019-05-01m/2019-05-31m"]),
        ("1 y 15 de marzo de 2019", ["2019-03-01d/2019-03-01d", "2019-03-15d/2019-03-15d"]),
    ],
)
def test_several_windows_in_one_cell(text: str, expected: list[str]) -> None:
    reading = parse_windows(text)
    assert [shown(one) for one in reading.windows] == expected
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("agosto 2020 - marzo 2019", "reversed-window", {"start": "2020-08-01", "end": "2019-03-31"}),
        ("Octubre a marzo de 2019", "reversed-window", {"start": "2019-10-01", "end": "2019-03-31"}),
        ("Marso 2019", "unknown-month", {"month": "marso", "nearest": "marzo"}),
        ("Setimbre - octubre de 2019", "unknown-month", {"month": "setimbre", "nearest": "septiembre"}),
        ("Brumario de 2019", "no-such-month", {"month": "brumario"}),
        ("Enero - brumario de 2019", "no-such-month", {"month": "brumario"}),
        ("Brumario - enero de 2019", "no-such-month", {"month": "brumario"}),
        ("De brumario a enero de 2019", "no-such-month", {"month": "brumario"}),
        ("marzo 2019 - Xyz 2020", "no-such-month", {"month": "xyz"}),
        ("Del 15 de brumario al 30 de abril de 2019", "no-such-month", {"month": "brumario"}),
        ("15 de brumario de 2019", "no-such-month", {"month": "brumario"}),
        ("31 de febrero de 2019", "impossible-date", {"value": "31 febrero"}),
        ("29/02/2019", "impossible-date", {"value": "29/02/2019"}),
        ("15/13/2019", "impossible-date", {"value": "15/13/2019"}),
        ("V trimestre 2019", "impossible-date", {"value": "v trimestre 2019"}),
        ("tercer semestre 2020", "impossible-date", {"value": "tercer semestre 2020"}),
        ("marzo de 20189", "impossible-date", {"value": "marzo 20189"}),
    ],
)
def test_what_cannot_be_is_an_error_and_gives_no_window(text: str, code: str, params: dict[str, str]) -> None:
    reading = parse_windows(text)
    assert reading.windows == ()
    assert reading.problems == ((Level.ERROR, code, params),)
    assert reading.has_errors


@pytest.mark.parametrize("text", [None, "", "  ", "-", "—", "N/A", "No aplica", "por definir"])
def test_an_empty_period_is_a_doubt(text: str | None) -> None:
    assert parse_windows(text) == PeriodReading((), ((Level.DOUBT, "no-period", {}),))


@pytest.mark.parametrize(
    "text",
    [
        "Permanente",
        "Según convocatoria",
        "Tres meses",
        "12 meses",
        "43539",
        "30 días después de la aprobación de marzo de 2019",
        "2018 - 2019 - 2020",
    ],
)
def test_what_is_not_understood_is_a_doubt_and_never_a_guess(text: str) -> None:
    reading = parse_windows(text)
    assert reading.windows == ()
    assert codes(reading) == ["period-not-understood"]


@pytest.mark.parametrize(
    ("text", "code", "windows"),
    [
        ("enero - marzo", "period-without-year", 0),
        ("a partir de marzo de 2019", "period-open-ended", 0),
        ("finales de marzo de 2019", "period-approximate", 1),
        ("antes de junio de 2020", "period-approximate", 1),
        ("Marzo 2019, según presupuesto", "period-partly-understood", 1),
        ("Enero 2019 a la fecha", "period-partly-understood", 1),
        ("En el marco de 2019", "period-partly-understood", 1),
        ("Verano de 2019", "period-partly-understood", 1),
        ("Ejercicio 2019", "period-partly-understood", 1),
        ("Taller nacional 2019", "period-partly-understood", 1),
    ],
)
def test_what_is_partly_understood_says_so(text: str, code: str, windows: int) -> None:
    reading = parse_windows(text)
    assert codes(reading) == [code]
    assert len(reading.windows) == windows


def test_a_date_is_a_window_of_one_day() -> None:
    assert [shown(one) for one in parse_windows(date(2019, 3, 1)).windows] == ["2019-03-01d/2019-03-01d"]


def test_two_cells_make_one_window_each_end_with_its_precision() -> None:
    assert [shown(one) for one in parse_range("noviembre 2018", date(2020, 8, 30)).windows] == [
        "2018-11-01m/2020-08-30d"
    ]
    assert [shown(one) for one in parse_range("", "agosto 2020").windows] == ["/2020-08-31m"]
    assert codes(parse_range("enero 2020", "")) == ["period-open-ended"]
    assert codes(parse_range("enero 2020", "enero 2019")) == ["reversed-window"]
    assert codes(parse_range(None, None)) == ["no-period"]
    assert codes(parse_range("Marso 2019", "abril 2019")) == ["unknown-month"]


@settings(deadline=None)
@given(
    st.tuples(st.integers(1, 12), st.integers(2015, 2030)),
    st.tuples(st.integers(1, 12), st.integers(2015, 2030)),
    st.sampled_from(["-", " - ", " – ", " a ", " al ", " hasta ", "\n- "]),
    st.sampled_from([" ", " de ", " del ", "  de  ", "/"]),
)
def test_any_two_months_with_years_are_read_back(
    first: tuple[int, int], last: tuple[int, int], sign: str, of: str
) -> None:
    text = f"{MONTH_NAMES[first[0] - 1]}{of}{first[1]}{sign}{MONTH_NAMES[last[0] - 1].upper()}{of}{last[1]}"
    reading = parse_windows(text)
    if (first[1], first[0]) > (last[1], last[0]):
        assert codes(reading) == ["reversed-window"]
    else:
        (window,) = reading.windows
        assert window.start == date(first[1], first[0], 1)
        assert (window.end.year, window.end.month) == (last[1], last[0])


@settings(deadline=None)
@given(st.text(alphabet="0123456789/-.,;:()yael eneromarzo2019IVº°\n\t", max_size=60))
def test_no_text_ever_breaks_the_reader(text: str) -> None:
    reading = parse_windows(text)
    assert reading.windows or reading.problems


@pytest.mark.parametrize(
    ("text", "frequency"),
    [
        ("Publicación mensual en formato abierto", Frequency.MONTHLY),
        ("Elaboración del informe cada tres meses", Frequency.QUARTERLY),
        ("se publica trimestralmente", Frequency.QUARTERLY),
        ("mensualmente", Frequency.MONTHLY),
        ("Mensual, de mayo a agosto", Frequency.MONTHLY),
        ("Reuniones bimestrales", Frequency.BIMONTHLY),
        ("Informe cuatrimestral de rendición de cuentas", Frequency.FOUR_MONTHLY),
        ("dos veces al año", Frequency.HALF_YEARLY),
        ("Informe anual de labores", Frequency.YEARLY),
        ("Plan Operativo Anual (POA) 2020", None),
        ("formulación de Plan Operativo Multianual (POM)", None),
        ("cronograma mensual", None),
        ("I trimestre 2019", None),
        ("", None),
    ],
)
def test_frequency_is_taken_from_duties_not_from_names_of_documents(
    text: str, frequency: Frequency | None
) -> None:
    assert parse_frequency(text) is frequency
