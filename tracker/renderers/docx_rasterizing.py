"""Run by itself in a short-lived process: SVG as a JSON list on standard input, PNG in base64 on the output.

The compiler keeps memory between runs; here it is given back when the process ends.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

import typst

HERE = Path(__file__).resolve().parent
DOTS_PER_INCH = 220


def rasterize(drawings: list[str]) -> list[bytes]:
    """A PNG for each SVG, in our own fonts."""
    compiler = typst.Compiler(
        HERE / "pages" / "docx_pictures.typ",
        root=HERE / "pages",
        font_paths=[HERE / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"drawings": json.dumps(drawings)},
    )
    made = compiler.compile(format="png", ppi=DOTS_PER_INCH)
    pages = [made] if isinstance(made, bytes) else list(made or ())
    if len(pages) != len(drawings):
        raise ValueError("the compiler gave another number of pictures")
    return pages


def main() -> None:
    """Read, draw, write."""
    pages = rasterize(json.load(sys.stdin))
    json.dump([base64.b64encode(page).decode() for page in pages], sys.stdout)


if __name__ == "__main__":
    main()
