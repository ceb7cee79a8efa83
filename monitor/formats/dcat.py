"""The public editions as a data catalogue (DCAT-AP-NL 3.0), written as JSON-LD or Turtle."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from monitor.formats import FORMATS
from monitor.models import Edition
from monitor.rules.catalogue import tables
from monitor.rules.periods import first_day

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
EU = "http://publications.europa.eu/resource/authority/"
LICENCE = "http://creativecommons.org/publicdomain/zero/1.0/deed.nl"
MEDIA = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class Iri:
    iri: str


@dataclass(frozen=True)
class Text:
    words: str
    language: str = ""
    type: str = ""


Node = tuple[Iri, str, list[tuple[str, Iri | Text]]]  # subject, class, and (property, object) statements


def catalogue_of(editions: Iterable[Edition]) -> list[Node]:
    """The nodes of the catalogue: catalogue, publisher, contact, service, and for each edition a dataset with its
    distributions."""
    editions = list(editions)
    catalogue, service = address("catalog"), address("catalog#service")
    datasets = [address(f"editions/{edition.id}") for edition in editions]
    nodes: list[Node] = [
        (
            catalogue,
            "dcat:Catalog",
            [
                *_words("dct:title", lambda: _("Weerbaar: figures")),
                *_words(
                    "dct:description", lambda: _("National figures on reports of aggression and integrity violations")
                ),
                *_responsible(creator=False),
                *_common(),
                ("dcat:service", service),
                *(("dcat:dataset", dataset) for dataset in datasets),
            ],
        ),
        (
            service,
            "dcat:DataService",
            [
                *_words("dct:title", lambda: _("Weerbaar: API of the figures")),
                ("dct:identifier", Text(service.iri)),
                ("dcat:endpointURL", address("")),
                ("dcat:endpointDescription", address("openapi.json")),
                *_responsible(),
                *_common(),
                *_open(),
                *(("dcat:servesDataset", dataset) for dataset in datasets),
            ],
        ),
        (
            Iri(settings.PUBLISHER_URI),
            "foaf:Agent",
            [("foaf:name", Text(settings.PUBLISHER_NAME, "nl")), ("dct:identifier", Text(settings.PUBLISHER_URI))],
        ),
        (
            address("catalog#contact"),
            "vcard:Kind",
            [
                ("vcard:fn", Text(settings.PUBLISHER_NAME, "nl")),
                *([("vcard:hasEmail", Iri(f"mailto:{settings.PUBLISHER_EMAIL}"))] if settings.PUBLISHER_EMAIL else []),
            ],
        ),
    ]
    for edition in editions:
        nodes += _dataset(edition)
    return nodes


def as_jsonld(nodes: list[Node]) -> str:
    """The nodes as JSON-LD."""
    graph = []
    for subject, kind, said in nodes:
        node: dict = {"@id": subject.iri, "@type": kind}
        for name, value in said:
            node.setdefault(name, []).append(_jsonld(value))
        graph.append(node)
    return json.dumps({"@context": PREFIXES, "@graph": graph}, ensure_ascii=False, separators=(",", ":"))


def as_turtle(nodes: list[Node]) -> str:
    """The nodes as Turtle."""
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()]
    for subject, kind, said in nodes:
        lines += ["", f"<{subject.iri}> a {kind}"]
        lines += [f"  ; {name} {_turtle(value)}" for name, value in said]
        lines.append("  .")
    return "\n".join(lines) + "\n"


WRITERS: dict[str, Callable[[list[Node]], str]] = {"jsonld": as_jsonld, "turtle": as_turtle}


def address(path: str) -> Iri:
    """The address of a path of the API. It is relative to the catalogue where PUBLIC_URL is not set; the host of a request
    is never used, because anybody can choose that."""
    return Iri(f"{settings.PUBLIC_URL}/api/v1/{path}" if settings.PUBLIC_URL else path or ".")


def _dataset(edition: Edition) -> list[Node]:
    dataset = address(f"editions/{edition.id}")
    period, since = address(f"catalog#period-{edition.id}"), edition.public_since
    status = "WITHDRAWN" if edition.status_now == Edition.Status.WITHDRAWN else "COMPLETED"
    parts = [*_archive(edition), *_tables(edition)]
    return [
        (
            dataset,
            "dcat:Dataset",
            [
                *_words("dct:title", lambda: _("Weerbaar: figures of %(period)s") % {"period": edition.id}),
                *_words(
                    "dct:description",
                    lambda: (
                        _(
                            "Protected counts of reports, outcomes and deadlines of %(period)s. The register counts what was reported, not what was experienced."
                        )
                        % {"period": edition.id}
                    ),
                ),
                ("dct:identifier", Text(dataset.iri)),
                *([("dct:issued", Text(since.date().isoformat(), type="xsd:date"))] if since else []),
                ("dct:temporal", period),
                ("adms:status", Iri(f"{EU}dataset-status/{status}")),
                *_responsible(),
                *_common(),
                *_open(),
                *(("dcat:distribution", subject) for subject, _kind, _said in parts),
            ],
        ),
        (
            period,
            "dct:PeriodOfTime",
            [
                ("dcat:startDate", Text(first_day(edition.period).isoformat(), type="xsd:date")),
                ("dcat:endDate", Text(edition.cut_off_date.isoformat(), type="xsd:date")),
            ],
        ),
        *parts,
    ]


def _archive(edition: Edition) -> list[Node]:
    def title() -> str:
        return _("All tables of %(period)s with their proof") % {"period": edition.id}

    return [_distribution(f"editions/{edition.id}/archive", "application/zip", title)]


def _tables(edition: Edition) -> list[Node]:
    distributions = []
    for stored in edition.stored.all():
        table = tables()[stored.table]
        for name, file_format in FORMATS.items():
            path = f"editions/{edition.id}/tables/{table.id}?format={name}"

            def title(table=table, name=name) -> str:
                return f"{table.id} {table.label} ({name})"

            distributions.append(_distribution(path, file_format.types[0].partition(";")[0], title))
    return distributions


def _distribution(path: str, media_type: str, title: Callable[[], str]) -> Node:
    return (
        address(path),
        "dcat:Distribution",
        [
            *_words("dct:title", title),
            ("dcat:accessURL", address(path)),
            ("dcat:downloadURL", address(path)),
            ("dcat:mediaType", Iri(MEDIA + media_type)),
            ("dct:license", Iri(LICENCE)),
        ],
    )


def _responsible(creator: bool = True) -> list[tuple[str, Iri | Text]]:
    publisher = Iri(settings.PUBLISHER_URI)
    statements: list[tuple[str, Iri | Text]] = [
        ("dct:publisher", publisher),
        ("dcat:contactPoint", address("catalog#contact")),
    ]
    return [*statements, ("dct:creator", publisher)] if creator else statements


def _common() -> list[tuple[str, Iri | Text]]:
    return [
        ("dct:license", Iri(LICENCE)),
        ("dct:language", Iri(f"{EU}language/NLD")),
        ("dct:language", Iri(f"{EU}language/ENG")),
        ("dct:spatial", Iri(f"{EU}country/NLD")),
    ]


def _open() -> list[tuple[str, Iri | Text]]:
    return [
        ("dct:accessRights", Iri(f"{EU}access-right/PUBLIC")),
        ("dcat:theme", Iri(f"{EU}data-theme/GOVE")),
        ("dcat:theme", Iri(f"{EU}data-theme/JUST")),
    ]


def _words(name: str, words: Callable[[], str]) -> list[tuple[str, Iri | Text]]:
    """A statement with the words in each language."""
    statements: list[tuple[str, Iri | Text]] = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            statements.append((name, Text(words(), language)))
    return statements


def _jsonld(value: Iri | Text) -> dict:
    if isinstance(value, Iri):
        return {"@id": value.iri}
    extra = {"@language": value.language} if value.language else {"@type": value.type} if value.type else {}
    return {"@value": value.words, **extra}


def _turtle(value: Iri | Text) -> str:
    if isinstance(value, Iri):
        return f"<{value.iri}>"
    words = json.dumps(value.words, ensure_ascii=False)  # JSON and Turtle have the same escapes
    return words + (f"@{value.language}" if value.language else f"^^{value.type}" if value.type else "")
