"""Every style of the Word report, each defined once: a ministry restyles the report by changing these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.renderers.docx_xml import DECLARATION, attribute, declared

FONT = "Arial"  # Word has it, and LibreOffice one of the same widths
ACCENT, AMBER, LATE, GOOD = "1C4F7C", "A8670A", "A2321F", "256339"
TEXT, SOFT, RULE, WASH, AMBER_TEXT = "1B2229", "47515B", "D8D2C4", "F3F0E8", "7D4F00"
_THEMED = {
    ACCENT: "accent1",
    AMBER: "accent2",
    LATE: "accent3",
    GOOD: "accent4",
    TEXT: "text1",
    SOFT: "text2",
}
_LANGUAGES = {"es": "es-GT", "en": "en-US"}
# The tone of a state: its name among the styles, its ink and its wash.
_TONES = {
    "ok": ("bien", GOOD, "E4F1E6"),
    "late": ("atraso", LATE, "FAE8E3"),
    "warn": ("aviso", AMBER_TEXT, "FBF0D6"),
    "claimed": ("declarado", AMBER_TEXT, "FBF0D6"),
    "info": ("en curso", ACCENT, "E7EFF6"),
    "mute": ("neutro", SOFT, "EEEBE3"),
}
WIDTH = 10080  # of the text, in twentieths of a point
_FIELD_INDENT = 2700
_CARD_INDENT = 240


@dataclass(frozen=True, kw_only=True)
class Paragraphs:
    """How paragraphs of a style are set; lengths in twentieths of a point."""

    keep_next: bool = False
    keep_lines: bool = False
    new_page: bool = False
    list_id: int = 0
    borders: str = ""
    tabs: tuple[tuple[str, int], ...] = ()
    hyphenated: bool = True
    before: int = 0
    after: int = 0
    line: int = 264
    left: int = 0
    right: int = 0
    hanging: int = 0
    tight: bool = False
    align: str = ""
    outline: int | None = None

    def xml(self) -> str:
        """In the order that the format asks for."""
        edges = f' w:right="{self.right}"' if self.right else ""
        edges += f' w:hanging="{self.hanging}"' if self.hanging else ""
        stops = "".join(f'<w:tab w:val="{kind}" w:pos="{at}"/>' for kind, at in self.tabs)
        parts = (
            (self.keep_next, "<w:keepNext/>"),
            (self.keep_lines, "<w:keepLines/>"),
            (self.new_page, "<w:pageBreakBefore/>"),
            (self.list_id, f'<w:numPr><w:numId w:val="{self.list_id}"/></w:numPr>'),
            (self.borders, f"<w:pBdr>{self.borders}</w:pBdr>"),
            (stops, f"<w:tabs>{stops}</w:tabs>"),
            (not self.hyphenated, "<w:suppressAutoHyphens/>"),
            (True, f'<w:spacing w:before="{self.before}" w:after="{self.after}"'),
            (True, f' w:line="{self.line}" w:lineRule="auto"/>'),
            (self.left or edges, f'<w:ind w:left="{self.left}"{edges}/>'),
            (self.tight, "<w:contextualSpacing/>"),
            (self.align, f'<w:jc w:val="{self.align}"/>'),
            (self.outline is not None, f'<w:outlineLvl w:val="{self.outline}"/>'),
        )
        return f"<w:pPr>{''.join(xml for wanted, xml in parts if wanted)}</w:pPr>"


@dataclass(frozen=True, kw_only=True)
class Letters:
    """How the letters of a style look; the size in points."""

    bold: bool | None = None
    italic: bool = False
    proofed: bool = True
    colour: str = ""
    size: float = 0
    underlined: bool = False
    shading: str = ""
    heading_font: bool = False

    def xml(self) -> str:
        """In the order that the format asks for."""
        half = round(self.size * 2)
        theme = f' w:themeColor="{_THEMED[self.colour]}"' if self.colour in _THEMED else ""
        font = "major" if self.heading_font else "minor"
        parts = (
            (self.heading_font, f'<w:rFonts w:asciiTheme="{font}HAnsi" w:hAnsiTheme="{font}HAnsi"/>'),
            (self.bold, "<w:b/><w:bCs/>"),
            (self.bold is False, '<w:b w:val="0"/><w:bCs w:val="0"/>'),
            (self.italic, "<w:i/><w:iCs/>"),
            (not self.proofed, "<w:noProof/>"),
            (self.colour, f'<w:color w:val="{self.colour}"{theme}/>'),
            (half, f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'),
            (self.underlined, '<w:u w:val="single"/>'),
            (self.shading, self.shading),
        )
        return f"<w:rPr>{''.join(xml for wanted, xml in parts if wanted)}</w:rPr>"


@dataclass(frozen=True)
class Style:
    """A paragraph style, or a character style where `paragraphs` is None."""

    uid: str
    name: str
    paragraphs: Paragraphs | None
    letters: Letters = Letters()
    base: str = "Normal"
    then: str = ""
    """The style of the paragraph that follows when somebody writes on."""

    def xml(self) -> str:
        """The definition."""
        kind = "character" if self.paragraphs is None else "paragraph"
        own = ' w:customStyle="1"' if self.name.startswith("Cumple") else ""
        base = "" if kind == "character" else f'<w:basedOn w:val="{self.base}"/>'
        then = f'<w:next w:val="{self.then}"/>' if self.then else ""
        settings = self.paragraphs.xml() if self.paragraphs else ""
        return (
            f'<w:style w:type="{kind}"{own} w:styleId="{self.uid}"><w:name w:val="{self.name}"/>{base}{then}'
            f"<w:qFormat/>{settings}{self.letters.xml()}</w:style>"
        )


def tone_style(tone: str) -> str:
    """The character style of a state's letters on their wash."""
    return f"CumpleEstado{tone.capitalize()}"


