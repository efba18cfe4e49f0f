"""Photos as telephones take them, and documents of several pages."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image, PngImagePlugin

SECRET = "14.6349 -90.5069 Camara de Ana"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF/>{SECRET}</x:xmpmeta>'.encode()
TURNED = 6  # the photo was taken with the telephone upright


def photo(kind: str = "JPEG", *, size: tuple[int, int] = (120, 80), colour: str = "#336699") -> bytes:
    """A photo with its place, its camera and a comment, lying on its side."""
    image = Image.new("RGB", size, colour)
    image.paste("#ffffff", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x010F] = TURNED, SECRET, SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (14.0, 38.0, 5.0), 3: "W", 4: (90.0, 30.0, 24.0)})
    target = io.BytesIO()
    more: dict[str, object] = {"exif": exif.tobytes()}
    if kind == "JPEG":
        more |= {"comment": SECRET.encode(), "xmp": XMP}
    elif kind == "WEBP":
        more |= {"xmp": XMP}
    else:
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", SECRET)
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        more |= {"pnginfo": text}
    image.save(target, kind, **more)
    return target.getvalue()


def document(pages: int = 3, *, password: str = "", owner_only: bool = False) -> bytes:
    """A PDF of so many pages, each a little wider; with a password to open it, or only to change it."""
    made = pikepdf.new()
    for number in range(pages):
        made.add_blank_page(page_size=(200 + number, 300))
    target = io.BytesIO()
    locks = pikepdf.Encryption(owner="dueño", user="" if owner_only else password)
    made.save(target, encryption=locks if password or owner_only else None)
    return target.getvalue()
