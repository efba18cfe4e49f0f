"""The file around a Word text: its parts, how they refer to each other, and a zip without any hour in it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from datetime import date

from tracker.renderers.docx_styles import ACCENT, AMBER, FONT, GOOD, LATE, SOFT, TEXT, language_tag, styles
from tracker.renderers.docx_xml import DECLARATION, attribute, declared

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGES = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
# The parts of the text, with the kind of each, in the order of their relationships.
_PARTS = {
    "styles": f"{_WORD}.styles+xml",
    "settings": f"{_WORD}.settings+xml",
    "numbering": f"{_WORD}.numbering+xml",
    "fontTable": f"{_WORD}.fontTable+xml",
    "theme": "application/vnd.openxmlformats-officedocument.theme+xml",
    "header": f"{_WORD}.header+xml",
    "footer": f"{_WORD}.footer+xml",
}
_PLACES = {one: f"{one}.xml" for one in _PARTS} | {"theme": "theme/theme1.xml"}


@dataclass(frozen=True)
class Properties:
    """What the file says of itself."""

    title: str
    subject: str
    author: str
    language: str
    day: date


@dataclass
class Package:
    """Collects what the text refers to."""

    properties: Properties
    _links: dict[str, str] = field(default_factory=dict)
    _pictures: dict[str, bytes] = field(default_factory=dict)

    def link(self, target: str) -> str:
        """The relationship with an address outside."""
        return self._links.setdefault(target, f"rIdL{len(self._links) + 1}")

    def picture(self, data: bytes, extension: str) -> str:
        """The relationship with a picture; its name is its place among the pictures."""
        number = len(self._pictures) + 1
        self._pictures[f"media/image{number}.{extension}"] = data
        return f"rIdP{number}"

    def packed(self, document: str, header: str, footer: str) -> bytes:
        """The file; the same text gives the same bytes."""
        language = self.properties.language
        parts = {
            "[Content_Types].xml": _content_types(),
            "_rels/.rels": _relationships(_root_relations()),
            "docProps/core.xml": _core(self.properties),
            "docProps/app.xml": _APP,
            "word/document.xml": document,
            "word/_rels/document.xml.rels": _relationships(self._relations()),
            "word/styles.xml": styles(language),
            "word/settings.xml": _settings(language),
            "word/numbering.xml": _NUMBERING,
            "word/fontTable.xml": _FONTS,
            "word/theme/theme1.xml": _THEME,
            "word/header.xml": header,
            "word/footer.xml": footer,
        }
        members = {name: text.encode() for name, text in parts.items()}
        members |= {f"word/{name}": data for name, data in self._pictures.items()}
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                member = zipfile.ZipInfo(name, _ZIP_DAY)
                member.compress_type = zipfile.ZIP_DEFLATED
                member.create_system = 0
                archive.writestr(member, data)
        return packed.getvalue()

    def _relations(self) -> list[tuple[str, str, str, bool]]:
        own = [(part_relation(one), f"{_OFFICE}/{one}", place, False) for one, place in _PLACES.items()]
        pictures = [
            (f"rIdP{number}", f"{_OFFICE}/image", name, False)
            for number, name in enumerate(self._pictures, 1)
        ]
        return [
            *own,
            *pictures,
            *((uid, f"{_OFFICE}/hyperlink", target, True) for target, uid in self._links.items()),
        ]


def part_relation(part: str) -> str:
    """How the text names one of its own parts, such as the header."""
    return f"rId{list(_PARTS).index(part) + 1}"


def _relationships(relations: list[tuple[str, str, str, bool]]) -> str:
    modes = {True: ' TargetMode="External"', False: ""}
    lines = "".join(
        f'<Relationship Id="{uid}" Type="{kind}" Target="{attribute(target)}"{modes[outside]}/>'
        for uid, kind, target, outside in relations
    )
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGES}/relationships">{lines}</Relationships>'


def _root_relations() -> list[tuple[str, str, str, bool]]:
    return [
        ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml", False),
        ("rId2", f"{_PACKAGES}/relationships/metadata/core-properties", "docProps/core.xml", False),
        ("rId3", f"{_OFFICE}/extended-properties", "docProps/app.xml", False),
    ]


def _content_types() -> str:
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "png": "image/png",
        "svg": "image/svg+xml",
    }
    overrides = {f"/word/{_PLACES[part]}": kind for part, kind in _PARTS.items()} | {
        "/word/document.xml": f"{_WORD}.document.main+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    }
    lines = "".join(f'<Default Extension="{one}" ContentType="{kind}"/>' for one, kind in defaults.items())
    lines += "".join(f'<Override PartName="{one}" ContentType="{kind}"/>' for one, kind in overrides.items())
    return f'{DECLARATION}<Types xmlns="{_PACKAGES}/content-types">{lines}</Types>'


def _core(properties: Properties) -> str:
    instant = f"{properties.day.isoformat()}T00:00:00Z"
    author = attribute(properties.author)
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGES}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{attribute(properties.title)}</dc:title>"
        f"<dc:subject>{attribute(properties.subject)}</dc:subject>"
        f"<dc:creator>{author}</dc:creator><cp:lastModifiedBy>{author}</cp:lastModifiedBy>"
        f"<dc:language>{language_tag(properties.language)}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{instant}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{instant}</dcterms:modified></cp:coreProperties>'
    )


def _settings(language: str) -> str:
    office = "http://schemas.microsoft.com/office/word"
    return (
        f'{DECLARATION}<w:settings {declared("w")}><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="720"/><w:autoHyphenation/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="{office}" w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{language_tag(language)}"/>'
        '<w:clrSchemeMapping w:bg1="light1" w:t1="dark1" w:bg2="light2" w:t2="dark2" w:accent1="accent1"'
        ' w:accent2="accent2" w:accent3="accent3" w:accent4="accent4" w:accent5="accent5" w:accent6="accent6"'
        ' w:hyperlink="hyperlink" w:followedHyperlink="followedHyperlink"/></w:settings>'
    )


_APP = (
    f"{DECLARATION}<Properties"
    ' xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Cumple</Application></Properties>"
)
_NUMBERING = (
    f'{DECLARATION}<w:numbering {declared("w")}><w:abstractNum w:abstractNumId="0">'
    '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
    '<w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="600" w:hanging="240"/></w:pPr>'
    '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
_FONTS = (
    f'{DECLARATION}<w:fonts {declared("w")}><w:font w:name="{FONT}"><w:altName w:val="Liberation Sans"/>'
    '<w:panose1 w:val="020B0604020202020204"/><w:family w:val="swiss"/><w:pitch w:val="variable"/>'
    "</w:font></w:fonts>"
)
_COLOURS = {
    "dk1": TEXT,
    "lt1": "FFFFFF",
    "dk2": SOFT,
    "lt2": "F3F0E8",
    "accent1": ACCENT,
    "accent2": AMBER,
    "accent3": LATE,
    "accent4": GOOD,
    "accent5": "7FA6C6",
    "accent6": "D9A441",
    "hlink": ACCENT,
    "folHlink": SOFT,
}


def _theme() -> str:
    """Our colours and font; the format also asks for three of each kind of fill, line and effect."""
    colours = "".join(f'<a:{name}><a:srgbClr val="{rgb}"/></a:{name}>' for name, rgb in _COLOURS.items())
    face = f'<a:latin typeface="{FONT}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{DECLARATION}<a:theme {declared("a")} name="Cumple"><a:themeElements>'
        f'<a:clrScheme name="Cumple">{colours}</a:clrScheme><a:fontScheme name="Cumple">'
        f"<a:majorFont>{face}</a:majorFont><a:minorFont>{face}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Cumple"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


_THEME = _theme()
