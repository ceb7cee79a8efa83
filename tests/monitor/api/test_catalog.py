"""The data catalogue: what DCAT-AP-NL 3.0 asks, read by rdflib from both of its forms."""

import pytest
from django.conf import settings
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, Namespace

from monitor.editions.release import withdraw
from tests.support.figures.editions import publishers

pytestmark = pytest.mark.django_db
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
BASE = "https://figures.example/api/v1/catalog"
MUST = {
    DCAT.Catalog: [DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint, DCAT.dataset, DCAT.service],
    DCAT.Dataset: [
        DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint, DCTERMS.creator, DCTERMS.identifier,
        DCAT.theme, DCTERMS.accessRights, DCTERMS.license, DCAT.distribution, DCTERMS.issued, DCTERMS.temporal,
    ],
    DCAT.DataService: [
        DCTERMS.title, DCTERMS.publisher, DCAT.contactPoint, DCTERMS.creator, DCTERMS.identifier, DCAT.theme,
        DCTERMS.accessRights, DCTERMS.license, DCAT.endpointURL, DCAT.endpointDescription, DCAT.servesDataset,
    ],
    DCAT.Distribution: [DCTERMS.title, DCAT.accessURL, DCAT.downloadURL, DCTERMS.license, DCAT.mediaType],
    FOAF.Agent: [FOAF.name, DCTERMS.identifier],
    VCARD.Kind: [VCARD.fn, VCARD.hasEmail],
    DCTERMS.PeriodOfTime: [DCAT.startDate, DCAT.endDate],
}  # fmt: skip
ONCE = [DCTERMS.publisher, DCTERMS.identifier, DCTERMS.accessRights, DCTERMS.issued, DCTERMS.license]


@pytest.fixture
def graph(editions, get) -> Graph:
    return Graph().parse(data=get("/catalog?format=turtle").content, format="turtle", publicID=BASE)


@pytest.mark.parametrize("kind", MUST, ids=lambda kind: kind.split("/")[-1])
def test_everything_of_a_class_has_what_it_must_have(graph, kind):
    subjects = set(graph.subjects(RDF.type, kind))
    assert subjects
    for subject in subjects:
        for wanted in MUST[kind]:
            values = list(graph.objects(subject, wanted))
            assert values, (subject, wanted)
            assert len(values) == 1 or wanted not in ONCE, (subject, wanted)


def test_what_is_pointed_at_is_described(graph):
    for about, kind in (
        (DCTERMS.publisher, FOAF.Agent),
        (DCTERMS.creator, FOAF.Agent),
        (DCAT.contactPoint, VCARD.Kind),
        (DCAT.distribution, DCAT.Distribution),
        (DCAT.dataset, DCAT.Dataset),
    ):
        for node in graph.objects(None, about):
            assert (node, RDF.type, kind) in graph
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert set(graph.objects(catalogue, DCAT.dataset)) == set(graph.subjects(RDF.type, DCAT.Dataset))


def test_titles_are_in_both_languages(graph):
    for dataset in graph.subjects(RDF.type, DCAT.Dataset):
        assert {title.language for title in graph.objects(dataset, DCTERMS.title)} == set(dict(settings.LANGUAGES))


def test_both_forms_say_the_same(graph, get):
    answer = get("/catalog")
    assert answer["Content-Type"] == "application/ld+json; charset=utf-8"
    assert isomorphic(graph, Graph().parse(data=answer.content, format="json-ld", publicID=BASE, base=BASE))
    assert get("/catalog", Accept="text/turtle")["Content-Type"] == "text/turtle; charset=utf-8"


def test_every_distribution_can_be_fetched(graph, get):
    addresses = {str(url) for url in graph.objects(None, DCAT.downloadURL)}
    assert len(addresses) == 8 * (4 + 1) + 2 * (20 * 4 + 1)
    for address in sorted(addresses)[::9]:
        assert address.startswith("https://figures.example/api/v1/")
        answer = get(address.removeprefix("https://figures.example/api/v1"))
        assert answer.status_code == 200
        (distribution,) = graph.subjects(DCAT.downloadURL, URIRef(address))
        media_type = str(graph.value(distribution, DCAT.mediaType)).partition("media-types/")[2]
        assert answer["Content-Type"].startswith(media_type)


def test_addresses_are_those_of_the_settings(editions, get, settings):
    settings.PUBLIC_URL = "https://cijfers.example/weerbaar"
    graph = Graph().parse(data=get("/catalog?format=turtle").content, format="turtle")
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert str(catalogue) == "https://cijfers.example/weerbaar/api/v1/catalog"


def test_a_withdrawn_edition_is_marked(editions, get):
    assert b"WITHDRAWN" not in get("/catalog").content
    withdraw("2024", publishers()[0], "A reason that everybody reads.")
    assert get("/catalog").content.count(b"dataset-status/WITHDRAWN") == 1