def ink_style(tone: str) -> str:
    """The character style of a tone's ink alone."""
    return f"CumpleTinta{tone.capitalize()}"


def _line(edge: str, size: int, colour: str, space: int) -> str:
    return f'<w:{edge} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'


def _wash(colour: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'


def _heading(level: int, size: float, before: int, after: int) -> Style:
    return Style(
        f"Heading{level}",
        f"heading {level}",
        Paragraphs(
            keep_next=True,
            keep_lines=True,
            new_page=level == 1,
            hyphenated=False,
            before=before,
            after=after,
            line=252,
            outline=level - 1,
            borders=_line("top", 8, ACCENT, 6) if level == 3 else "",
        ),
        Letters(bold=True, colour=ACCENT, size=size, heading_font=True),
        then="BodyText",
    )


def _field(uid: str, name: str, after: int) -> Style:
    stops = (("left", _FIELD_INDENT),)
    settings = Paragraphs(
        keep_next=True, keep_lines=True, after=after, tabs=stops, left=_FIELD_INDENT, hanging=_FIELD_INDENT
    )
    return Style(uid, name, settings, Letters(size=9))


def _card(uid: str, name: str, letters: Letters, *, keep_next: bool = False) -> Style:
    settings = Paragraphs(keep_next=keep_next, borders=_CARD, after=50, left=_CARD_INDENT)
    return Style(uid, name, settings, letters)


_CARD = _line("left", 12, RULE, 8)
_NOTE = Letters(size=8.5, colour=SOFT)
PARAGRAPHS = (
    Style("BodyText", "Body Text", Paragraphs(after=140)),
    Style("Title", "Title", Paragraphs(hyphenated=False, after=320, line=252, keep_lines=True),
          Letters(bold=True, colour=ACCENT, size=27, heading_font=True), then="Subtitle"),
    Style("Subtitle", "Subtitle", Paragraphs(hyphenated=False, after=160), Letters(bold=True, size=16)),
    _heading(1, 17, 0, 200),
    _heading(2, 13, 320, 120),
    _heading(3, 11.5, 400, 100),
    _heading(4, 10.5, 360, 80),
    Style("Caption", "caption", Paragraphs(keep_next=True, hyphenated=False, before=240, after=100),
          Letters(bold=True, colour=SOFT, size=9)),
    Style("ListBullet", "List Bullet", Paragraphs(list_id=1, after=60, left=600, hanging=240, tight=True),
          Letters(size=8.5)),
    Style("TOCHeading", "TOC Heading", Paragraphs(new_page=True, keep_next=True, after=200),
          Letters(bold=True, colour=ACCENT, size=17, heading_font=True)),
    Style("TOC1", "toc 1",
          Paragraphs(tabs=(("right", WIDTH),), before=140, after=40, right=720, keep_next=True),
          Letters(bold=True)),
    Style("TOC2", "toc 2", Paragraphs(tabs=(("right", WIDTH),), after=30, left=240, right=720)),
    Style("TOC3", "toc 3", Paragraphs(tabs=(("right", WIDTH),), after=30, left=480, right=720),
          Letters(size=8.5, colour=SOFT)),
    Style("Header", "header", Paragraphs(borders=_line("bottom", 4, RULE, 4), tabs=(("right", WIDTH),)),
          Letters(size=8, colour=SOFT)),
    Style("Footer", "footer", Paragraphs(tabs=(("right", WIDTH),)), Letters(size=8, colour=SOFT)),
    Style("CumpleEmisor", "Cumple emisor",
          Paragraphs(borders=_line("top", 48, ACCENT, 14), after=2000), Letters(bold=True, size=12)),
    Style("CumplePlan", "Cumple plan", Paragraphs(hyphenated=False, after=120),
          Letters(size=12, colour=SOFT)),
    Style("CumpleCorte", "Cumple corte", Paragraphs(after=600), Letters(size=13)),
    Style("CumpleAclaracion", "Cumple aclaración",
          Paragraphs(borders=_line("left", 24, ACCENT, 10), left=240, right=1200, after=4400, line=276),
          Letters(size=11)),
    Style("CumpleDatoPortada", "Cumple dato de portada",
          Paragraphs(tabs=(("left", 2900),), left=2900, hanging=2900, after=60, hyphenated=False),
          Letters(size=8.5)),
    Style("CumpleResumen", "Cumple resumen", Paragraphs(after=240, line=288), Letters(size=11)),
    Style("CumpleEntrada", "Cumple entrada", Paragraphs(keep_next=True, after=100),
          Letters(size=8.5, colour=SOFT)),
    Style("CumpleNota", "Cumple nota", Paragraphs(before=80, after=100), Letters(size=8.5, colour=SOFT)),
    Style("CumpleSituacion", "Cumple situación",
          Paragraphs(keep_next=True, hyphenated=False, after=100), Letters(size=8.5)),
    Style("CumpleCifra", "Cumple cifra",
          Paragraphs(keep_next=True, keep_lines=True, hyphenated=False, after=50,
                     tabs=(("left", 1200), ("left", _FIELD_INDENT)), left=_FIELD_INDENT,
                     hanging=_FIELD_INDENT),
          Letters(size=9)),
    _field("CumpleCampo", "Cumple campo", 50),
    _field("CumpleCampoUltimo", "Cumple campo antes de tabla", 160),
    Style("CumpleInforme", "Cumple informe",
          Paragraphs(keep_next=True, keep_lines=True, borders=_CARD, before=180, after=50, left=_CARD_INDENT),
          Letters(size=9.5), then="CumpleInformeTexto"),
    _card("CumpleInformeTexto", "Cumple texto de informe", Letters(size=9), keep_next=True),
    _card("CumpleInformeNota", "Cumple nota de informe", _NOTE),
    _card("CumpleInformeSeguida", "Cumple nota que sigue", _NOTE, keep_next=True),
    Style("CumpleRelato", "Cumple relato",
          Paragraphs(borders=_CARD, before=20, after=80, left=_CARD_INDENT), Letters(size=9, italic=True)),
    Style("CumpleHallazgo", "Cumple hallazgo",
          Paragraphs(list_id=1, before=60, after=40, left=600, hanging=240),
          Letters(size=8.5, colour=LATE), base="ListBullet"),
    Style("CumpleDato", "Cumple dato", Paragraphs(keep_next=True, before=80, hyphenated=False),
          Letters(bold=True, size=19)),
    Style("CumpleDatoRotulo", "Cumple rótulo de dato", Paragraphs(after=160),
          Letters(size=8.5, colour=SOFT)),
    Style("CumpleCelda", "Cumple celda", Paragraphs(line=252, after=40), Letters(size=8.5)),
    Style("CumpleCeldaNumero", "Cumple celda de cifra",
          Paragraphs(line=252, after=20, align="right", hyphenated=False), Letters(size=8.5)),
    Style("CumpleCeldaRotulo", "Cumple rótulo de columna",
          Paragraphs(keep_next=True, hyphenated=False, line=240), Letters(bold=True, size=8)),
    Style("CumpleCeldaRotuloNumero", "Cumple rótulo de cifra",
          Paragraphs(keep_next=True, hyphenated=False, line=240, align="right"), Letters(bold=True, size=8)),
    Style("CumpleGrafica", "Cumple gráfica", Paragraphs(keep_next=True, after=100, line=240)),
)  # fmt: skip


def _character_styles() -> Iterator[Style]:
    yield Style("Strong", "Strong", None, Letters(bold=True))
    yield Style("Hyperlink", "Hyperlink", None, Letters(colour=ACCENT, underlined=True))
    yield Style("CumpleRotulo", "Cumple rótulo", None, Letters(colour=SOFT, size=8.5))
    yield Style("CumpleHuella", "Cumple huella", None, Letters(colour=SOFT, size=6.5, proofed=False))
    for tone, (name, ink, wash) in _TONES.items():
        letters = Letters(bold=True, colour=ink, size=8, shading=_wash(wash))
        yield Style(tone_style(tone), f"Cumple estado {name}", None, letters)
        yield Style(ink_style(tone), f"Cumple tinta {name}", None, Letters(colour=ink))
    bars = {
        "CumpleBarraComprobado": ("Cumple barra de comprobado", _wash(ACCENT)),
        "CumpleBarraDeclarado": (
            "Cumple barra de declarado",
            f'<w:shd w:val="diagStripe" w:color="{AMBER}" w:fill="F6E7C8"/>',
        ),
        "CumpleBarraResto": ("Cumple barra, lo que falta", _wash("E9E5DA")),
    }
    for uid, (name, shading) in bars.items():
        yield Style(uid, name, None, Letters(size=6, proofed=False, shading=shading))


def _table_style(uid: str, name: str, borders: str, first_row: str) -> str:
    margins = "".join(
        f'<w:{edge} w:w="{width}" w:type="dxa"/>'
        for edge, width in (("top", 50), ("left", 80), ("bottom", 50), ("right", 80))
    )
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{uid}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders>{borders}</w:tblBorders>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>{first_row}</w:style>"
    )


