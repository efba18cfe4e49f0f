"""What anybody may keep is sent compressed to whoever can read it so.

Only answers declared public are: they hold no secret. A page of the work area has a form's token beside what
its reader typed, and compressed together the length would tell of the token (BREACH). A proxy in front finds
these done and has nothing to compress.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator

from flask import Flask, Response, request, stream_with_context

ENCODING = "gzip"
LEAST_BYTES = 1000
_LEVEL = 6
_TYPES = ("text/", "application/json", "application/xml", "image/svg+xml")


def init_app(app: Flask) -> None:
    """Compress the public answers of an application."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """A public text, compressed where the reader takes it; its tag then names the text and not its bytes."""
    if not response.cache_control.public or not (response.mimetype or "").startswith(_TYPES):
        return response
    response.vary.add("Accept-Encoding")
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)
    taken = request.accept_encodings[ENCODING] > 0
    if response.status_code != 200 or "Content-Encoding" in response.headers or not taken:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) >= LEAST_BYTES:
        response.set_data(gzip.compress(body, _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = ENCODING
    return response


def stream_text(lines: Iterable[str]) -> Response:
    """A long public text as it is made, never whole in memory; compressed on the way where that is taken."""
    pieces = (line.encode() for line in lines)
    if request.accept_encodings[ENCODING] <= 0:
        return Response(stream_with_context(pieces))
    response = Response(stream_with_context(_gzipped(pieces)))
    response.headers["Content-Encoding"] = ENCODING
    return response


def _gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, wbits=zlib.MAX_WBITS | 16)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
