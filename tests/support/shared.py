"""Where the office's own files are: beside the checkout, and never inside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
_CANDIDATES = (Path(os.environ["CUMPLE_TEST_SHARED"]),) if "CUMPLE_TEST_SHARED" in os.environ else ()
SHARED: Path | None = next((path for path in (*_CANDIDATES, ROOT.parent / "shared") if path.is_dir()), None)


def shared_file(*parts: str) -> Path:
    """Give the path of one of the office's files, or skip the test and say which file it wanted.

    The files carry people's names, so they stay out of the repository. Whatever they show is also shown by
    files that the tests build themselves.
    """
    if SHARED is None:
        pytest.skip(
            f"{'/'.join(parts)} is read from the folder shared/ beside the checkout, which is not there"
        )
    direct = SHARED.joinpath(*parts)
    if direct.exists():
        return direct
    found = sorted(SHARED.rglob(parts[-1]))
    if not found:
        pytest.skip(f"{'/'.join(parts)} is not in {SHARED}")
    return found[0]
