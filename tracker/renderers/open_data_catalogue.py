"""Open data as catalogues read them: DCAT-AP 3 in JSON-LD, and schema.org Dataset for search engines.

https://semiceu.github.io/DCAT-AP/releases/3.0.0/ and https://schema.org/Dataset
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.renderers.open_data import DataTable
from tracker.renderers.open_data_formats import MEDIA_TYPES
from tracker.renderers.open_data_package import Publication, instant
from tracker.renderers.words import Words

CATALOGUE_TYPE = "application/ld+json"
ZIP_NAME, BOOK_NAME = "cumple-datos.zip", "cumple-datos.xlsx"
_EU = "http://publications.europa.eu/resource/authority"
_IANA = "https://www.iana.org/assignments/media-types"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_KEYWORDS = {
    "es": ("gobierno abierto", "plan de acción", "compromisos", "rendición de cuentas", "Guatemala"),
    "en": ("open government", "action plan", "commitments", "accountability", "Guatemala"),
}


@dataclass(frozen=True)
class EditionEntry:
    """A dated edition as catalogues name it."""

    address: str
    day: date
    at: datetime
    size: int
    sha256: str


def catalogue(
    tables: Sequence[DataTable],
    publication: Publication,
    editions: Iterable[EditionEntry],
    *,
    changed_at: datetime,
    period: tuple[date | None, date | None],
) -> dict[str, Any]:
    """The catalogue: the whole with its dated editions, and each table with its three formats."""
    home = publication.home
    whole = _whole(publication, changed_at, period)
    versions = [_edition(one, publication) for one in editions]
    if versions:
        whole["dcat:hasVersion"] = [_id(one["@id"]) for one in versions]
    return {
        "@context": _CONTEXT,
        "@id": f"{home}/catalogo.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _told({name: Words(name)("open_data.catalogue") for name in ("es", "en")}),
        "dct:description": _about(),
        "dct:publisher": _publisher(publication),
        "dct:language": _languages(),
        "dct:license": _licence(publication),
        "dct:modified": _instant(changed_at),
        "foaf:homepage": {"@id": home, "@type": "foaf:Document"},
        "dcat:themeTaxonomy": {"@id": f"{_EU}/data-theme"},
        "dcat:dataset": [whole, *(_table(one, publication, changed_at) for one in tables), *versions],
    }


def _about() -> list[dict[str, str]]:
    return _told({name: Words(name)("open_data.about") for name in ("es", "en")})


def _whole(
    publication: Publication, changed_at: datetime, period: tuple[date | None, date | None]
) -> dict[str, Any]:
    home = publication.home
    titles = {name: Words(name)("open_data.title", publisher=publication.publisher) for name in ("es", "en")}
    found = _dataset(f"{home}#todo", titles, publication, changed_at) | {
        "dct:description": _about(),
        "dcat:landingPage": {"@id": home, "@type": "foaf:Document"},
        "dcat:keyword": [
            {"@value": word, "@language": language} for language, words in _KEYWORDS.items() for word in words
        ],
        "dcat:distribution": [
            _distribution(f"{home}/{ZIP_NAME}", "application/zip", "ZIP", publication),
            _distribution(f"{home}/{BOOK_NAME}", _type("xlsx"), "XLSX", publication),
        ],
    }
    starts, ends = period
    if starts:
        days = {"dcat:startDate": starts, "dcat:endDate": ends}
        told = {key: {"@value": day.isoformat(), "@type": "xsd:date"} for key, day in days.items() if day}
        found["dct:temporal"] = {"@type": "dct:PeriodOfTime", **told}
    return found


def _table(table: DataTable, publication: Publication, changed_at: datetime) -> dict[str, Any]:
    page = f"{publication.home}/tablas/{table.name}"
    return _dataset(f"{page}#datos", table.titles, publication, changed_at) | {
        "dct:description": _told(table.abouts),
        "dcat:landingPage": {"@id": page, "@type": "foaf:Document"},
        "dct:isPartOf": _id(f"{publication.home}#todo"),
        "dcat:distribution": [
            _distribution(f"{publication.home}/{table.name}.{one}", _type(one), one.upper(), publication)
            for one in MEDIA_TYPES
        ],
    }


def _edition(one: EditionEntry, publication: Publication) -> dict[str, Any]:
    """A frozen edition: a version of the whole, with its size and hash."""
    titles = {
        name: Words(name)("open_data.edition", day=Words(name).day(one.day), publisher=publication.publisher)
        for name in ("es", "en")
    }
    distribution = _distribution(one.address, "application/zip", "ZIP", publication) | {
        "dcat:byteSize": {"@value": str(one.size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": one.sha256, "@type": "xsd:hexBinary"},
        },
    }
    return _dataset(f"{one.address}#datos", titles, publication, one.at) | {
        "dct:description": _about(),
        "dcat:version": one.day.isoformat(),
        "dcat:isVersionOf": _id(f"{publication.home}#todo"),
        "dct:issued": _instant(one.at),
        "dcat:distribution": [distribution],
    }


def _dataset(
    identifier: str, titles: Mapping[str, str], publication: Publication, changed_at: datetime
) -> dict[str, Any]:
    return {
        "@id": identifier,
        "@type": "dcat:Dataset",
        "dct:identifier": identifier,
        "dct:title": _told(titles),
        "dct:publisher": _id(_publisher(publication)["@id"]),
        "dct:modified": _instant(changed_at),
        "dct:accrualPeriodicity": _id(f"{_EU}/frequency/DAILY"),
        "dct:accessRights": _id(f"{_EU}/access-right/PUBLIC"),
        "dct:language": _languages(),
        "dct:spatial": _id(f"{_EU}/country/GTM"),
        "dcat:theme": [_id(f"{_EU}/data-theme/GOVE")],
    }


def _distribution(
    address: str, media_type: str, format_name: str, publication: Publication
) -> dict[str, Any]:
    return {
        "@id": f"{address}#archivo",
        "@type": "dcat:Distribution",
        "dcat:accessURL": _id(address),
        "dcat:downloadURL": _id(address),
        "dcat:mediaType": _id(f"{_IANA}/{media_type}"),
        "dct:format": _id(f"{_EU}/file-type/{format_name}"),
        "dct:license": _licence(publication),
    }


def _type(format_name: str) -> str:
    return MEDIA_TYPES[format_name].partition(";")[0]


def _id(address: str) -> dict[str, str]:
    return {"@id": address}


def _told(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language} for language, text in texts.items()]


def _instant(at: datetime) -> dict[str, str]:
    return {"@value": instant(at), "@type": "xsd:dateTime"}


def _publisher(publication: Publication) -> dict[str, Any]:
    return {
        "@id": f"{publication.base_url}/#publicador",
        "@type": "foaf:Agent",
        "foaf:name": {"@value": publication.publisher, "@language": "es"},
    }


def _licence(publication: Publication) -> dict[str, Any]:
    return {"@id": publication.licence.url, "@type": "dct:LicenseDocument"}


def _languages() -> list[dict[str, str]]:
    return [_id(f"{_EU}/language/{one}") for one in ("SPA", "ENG")]


def schema_org(
    publication: Publication, *, language: str, changed_at: datetime, table: DataTable | None = None
) -> dict[str, Any]:
    """The whole, or one table, as search engines for data read it."""
    words, home = Words(language), publication.home
    title = words("open_data.title", publisher=publication.publisher)
    page = home if table is None else f"{home}/tablas/{table.name}"
    files = (
        [(f"{home}/{ZIP_NAME}", "application/zip"), (f"{home}/{BOOK_NAME}", _type("xlsx"))]
        if table is None
        else [(f"{home}/{table.name}.{one}", _type(one)) for one in MEDIA_TYPES]
    )
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": page,
        "url": page,
        "name": title if table is None else f"{table.titles[language]}: {title}",
        "description": words("open_data.about") if table is None else _long(table.abouts[language], words),
        "inLanguage": ["es", "en"],
        "isAccessibleForFree": True,
        "license": publication.licence.url,
        "dateModified": instant(changed_at),
        "publisher": _organisation(publication),
        "creator": _organisation(publication),
        "keywords": list(_KEYWORDS[language]),
        "spatialCoverage": "Guatemala",
        "distribution": [
            {"@type": "DataDownload", "contentUrl": address, "encodingFormat": media_type}
            for address, media_type in files
        ],
    }
    if table is not None:
        found["isPartOf"] = {"@type": "Dataset", "@id": home, "name": title, "url": home}
        found["variableMeasured"] = [
            {"@type": "PropertyValue", "name": one.name, "description": one.meanings[language]}
            for one in table.columns
        ]
    return found


def _long(about: str, words: Words) -> str:
    """Search engines want fifty letters at least."""
    return f"{about} {words('open_data.about')}"


def _organisation(publication: Publication) -> dict[str, str]:
    return {"@type": "GovernmentOrganization", "name": publication.publisher, "url": publication.base_url}
