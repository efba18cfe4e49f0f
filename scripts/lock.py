"""Resolve pyproject.toml into the two hashed lock files, naming no package index in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = [
    *[str(Path(sys.executable).with_name("uv")), "pip", "compile", "pyproject.toml", "--quiet"],
    *["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header"],
]


def main(arguments: list[str]) -> None:
    """Write requirements.lock (production), then requirements-dev.lock, which agrees with it.

    Versions stay as they are unless `--upgrade` is given.
    """
    subprocess.run([*COMPILE, *arguments, "--output-file", "requirements.lock"], cwd=ROOT, check=True)
    development = ["--group", "dev", "--constraint", "requirements.lock"]
    subprocess.run(
        [*COMPILE, *arguments, *development, "--output-file", "requirements-dev.lock"], cwd=ROOT, check=True
    )


if __name__ == "__main__":
    main(sys.argv[1:])
