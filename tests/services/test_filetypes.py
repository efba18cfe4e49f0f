"""What a file really is, by its bytes: types admitted, names that lie, archives that explode."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from PIL import Image

from tracker.domain.errors import DomainError
from tracker.services import archives, filetypes
from tracker.services.filetypes import identify


def image(kind):
    target = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(target, kind)
    return target.getvalue()


def archive(members, *, method=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as handle:
        for name, data in members.items():
            handle.writestr(name, data)
    return target.getvalue()


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00" * 40
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x44" * 40
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 100
WORD = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}
EXCEL = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<w/>"}
SLIDES = {"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<w/>"}


def document(kind):
    return archive({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<x/>"})


GOOD = {
    "acta.pdf": (PDF, "application/pdf"),
    "FOTO.PNG": (image("PNG"), "image/png"),
    "foto.jpg": (image("JPEG"), "image/jpeg"),
    "foto.jpeg": (image("JPEG"), "image/jpeg"),
    "foto.webp": (image("WEBP"), "image/webp"),
    "informe.docx": (archive(WORD), filetypes.DOCX.media_type),
    "datos.xlsx": (archive(EXCEL), filetypes.XLSX.media_type),
    "presentacion.pptx": (archive(SLIDES), filetypes.PPTX.media_type),
    "informe.odt": (document("text"), filetypes.ODT.media_type),
    "datos.ods": (document("spreadsheet"), filetypes.ODS.media_type),
    "anexos.zip": (archive({"acta.pdf": PDF, "carpeta/foto.txt": b"hola"}), "application/zip"),
    "nota.txt": ("Año 2026: señal recibida.\r\n\tFin".encode(), "text/plain"),
    "latin.csv": ("año;descripción\n1;reunión\n".encode("latin-1"), "text/plain"),
    "excel.csv": ("\ufeffaño;meta\n".encode(), "text/plain"),
    "excel-unicode.txt": ("año\tmeta\r\nseñal\t1\r\n".encode("utf-16"), "text/plain"),
    "video.mp4": (MP4, "video/mp4"),
    "audio.mp3": (MP3, "audio/mpeg"),
}


def told(tmp_path, data, name):
    path = tmp_path / "received"
    path.write_bytes(data)
    return identify(path, name)


@pytest.mark.parametrize("name", GOOD)
def test_a_usual_file_is_what_it_says(tmp_path, name):
    data, media_type = GOOD[name]
    assert told(tmp_path, data, name).media_type == media_type


@pytest.mark.parametrize(
    ("name", "data"),
    {
        "pagina.html": b"<!doctype html><script>alert(1)</script>",
        "pagina.pdf": b"  \n<html><body>",
        "pagina.txt": b"<script>alert(1)</script>",
        "marca.txt": b"\xef\xbb\xbf<html>",
        "marca-y-blancos.csv": b"\xef\xbb\xbf \n<svg onload='x'>",
        "dibujo.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        "dibujo.png": b"<?xml version='1.0'?><svg/>",
        "programa.exe": EXE,
        "programa.pdf": EXE,
        "programa.txt": EXE,
        "linux.txt": b"\x7fELF\x02\x01\x01" + b"\x00" * 60,
        "binario.csv": bytes(range(256)),
        "utf16-sin-marca.txt": "hola".encode("utf-16-le"),
        "utf16-pagina.txt": "<html>".encode("utf-16"),
        "utf16-cortado.txt": "hola".encode("utf-16")[:-1],
        "binario-al-final.csv": b"a;b\n" * 5000 + b"\0",
        "imagen.gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00",
        "viejo.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        "libro.zip": archive({"mimetype": "application/epub+zip"}),
        "comprimido.rar": b"Rar!\x1a\x07\x00" + b"\x00" * 20,
        "comprimido.gz": b"\x1f\x8b\x08\x00" + b"\x00" * 20,
    }.items(),
)
def test_what_is_not_admitted_is_refused_whatever_its_name(tmp_path, name, data):
    with pytest.raises(DomainError, match="file-type-not-allowed") as refused:
        told(tmp_path, data, name)
    assert (refused.value.field, refused.value.params["filename"]) == ("files", name)


@pytest.mark.parametrize(
    ("name", "data", "really"),
    [
        ("foto.png", PDF, ".pdf"),
        ("acta.pdf", image("PNG"), ".png"),
        ("acta.pdf.exe", PDF, ".pdf"),
        ("acta", PDF, ".pdf"),
        ("informe.docx", archive(EXCEL), ".xlsx"),
        ("informe.zip", archive(WORD), ".docx"),
        ("informe.docx", archive({"a.txt": b"a"}), ".zip"),
        ("nota.pdf", b"solo texto", ".txt"),
        ("pagina.html", b"texto sin etiquetas", ".txt"),
        ("orden.bat", b"del *.*", ".txt"),
    ],
)
def test_a_name_that_lies_is_refused_with_what_it_really_is(tmp_path, name, data, really):
    with pytest.raises(DomainError, match="file-name-lies") as refused:
        told(tmp_path, data, name)
    assert refused.value.params["kind"] == really


ZEROS = b"\0" * (3 * 1024 * 1024)


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("bomba.zip", {"ceros.txt": ZEROS}),
        ("bomba.docx", {**WORD, "word/media/image1.png": ZEROS}),
        ("bomba.xlsx", {**EXCEL, "xl/sharedStrings.xml": ZEROS}),
        ("bomba.odt", {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ZEROS}),
    ],
)
def test_an_archive_that_explodes_is_refused(tmp_path, name, members):
    with pytest.raises(DomainError, match="archive-too-large"):
        told(tmp_path, archive(members), name)


def test_an_archive_of_very_many_members_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 20)
    data = archive({f"{n}.txt": str(n) for n in range(21)}, method=zipfile.ZIP_STORED)
    with pytest.raises(DomainError, match="archive-too-large"):
        told(tmp_path, data, "muchos.zip")


def test_an_archive_of_very_much_is_refused_even_if_it_packs_badly(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1000)
    with pytest.raises(DomainError, match="archive-too-large"):
        told(tmp_path, archive({"a.txt": b"x" * 1001}, method=zipfile.ZIP_STORED), "grande.zip")


def understated(data, true_size, stated):
    """The same archive saying of its member that it is smaller than it is."""
    return data.replace(struct.pack("<I", true_size), struct.pack("<I", stated))


@pytest.mark.parametrize("name", ["mentira.zip", "mentira.docx"])
def test_an_archive_that_states_less_than_it_holds_is_refused(tmp_path, name):
    size = 1_234_567
    members = {**(WORD if name.endswith("docx") else {}), "ceros.txt": b"\0" * size}
    data = understated(archive(members), size, 500)
    with pytest.raises(DomainError, match="file-damaged") as refused:
        told(tmp_path, data, name)
    assert refused.value.params == {"filename": name}


@pytest.mark.parametrize("cut", [30, 200])
def test_a_truncated_archive_is_refused(tmp_path, cut):
    data = archive({"a.txt": bytes(range(256)) * 4}, method=zipfile.ZIP_STORED)
    with pytest.raises(DomainError, match="file-damaged"):
        told(tmp_path, data[:-cut], "cortado.zip")


def test_a_changed_byte_in_an_archive_is_refused(tmp_path):
    data = archive({"a.txt": b"hola hola hola"}, method=zipfile.ZIP_STORED).replace(b"hola h", b"hole h")
    with pytest.raises(DomainError, match="file-damaged"):
        told(tmp_path, data, "alterado.zip")


def test_an_encrypted_archive_is_refused_since_nobody_could_review_it(tmp_path):
    data = bytearray(archive({"a.txt": b"hola"}, method=zipfile.ZIP_STORED))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    with pytest.raises(DomainError, match="file-damaged"):
        told(tmp_path, bytes(data), "cifrado.zip")


def test_every_suffix_is_of_one_type_only():
    suffixes = [suffix for kind in filetypes.ALLOWED for suffix in kind.suffixes]
    assert sorted(suffixes) == sorted(set(suffixes)) == list(filetypes.SUFFIXES)
