"""Templates of an organisation: what they may hold, what is refused, and that they are filled in with words only."""

import io
import zipfile

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.documents.own_templates import BadTemplate, check_template, fill_in
from cases.models import DocumentTemplate
from tests.cases.documents.test_documents import _filled
from tests.support.build import a_case, a_place, signed_in, who
from tests.support.evidence import evidence_store
from tests.support.reporter import words_of

URL = "/beheer/sjablonen/closing_letter/"
KIND = "closing_letter"


def a_template(*paragraphs: str, header: str = "") -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _with(content: bytes, **parts: bytes) -> bytes:
    """The package with parts added or replaced."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return kept.getvalue()


def _words(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    return "\n".join(paragraph.text for paragraph in [*document.paragraphs, *document.sections[0].header.paragraphs])


def test_a_good_template_is_filled_in_with_words():
    content = a_template(
        "Aan {{ addressee }}", "{% if file %}Dossier: {{ file }}{% endif %}", header="{{ organisation }}"
    )
    check_template(KIND, content)
    filled = _words(
        fill_in(content, {"addressee": "<w:p>{{ case }}</w:p>\x0b & Jan\ufffe", "file": "", "organisation": "Stad"})
    )
    assert filled.splitlines()[0] == "Aan <w:p>{{ case }}</w:p> & Jan"
    assert "Dossier" not in filled
    assert "Stad" in filled


@pytest.mark.parametrize(
    "text",
    [
        "{{ addressee.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ addressee|attr('__class__') }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ range(999999999) }}",
        "{% for one in addressee %}{{ one }}{% endfor %}",
        "{% set x = 1 %}",
        "{% include 'secret' %}",
        "{% macro a() %}{% endmacro %}",
        "{{ 'a' * 999999999 }}",
        "{{ onbekend }}",
        "{{ addressee",
        "{% if addressee %}",
    ],
)
def test_a_template_with_anything_else_is_refused_also_in_the_header(text):
    for content in (a_template(text), a_template("Beste", header=text)):
        with pytest.raises(BadTemplate):
            check_template(KIND, content)


def test_macros_outside_links_bombs_and_other_files_are_refused():
    good = a_template("Aan {{ addressee }}")
    link = b'<Relationships><Relationship Id="r" Type="t" Target="http://x.example/a" TargetMode="External"/></Relationships>'
    for bad in (
        b"",
        b"geen zip",
        b"%PDF-1.7",
        good[:-40],
        _with(good, **{"word/vbaProject.bin": b"macro"}),
        _with(good, **{"word/_rels/settings.xml.rels": link}),
        _with(good, **{"word/media/bomb.xml": b"\0" * 30_000_000}),
        _with(good, **{f"word/media/{number}": b"x" for number in range(400)}),
        _with(good, **{"word/document.xml": b"<geen xml"}),
        _with(good, **{"word/header9.xml": b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}),
        good + b"\0" * 2_000_001,
    ):
        with pytest.raises(BadTemplate):
            check_template(KIND, bad)


def _body(content: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()


def test_expressions_are_judged_as_they_are_rendered():
    """Written as character references, in another encoding, or in a part with another name."""
    good = a_template("Aan {{ addressee }} ZIN")
    entity = _with(good, **{"word/document.xml": _body(good).replace("ZIN", "&#123;&#123; 7*6 }}").encode()})
    wide = _body(good).replace("ZIN", "{{ 7*6 }}").replace("UTF-8", "UTF-16").encode("utf-16")
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["word/main.xml"] = parts.pop("word/document.xml").replace(b"ZIN", b"{{ 7*6 }}")
    parts["word/_rels/main.xml.rels"] = parts.pop("word/_rels/document.xml.rels")
    for name in ("_rels/.rels", "[Content_Types].xml"):
        parts[name] = parts[name].replace(b"word/document.xml", b"word/main.xml")
    moved = io.BytesIO()
    with zipfile.ZipFile(moved, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    for bad in (entity, _with(good, **{"word/document.xml": wide}), moved.getvalue()):
        with pytest.raises(BadTemplate):
            check_template(KIND, bad)


@pytest.mark.parametrize(
    "relationship",
    ['TargetMode = "External"', 'TargetMode="&#69;xternal"', "TargetMode='External'", 'TargetMode="external"'],
)
def test_what_is_fetched_from_elsewhere_is_refused_however_it_is_written(relationship):
    rels = f'<Relationships><Relationship Id="r" Type="t" Target="http://x.example/a" {relationship}/></Relationships>'
    with pytest.raises(BadTemplate):
        check_template(KIND, _with(a_template("x"), **{"word/_rels/settings.xml.rels": rels.encode()}))


@pytest.mark.parametrize(
    "field", ['INCLUDEPICTURE "http://x.example/a.png"', "DDEAUTO c:\\\\cmd.exe", 'HYPERLINK "http://x.example"']
)
def test_fields_that_fetch_or_run_are_refused_and_page_numbers_are_not(field):
    good = a_template("Aan {{ addressee }} ZIN")

    def with_field(words: str) -> bytes:
        halves = "".join(f"<w:r><w:instrText>{half}</w:instrText></w:r>" for half in (words[:4], words[4:]))
        body = _body(good).replace("ZIN", "").replace("</w:p>", f"{halves}</w:p>", 1)
        return _with(good, **{"word/document.xml": body.encode()})

    check_template(KIND, with_field(" PAGE  \\* MERGEFORMAT "))
    with pytest.raises(BadTemplate):
        check_template(KIND, with_field(field))


def test_broken_packages_and_endless_nesting_are_refused_with_words():
    good = a_template("Aan {{ addressee }}")
    nested = "{% if addressee %}" * 1500 + "x" + "{% endif %}" * 1500
    no_body = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    broken = bytearray(good)
    broken[60:120] = b"\xff" * 60
    for bad in (a_template(nested), _with(good, **{"word/document.xml": no_body}), bytes(broken)):
        with pytest.raises(BadTemplate):
            check_template(KIND, bad)


@pytest.mark.both
@pytest.mark.django_db
def test_an_administrator_uploads_tries_and_stops_a_template(tmp_path, settings):
    evidence_store(tmp_path, settings)
    place = a_place()
    admin = place.client("administrator")
    bad = admin.post(URL, {"file": SimpleUploadedFile("brief.docx", a_template("{{ geheim }}"))})
    assert bad.status_code == 422
    assert "Dit document kent “geheim” niet" in words_of(bad)
    good = a_template("EIGEN HUISSTIJL", "{{ addressee }}, {{ organisation }}")
    for _ in range(2):
        assert admin.post(URL, {"file": SimpleUploadedFile("brief.docx", good)}).status_code == 302
    assert [(template.version, template.in_use) for template in DocumentTemplate.objects.all()] == [
        (2, True),
        (1, False),
    ]
    assert "EIGEN HUISSTIJL" in _words(admin.get(f"{URL}voorbeeld/").content)
    case = a_case(place)
    officer = signed_in(who(case.id, "case_officer").person)
    url = f"/werkplek/zaak/{case.id}/documenten/"
    assert officer.post(f"{url}nieuw/{KIND}/", _filled(KIND)).status_code == 302
    assert "Ingevuld addressee, Gemeente Voorbeeldstad" in _words(officer.get(f"{url}1/docx/").content)
    assert officer.get(f"{url}1/pdf/").status_code == 404
    admin.post(URL, {"stop": "1"})
    officer.post(f"{url}nieuw/{KIND}/", _filled(KIND))
    assert officer.get(f"{url}2/pdf/").status_code == 200
    assert officer.get(URL).status_code in {403, 404}
    assert admin.get("/beheer/sjablonen/police_file/").status_code == 404
