"""What a PDF says, read by another program than the one that made it."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path


def text_of_pdf(data: bytes) -> str:
    """The text in reading order, by pdftotext."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        path.write_bytes(data)
        done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode()
