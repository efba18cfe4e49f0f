"""The report as one page that needs nothing beside it; it is served as a download and prints well."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tracker.domain.report_document import ReportDocument
from tracker.renderers.present import present

PAGES = Path(__file__).with_name("pages")
CHAPTERS = ("summary", "findings", "standing", "detail", "annex", "method")


def is_web_address(text: str) -> bool:
    """True for what may stand as a link: other schemes stay text."""
    return text.startswith(("https://", "http://"))


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["web"] = is_web_address
    return environment


class HtmlRenderer:
    """One self-contained HTML file."""

    format = "html"
    media_type = "text/html"
    extension = "html"

    def __init__(self, language: str = "es") -> None:
        self.language = language
        self._page = _environment().get_template("report.html")

    def render(self, document: ReportDocument) -> bytes:
        """Everything the report says, escaped by the template."""
        report = present(document, self.language)
        css = Markup((PAGES / "report.css").read_text("utf-8"))  # noqa: S704 - our own file
        page = self._page.render(report=report, w=report.words, css=css, chapters=CHAPTERS)
        return page.strip().encode() + b"\n"
