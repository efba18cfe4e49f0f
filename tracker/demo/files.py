"""Evidence files of the demonstration, made by code: the same bytes each time."""

from __future__ import annotations

import csv
import io
from pathlib import Path, PurePath

import typst
from PIL import Image, ImageDraw, ImageFont

NOTE = "Documento de demostración: los datos son inventados."
_HERE = Path(__file__).resolve().parent
_FONTS = _HERE.parent / "renderers" / "fonts"


def make(filename: str, title: str) -> bytes:
    """The bytes of a file by its ending: a page, a picture or a table."""
    makers = {".pdf": _page, ".png": _picture, ".csv": _table}
    return makers[PurePath(filename).suffix](title)


def _page(title: str) -> bytes:
    compiler = typst.Compiler(
        _HERE / "data" / "page.typ",
        root=_HERE / "data",
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        sys_inputs={"title": title, "note": NOTE},
    )
    made = compiler.compile(format="pdf", timestamp=0)
    if not isinstance(made, bytes):
        raise TypeError("the compiler gave no single file")
    return made


def _picture(title: str) -> bytes:
    image = Image.new("RGB", (960, 640), "#dfe9ef")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 430, 960, 640), fill="#b9c9b4")
    draw.ellipse((740, 70, 860, 190), fill="#f3d38a")
    for place, height in enumerate((150, 230, 190, 260, 170)):
        left = 90 + place * 150
        draw.rectangle((left, 430 - height, left + 110, 430), fill="#5f7f96")
    draw.text((60, 500), title, fill="#1d2b36", font=ImageFont.load_default(40))
    draw.text((60, 560), NOTE, fill="#1d2b36", font=ImageFont.load_default(24))
    target = io.BytesIO()
    image.save(target, format="PNG", optimize=True)
    return target.getvalue()


def _table(title: str) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(["titulo", "numero", "descripcion"])
    writer.writerows([title, number, f"Registro inventado {number}"] for number in range(1, 13))
    return target.getvalue().encode("utf-8")
