"""Bring the catalogues up to date with the texts in code and templates: what `make messages` runs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "tracker" / "translations"
LANGUAGES = ("en",)


def pybabel(*arguments: str) -> None:
    """Run Babel's command line in the project's folder."""
    command = [str(Path(sys.executable).with_name("pybabel")), "--quiet", *arguments]
    subprocess.run(command, cwd=ROOT, check=True)


def extract(target: Path) -> None:
    """All texts of the program into one template; Spanish is the language they are written in."""
    options = ("--no-location", "--sort-output", "--mapping=babel.cfg")
    pybabel("extract", *options, f"--output={target}", "--keywords=_l", ".")


def main() -> None:
    """Extract, then update every catalogue, keeping what is translated."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        extract(template)
        for language in LANGUAGES:
            catalogue = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
            verb = "update" if catalogue.exists() else "init"
            options = (
                ("--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date")
                if verb == "update"
                else ()
            )
            catalogue.parent.mkdir(parents=True, exist_ok=True)
            pybabel(
                verb,
                *options,
                "--width=110",
                f"--input-file={template}",
                f"--output-file={catalogue}",
                f"--locale={language}",
            )


if __name__ == "__main__":
    main()
