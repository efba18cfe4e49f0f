"""Draft the next numbered migration, such as 0002_add_meetings.py, from the models."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ROOT / "migrations" / "versions"


def next_revision(names: list[str]) -> str:
    """Give the number after the highest one in use, as four digits."""
    numbers = [int(match.group(1)) for name in names if (match := re.match(r"(\d{4})_", name))]
    return f"{max(numbers, default=0) + 1:04d}"


def main(name: str) -> None:
    """Ask Flask-Migrate for a revision under the next number."""
    message = re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()
    revision = next_revision([path.name for path in VERSIONS.glob("*.py")])
    flask = str(Path(sys.executable).with_name("flask"))
    command = [flask, "--app", "wsgi", "db", "migrate", "--rev-id", revision, "--message", message]
    subprocess.run([flask, "--app", "wsgi", "db", "upgrade"], cwd=ROOT, check=True)
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main(sys.argv[1])
