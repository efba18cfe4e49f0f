"""Packages taken apart: unpacked, and read as BagIt's own library reads them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import bagit


def unpacked(data: bytes, folder: Path) -> Path:
    """The folder of the bag, extracted."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        file.extractall(folder)
    (found,) = folder.iterdir()
    return found


def opened(folder: Path) -> bagit.Bag:
    """The bag, checked whole; bagit.BagError where something is missing or changed."""
    bag = bagit.Bag(str(folder))
    bag.validate()
    return bag


def listed(folder: Path) -> list[dict[str, str]]:
    """The rows of the listing."""
    text = (folder / "data" / "evidencias.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
