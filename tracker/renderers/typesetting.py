"""Run by itself in a short-lived process: the report as JSON on standard input, the PDF on standard output.

The compiler keeps memory between runs; here it is given back when the process ends.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typst

HERE = Path(__file__).resolve().parent
STANDARDS: tuple[typst.PDFStandard, ...] = ("ua-1", "a-2a")


def typeset(report: str, timestamp: int) -> bytes:
    """The PDF: tagged, with bookmarks, in our own fonts, stamped with a given time."""
    compiler = typst.Compiler(
        HERE / "pages" / "report.typ",
        root=HERE / "pages",
        font_paths=[HERE / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"report": report},
    )
    made = compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=timestamp)
    if not isinstance(made, bytes):
        raise TypeError("the compiler gave no single file")
    return made


def main() -> None:
    """Read, typeset, write."""
    order = json.load(sys.stdin)
    sys.stdout.buffer.write(typeset(json.dumps(order["report"]), order["timestamp"]))


if __name__ == "__main__":
    main()
