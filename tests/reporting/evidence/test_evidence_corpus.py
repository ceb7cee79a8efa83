"""Files as ordinary programs make them: kept with what people see and hear in them, or refused; never with the secret."""

import io
import posixpath
import re
import zipfile
import zlib
from email import message_from_bytes, policy

import av
import pikepdf
import pytest
from lxml import etree
from PIL import Image, ImageChops, ImageStat

from reporting.evidence import sandbox
from reporting.evidence.custody import PICTURES
from reporting.evidence.refusals import REFUSALS
from tests.support.seeds import seeded_packages, seeded_pdfs, seeded_streams
from tests.support.seeds.seed import WORDS, Seeded
from tests.support.seeds.seed_search import has_seed

CORPUS = {sample.name: sample for sample in (*seeded_packages.every(), *seeded_pdfs.every(), *seeded_streams.every())}


@pytest.fixture(scope="module")
def cleaned():
    """What became of a file; each is cleaned once."""
    results: dict[str, sandbox.Cleaned | str] = {}

    def clean(name: str) -> sandbox.Cleaned | str:
        if name not in results:
            try:
                results[name] = sandbox.clean_file(CORPUS[name].data)
            except sandbox.FileRefused as refused:
                results[name] = refused.code
        return results[name]

    return clean


def parametrized(kinds: set[str]):
    chosen = [sample for sample in CORPUS.values() if sample.kind in kinds]
    return pytest.mark.parametrize("sample", chosen, ids=[sample.name for sample in chosen])


def test_every_file_has_a_name_of_its_own_and_there_are_enough():
    every = (*seeded_packages.every(), *seeded_pdfs.every(), *seeded_streams.every())
    assert len(every) == len(CORPUS) >= 60


@pytest.mark.parametrize("sample", CORPUS.values(), ids=list(CORPUS))
def test_the_secret_is_gone_or_the_file_is_refused(sample: Seeded, cleaned):
    result = cleaned(sample.name)
    if sample.refused:
        assert result == sample.refused
        assert result in REFUSALS
    else:
        assert isinstance(result, sandbox.Cleaned), result
        assert result.kind == sample.kind
        assert not has_seed(result.data, result.kind)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # of one file, on purpose
@parametrized(PICTURES)
def test_a_picture_shows_what_it_showed(sample: Seeded, cleaned):
    with Image.open(io.BytesIO(sample.data)) as before, Image.open(io.BytesIO(cleaned(sample.name).data)) as after:
        assert after.size == before.size
        if before.mode.startswith("I"):
            assert ImageStat.Stat(after.convert("L")).extrema[0][1] > 200
        else:
            assert _difference(before, after) < 6


def _difference(before: Image.Image, after: Image.Image) -> float:
    """0 to 255, over what is not see-through."""
    backgrounds = []
    for picture in (before, after):
        small = picture.convert("RGBA").resize((96, 64))
        flat = Image.new("RGBA", small.size, "white")
        flat.alpha_composite(small)
        backgrounds.append(flat.convert("RGB"))
    return max(ImageStat.Stat(ImageChops.difference(*backgrounds)).mean)