def _table_styles() -> str:
    rules = _line("bottom", 4, RULE, 0) + _line("insideH", 4, RULE, 0)
    head = f'<w:tblStylePr w:type="firstRow"><w:tcPr>{_wash(WASH)}</w:tcPr></w:tblStylePr>'
    facts = _line("top", 12, RULE, 0) + _line("insideH", 12, RULE, 0)
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        + _table_style("CumpleTabla", "Cumple tabla", rules, head)
        + _table_style("CumpleDatos", "Cumple datos", facts, "")
    )


def styles(language: str) -> str:
    """The part of the styles, in the language of the report."""
    faces = {"ascii": "HAnsi", "hAnsi": "HAnsi", "eastAsia": "EastAsia"}
    themed = " ".join(f'w:{one}Theme="minor{kind}"' for one, kind in faces.items())
    fonts = f'<w:rFonts {themed} w:cstheme="minorBidi"/>'
    spoken = f'<w:lang w:val="{language_tag(language)}" w:eastAsia="en-US" w:bidi="ar-SA"/>'
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts}{spoken}</w:rPr></w:rPrDefault>"
        "<w:pPrDefault><w:pPr><w:widowControl/></w:pPr></w:pPrDefault></w:docDefaults>"
    )
    # Not among the defaults: LibreOffice would set those in tables over the character styles.
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"{Letters(colour=TEXT, size=9.5).xml()}</w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    )
    own = "".join(one.xml() for one in (*PARAGRAPHS, *_character_styles()))
    return f"{DECLARATION}<w:styles {declared('w')}>{defaults}{normal}{own}{_table_styles()}</w:styles>"


def language_tag(language: str) -> str:
    """The language as office programs name it."""
    return attribute(_LANGUAGES[language])
