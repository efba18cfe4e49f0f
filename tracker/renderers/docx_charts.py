"""Charts as pictures of the Word report: the drawing itself, and a raster for programs that cannot."""

from __future__ import annotations

import base64
import json
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.renderers.docx_package import Package
from tracker.renderers.docx_styles import WIDTH
from tracker.renderers.docx_xml import NAMESPACES, attribute
from tracker.renderers.pdf import TypesettingFailed
from tracker.renderers.presentation import Chart

RASTERIZER = Path(__file__).with_name("docx_rasterizing.py")
SECONDS = 120
_EMU = 635  # in a twentieth of a point
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_HIGHEST = 9000  # of a picture, in twentieths of a point: it leaves room for its title on the page


@dataclass(frozen=True)
class Picture:
    """A chart in the package: its relationships, its place among the pictures, its size in EMU."""

    raster: str
    drawing: str
    number: int
    width: int
    height: int


def embedded(charts: Sequence[Chart], package: Package) -> dict[str, Picture]:
    """The pictures of these charts, by key."""
    if not charts:
        return {}
    rasters = rasterized([one.svg for one in charts])
    return {
        chart.key: _embedded(chart, raster, number, package)
        for number, (chart, raster) in enumerate(zip(charts, rasters, strict=True), 1)
    }


def _embedded(chart: Chart, raster: bytes, number: int, package: Package) -> Picture:
    width, height = struct.unpack_from(">LL", raster, 16)
    scale = min(WIDTH / width, _HIGHEST / height)
    return Picture(
        package.picture(raster, "png"),
        package.picture(chart.svg.encode(), "svg"),
        number,
        round(width * scale) * _EMU,
        round(height * scale) * _EMU,
    )


def rasterized(drawings: Sequence[str]) -> list[bytes]:
    """These SVG as PNG, by the typesetter in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and file, no shell
        [sys.executable, "-P", str(RASTERIZER)],
        input=json.dumps(list(drawings)).encode(),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise TypesettingFailed(done.stderr.decode("utf-8", "replace")[-2000:])
    return [base64.b64decode(one) for one in json.loads(done.stdout)]


def picture(one: Picture, title: str, alt: str) -> str:
    """The run that holds a picture, with what it says for who cannot see it."""
    extent = f'cx="{one.width}" cy="{one.height}"'
    told = f'name="{attribute(title)}" descr="{attribute(alt)}"'
    drawing = (
        f'<a:extLst><a:ext uri="{_SVG_EXTENSION}"><asvg:svgBlip r:embed="{one.drawing}"/></a:ext></a:extLst>'
    )
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f'<wp:docPr id="{one.number}" {told}/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/>'
        f'</wp:cNvGraphicFramePr><a:graphic><a:graphicData uri="{NAMESPACES["pic"]}"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{one.number}" {told}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{one.raster}">{drawing}</a:blip><a:stretch><a:fillRect/></a:stretch>'
        f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