@parametrized({"docx", "xlsx"})
def test_a_package_has_no_loose_ends(sample: Seeded, cleaned):
    """Word and Excel offer to mend what points to nothing; then nobody trusts the file."""
    with zipfile.ZipFile(io.BytesIO(cleaned(sample.name).data)) as archive:
        assert archive.testzip() is None
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    types = etree.fromstring(parts.pop("[Content_Types].xml"))
    listed = {entry.get("PartName").lstrip("/") for entry in types if entry.get("PartName")}
    endings = {entry.get("Extension").lower() for entry in types if entry.get("Extension")}
    assert listed <= set(parts)
    assert all(name in listed or name.rpartition(".")[2].lower() in endings for name in parts)
    reached = set()
    for name in [name for name in parts if name.endswith(".rels")]:
        folder, _sep, owner = name.replace("_rels/", "").removesuffix(".rels").rpartition("/")
        links = etree.fromstring(parts[name])
        inside = [link.get("Target") for link in links if link.get("TargetMode") != "External"]
        reached |= {posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") for target in inside}
        if owner:
            known = {link.get("Id") for link in links}
            assert set(re.findall(rb' r:[a-z]+="([^"]+)"', parts[f"{folder}/{owner}"])) <= {
                link.encode() for link in known
            }
    assert reached == {name for name in parts if not name.endswith(".rels")}


@parametrized({"docx", "xlsx", "odt"})
def test_the_text_of_a_document_stays(sample: Seeded, cleaned):
    assert WORDS in text_of(cleaned(sample.name).data)


def text_of(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xml") and not name.startswith("[")]
        return " ".join("".join(etree.fromstring(archive.read(name)).itertext()) for name in names)


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("word: all that Word puts beside a text", ["tekst", "voetnoot", "briefhoofd"]),
        ("word: what was taken out while changes were tracked", ["erbij gekomen", "verplaatst", "rij"]),
        ("word: fields that remember where they came from", ["uitkomst", "PAGE"]),
        ("word: a link to a file of the writer", ["klik hierklik hier"]),
        ("libre: all that LibreOffice puts beside a text", ["voortussenachter", "eigen bestand", "plein"]),
    ],
)
def test_what_was_written_in_other_places_stays(name: str, stays: list[str], cleaned):
    text = text_of(cleaned(name).data)
    assert [word for word in stays if word not in text] == []


def test_what_changes_how_a_document_looks_stays(cleaned):
    with zipfile.ZipFile(io.BytesIO(cleaned("word: all that Word puts beside a text").data)) as archive:
        settings = archive.read("word/settings.xml")
        assert b"evenAndOddHeaders" in settings
        assert b"compat" in settings
        assert Image.open(io.BytesIO(archive.read("word/media/image1.jpg"))).size == (96, 64)
    with zipfile.ZipFile(io.BytesIO(cleaned("excel: eighty thousand numbers").data)) as archive:
        assert archive.read("xl/worksheets/sheet1.xml").count(b"<v>") == 3_998 * 20
    with zipfile.ZipFile(io.BytesIO(cleaned("word: a link to a file of the writer").data)) as archive:
        assert b"https://www.example.org/" in archive.read("word/_rels/document.xml.rels")


@pytest.mark.parametrize("suffix", ["png", "gif", "tif", "bmp"])
def test_a_picture_in_a_document_stays(suffix: str, cleaned):
    name = f"word: a picture called {suffix}"
    shown = []
    for data in (CORPUS[name].data, cleaned(name).data):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            shown.append(Image.open(io.BytesIO(archive.read(f"word/media/image1.{suffix}"))))
    assert shown[1].format == {"tif": "TIFF"}.get(suffix, suffix.upper())
    assert _difference(*shown) < 6


@pytest.mark.filterwarnings("ignore:pikepdf is missing")  # it cannot look into JBIG2
@parametrized({"pdf"})
def test_the_words_of_a_pdf_stay(sample: Seeded, cleaned):
    with pikepdf.open(io.BytesIO(cleaned(sample.name).data)) as document:
        assert not document.check_pdf_syntax()
        drawn = pikepdf.unparse_content_stream(pikepdf.parse_content_stream(document.pages[0]))
        assert WORDS.encode() in drawn
        fonts = document.pages[0].resources.Font
        assert all(name in fonts for name in re.findall(rb"(/F\d+) ", drawn) for name in [name.decode()])


PICTURED = [
    sample.name
    for sample in CORPUS.values()
    if re.match(r"pdf: a (grey )?(photo|scan|fax)", sample.name) and sample.kind
]


@pytest.mark.parametrize("name", PICTURED)
def test_a_picture_in_a_pdf_stays_as_it_lay(name: str, cleaned):
    with (
        pikepdf.open(io.BytesIO(CORPUS[name].data)) as before,
        pikepdf.open(io.BytesIO(cleaned(name).data)) as after,
    ):
        old, new = before.pages[0].Resources.XObject.Im1, after.pages[0].Resources.XObject.Im1
        assert (new.Width, new.Height, new.get("/Decode")) == (old.Width, old.Height, old.get("/Decode"))
        assert str(new.ColorSpace) == str(old.ColorSpace)
        if str(new.Filter) != "/DCTDecode":
            assert new.read_raw_bytes() == old.read_raw_bytes()
            return
        raw = zlib.decompress(old.read_raw_bytes()) if "Flate" in str(old.Filter) else old.read_raw_bytes()
        with Image.open(io.BytesIO(raw)) as drawn_before, Image.open(io.BytesIO(new.read_raw_bytes())) as drawn_after:
            assert (drawn_after.size, drawn_after.mode) == (drawn_before.size, drawn_before.mode)
            assert _difference(drawn_before, drawn_after) < 6
            assert drawn_before.format != "JPEG" or len(new.read_raw_bytes()) < 1.1 * len(raw)


@pytest.mark.parametrize("name", ["pdf: a form that was filled in", "pdf: a stamp and a link"])
def test_what_was_filled_in_over_a_page_is_drawn_on_it(name: str, cleaned):
    with pikepdf.open(io.BytesIO(cleaned(name).data)) as document:
        page = document.pages[0]
        assert "/Annots" not in page.obj
        assert "/AcroForm" not in document.Root
        assert any(b"ingevuld" in form.read_bytes() for form in page.Resources.XObject.values())


def test_a_layer_that_is_not_shown_is_still_not_shown(cleaned):
    with pikepdf.open(io.BytesIO(cleaned("pdf: layers with names").data)) as document:
        shown = document.Root.OCProperties
        assert len(shown.OCGs) == len(shown.D.ON) == 1
        assert shown.D.ON[0].objgen == document.pages[0].Resources.Properties.MC0.objgen


@parametrized({"mp3", "m4a", "mp4"})
def test_a_film_and_a_sound_last_as_long_as_they_did(sample: Seeded, cleaned):
    assert lengths(cleaned(sample.name).data) == pytest.approx(lengths(sample.data), abs=0.1)


def lengths(data: bytes) -> dict[str, float]:
    """Seconds of picture and of sound, by playing them."""
    seconds = {}
    for kind in ("video", "audio"):
        with av.open(io.BytesIO(data)) as media:
            streams = [stream for stream in getattr(media.streams, kind) if stream.codec_context.name != "mjpeg"]
            for stream in streams[:1]:
                frames = list(media.decode(stream))
                rate = 10 if kind == "video" else frames[0].sample_rate
                seconds[kind] = (len(frames) if kind == "video" else sum(frame.samples for frame in frames)) / rate
    return seconds


def test_a_film_that_was_held_upright_stands_upright(cleaned):
    name = "film: that was held upright"
    turns = []
    for data in (CORPUS[name].data, cleaned(name).data):
        with av.open(io.BytesIO(data)) as media:
            turns.append(next(media.decode(video=0)).rotation)
    assert turns == [-90, -90]


@parametrized({"eml"})
def test_a_mail_keeps_who_wrote_what_and_when(sample: Seeded, cleaned):
    mail = message_from_bytes(cleaned(sample.name).data, policy=policy.default)
    assert mail["From"] == "Boze Burger <b@example.org>"
    assert mail["Subject"] == "Pas op"
    assert mail["Date"] is not None
    assert WORDS in mail.get_content()
    assert set(mail.keys()) <= {"From", "Subject", "Date", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}


def test_text_keeps_its_words_apart_and_loses_what_nobody_sees(cleaned):
    assert cleaned("text: with a mark that nobody sees").data.decode() == WORDS
    assert cleaned("text: with hard spaces and pages").data.decode() == f" {WORDS} op pagina\n2"
    page = message_from_bytes(cleaned("mail: a page that declares itself").data, policy=policy.default)
    assert f"{WORDS}\ntweede" in page.get_content()


def test_what_the_cleaner_says_is_not_believed(monkeypatch):
    """Should a file ever take the cleaner over, its answer is still a kind or a code that we know."""
    for said in ("no json", "[]", '{"kind": "exe"}', '{"refused": "<b>"}', '{"kind": ""}', ""):
        program = f"import sys; sys.stdout.write({said!r} + chr(10) + 'body')"
        monkeypatch.setattr(sandbox, "PROGRAM", program)
        with pytest.raises(sandbox.FileRefused) as refused:
            sandbox.clean_file(b"x")
        assert refused.value.code == "broken"


def test_a_cleaner_that_is_stopped_says_that_the_file_is_too_much(monkeypatch):
    monkeypatch.setattr(sandbox, "PROGRAM", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(sandbox.FileRefused) as refused:
        sandbox.clean_file(b"x")
    assert refused.value.code == "bomb"
