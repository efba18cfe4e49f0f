"""A short-lived process of its own that draws a picture of a file, with little memory, time and no network.

    python picture_worker.py KIND SOURCE FOLDER PAGE

Prints a JSON object: `pages`, and `made`, a list of the pictures written to FOLDER. It is started by path
and imports nothing of ours: whatever a malicious file does to it, it holds no setting, session or database.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY = 1536 * 1024 * 1024
CPU_SECONDS = 15
FILE_SIZE = 64 * 1024 * 1024
MAX_PIXELS = 120_000_000
PREVIEW, THUMBNAIL, PUBLIC = 1400, 240, 4000
QUALITY = {"preview": 72, "thumbnail": 68, "public_copy": 88}
NEEDS_PASSWORD = 4


def limit() -> None:
    """Before anything of the file is read."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def draw(kind: str, source: Path, folder: Path, page: int) -> dict[str, Any]:
    """The pictures of one page: a preview and, of the first, a thumbnail; or the public copy of a photo."""
    is_pdf = source.open("rb").read(5) == b"%PDF-"
    pages, picture = _page_of_pdf(source, page) if is_pdf else (1, _photo(source, kind))
    if kind == "probe":
        return {"pages": pages, "made": []}
    if kind == "public_copy":
        made = [_save(picture, kind, folder, PUBLIC, picture.info.get("kept_format", "JPEG"))]
    else:
        made = [_save(picture, "preview", folder, PREVIEW, "WEBP")]
        if page == 1:
            made.append(_save(picture, "thumbnail", folder, THUMBNAIL, "WEBP"))
    return {"pages": pages, "made": made}


def _page_of_pdf(source: Path, page: int) -> tuple[int, Any]:
    import pypdfium2  # here: a photo needs none of it

    document = pypdfium2.PdfDocument(source)
    pages = len(document)
    if not 1 <= page <= pages:
        raise ValueError("no such page")
    shown = document[page - 1]
    width, height = shown.get_size()
    longest = max(width, height)
    if min(width, height) <= 0:
        raise ValueError("a page without size")
    bitmap = shown.render(scale=PREVIEW / longest, may_draw_forms=False)
    return pages, bitmap.to_pil().convert("RGB")


def _photo(source: Path, kind: str) -> Any:
    """A photo the right way up, in the colours that every screen has, with nothing but its pixels."""
    from PIL import Image, ImageCms, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    opened = Image.open(source, formats=("JPEG", "PNG", "WEBP"))
    if opened.width * opened.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    kept_format = opened.format
    size = PUBLIC if kind == "public_copy" else PREVIEW
    opened.draft("RGB", (size, size))
    picture: Image.Image = ImageOps.exif_transpose(opened)
    profile = picture.info.get("icc_profile")
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    if profile and picture.mode in {"RGB", "CMYK"}:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            screen = ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(picture, own, screen, outputMode="RGB") or picture
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: the colours as they are
    picture = picture.convert("RGBA" if has_alpha else "RGB")
    picture.info = {"kept_format": kept_format}
    return picture


def _save(picture: Any, kind: str, folder: Path, longest: int, image_format: str) -> dict[str, Any]:
    """One picture, smaller where it is larger than it need be; no metadata goes along."""
    from PIL import Image

    shown = picture.copy()
    shown.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    if shown.mode == "RGBA" and image_format == "JPEG":
        shown = shown.convert("RGB")
    shown.info = {}
    suffix = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}[image_format]
    name = f"{kind}{suffix}"
    more: dict[str, Any] = {} if image_format == "PNG" else {"quality": QUALITY[kind]}
    shown.save(folder / name, image_format, **more)
    return {"kind": kind, "name": name, "width": shown.width, "height": shown.height}


def main(arguments: list[str]) -> int:
    kind, source, folder, page = arguments
    limit()
    try:
        told = draw(kind, Path(source), Path(folder), int(page))
    except Exception as error:
        # Whatever a file makes the libraries do, the answer is the same: no picture.
        sys.stderr.write(f"{type(error).__name__}: {error}"[:300])
        return NEEDS_PASSWORD if "password" in str(error).lower() else 1
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
