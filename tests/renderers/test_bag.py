"""The layout of a package: what BagIt's own library makes of it, and what may not go in."""

from __future__ import annotations

import io
import subprocess
import zipfile
from dataclasses import replace

import bagit
import pytest

from tests.renderers.bags import opened, unpacked
from tests.support.factories import documents
from tracker.domain.report_document import Imprint
from tracker.renderers.bag import PartChangedError, part, write_bag

PARTS = [part("data/informe.json", b"{}\n"), part("data/evidencias/ab-acta.pdf", b"acta")]


def written(parts=PARTS, **imprint) -> bytes:
    target = io.BytesIO()
    document = documents.document(imprint=Imprint(**{"sha256": "ab" * 32, "issuer": "Gobierno", **imprint}))
    write_bag(target, "paquete", document, parts, b"hola\n")
    return target.getvalue()


def test_the_library_of_bagit_finds_it_whole(tmp_path):
    bag = opened(unpacked(written(version=3), tmp_path))
    assert bag.version_info == (1, 0)
    assert bag.algorithms == ["sha256"]
    assert bag.info["Payload-Oxum"] == "7.2"
    assert bag.info["Bagging-Date"] == "2020-08-28"
    assert bag.info["External-Identifier"] == "ab" * 32
    assert (bag.info["Source-Organization"], bag.info["Report-Version"]) == ("Gobierno", "3")
    assert "Corte al 28 de agosto de 2020." in bag.info["External-Description"]


@pytest.mark.parametrize(
    "name", ["data/informe.json", "data/evidencias/ab-acta.pdf", "bag-info.txt", "LEAME.txt", "bagit.txt"]
)
def test_one_byte_that_changed_is_found(tmp_path, name):
    folder = unpacked(written(), tmp_path)
    data = bytearray((folder / name).read_bytes())
    data[0] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises((bagit.BagError, UnicodeDecodeError)):
        opened(folder)


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_it_is_checked_without_any_program_of_bags(tmp_path, name):
    folder = unpacked(written(), tmp_path)
    assert subprocess.run(["sha256sum", "--strict", "-c", name], cwd=folder, check=False).returncode == 0
    (folder / "data/informe.json").write_bytes(b"[]\n")
    (folder / "bagit.txt").write_bytes(b"otro\n")
    assert subprocess.run(["sha256sum", "--strict", "-c", name], cwd=folder, check=False).returncode == 1


def test_the_same_parts_give_the_same_bytes_in_whatever_order():
    assert written() == written(PARTS[::-1])


def test_names_stand_in_order_with_the_time_of_the_cut_off():
    with zipfile.ZipFile(io.BytesIO(written())) as file:
        entries = file.infolist()
    assert [one.filename for one in entries] == sorted(one.filename for one in entries)
    assert {one.date_time for one in entries} == {(2020, 8, 28, 0, 0, 0)}
    assert {one.filename.split("/")[0] for one in entries} == {"paquete"}


def test_what_is_said_of_it_stays_on_its_line():
    with zipfile.ZipFile(io.BytesIO(written(issuer="Uno\nPayload-Oxum: 0.0\u0007"))) as file:
        lines = file.read("paquete/bag-info.txt").decode().splitlines()
    assert lines[0] == "Source-Organization: Uno Payload-Oxum: 0.0"


@pytest.mark.parametrize(
    "path",
    [
        "informe.json",
        "data/../bagit.txt",
        "data//x",
        "/data/x",
        "data/a\nb",
        "data/50%",
        "data/ñ",
        "data/a\\b",
    ],
)
def test_a_path_that_leads_elsewhere_or_needs_an_escape_is_refused(path):
    with pytest.raises(ValueError, match="no path"):
        written([part(path, b"x")])


def test_two_parts_in_one_place_are_refused_whatever_their_case():
    with pytest.raises(ValueError, match="two parts"):
        written([part("data/a.txt", b"x"), part("data/A.TXT", b"y")])


@pytest.mark.parametrize("data", [b"actas", b"act", b"atca"])
def test_a_part_that_is_not_what_was_announced_stops_it(data):
    with pytest.raises(PartChangedError):
        written([replace(PARTS[1], open=lambda: io.BytesIO(data))])
