"""Every seeded file: the seed is gone and the content is there, or the file is refused with a reason."""

import io
import re
import zipfile
from email import message_from_bytes, policy

import av
import pikepdf
import pytest
from django.template.loader import render_to_string
from PIL import Image

from reporting.evidence import sandbox
from reporting.evidence.cleaner.kinds import KINDS, MADE
from reporting.evidence.cleaner.sniff import kind_of
from reporting.evidence.refusals import REFUSALS
from tests.support.seeds.seed import WORDS, Seeded
from tests.support.seeds.seed_search import has_seed
from tests.support.seeds.seeded import corpus
from tests.support.services import ROOT

CORPUS = corpus()


@pytest.mark.parametrize("sample", CORPUS, ids=[sample.name for sample in CORPUS])
def test_the_seed_is_gone_or_the_file_is_refused_with_a_reason(sample: Seeded):
    if sample.refused:
        with pytest.raises(sandbox.FileRefused) as refused:
            sandbox.clean_file(sample.data)
        assert refused.value.code == sample.refused
        assert refused.value.code in REFUSALS
        return
    cleaned = sandbox.clean_file(sample.data)
    assert cleaned.kind == sample.kind
    assert not has_seed(cleaned.data, cleaned.kind)
    _is_still_there(cleaned.data, cleaned.kind)


def test_every_kind_has_a_file_with_a_seed_and_stands_on_the_page_and_in_the_file_field():
    cleaned = {kind_of(sample.data) for sample in CORPUS if not sample.refused}
    assert cleaned == {*KINDS}
    assert {sample.kind for sample in CORPUS if not sample.refused} == {*MADE}
    *names, last = KINDS
    assert f"\n{', '.join(names)} and {last}; at most" in (ROOT / "docs/reporting.md").read_text()
    field = render_to_string("components/evidence_fields.html", {"room": True, "prefix": ""})
    offered = re.search(r'id="files".*?accept="([^"]*)"', field, re.DOTALL)
    assert offered is not None
    assert offered[1].split(", ") == [ending for kind in KINDS.values() for ending in kind.endings]


def _is_still_there(data: bytes, kind: str) -> None:
    """What people would see or hear survived."""
    if KINDS[kind].family == "images":
        with Image.open(io.BytesIO(data)) as image:
            assert sorted(image.size) == [64, 96]
    elif kind == "pdf":
        with pikepdf.open(io.BytesIO(data)) as document:
            assert len(document.pages) >= 1
            drawn = b"".join(
                pikepdf.unparse_content_stream(pikepdf.parse_content_stream(page)) for page in document.pages
            )
            assert WORDS.encode() in drawn or b"/Im1 Do" in drawn
    elif KINDS[kind].family == "office":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            assert any(WORDS.encode() in archive.read(info) for info in archive.infolist())
    elif KINDS[kind].family == "media":
        with av.open(io.BytesIO(data)) as media:
            assert sum(1 for _frame in media.decode(media.streams[0])) >= 9
    elif kind == "eml":
        mail = message_from_bytes(data, policy=policy.default)
        assert WORDS in mail.get_content()
        assert mail["From"] == "Boze Burger <b@example.org>"
    else:
        assert WORDS in data.decode()


def test_there_are_at_least_sixty_files():
    assert len(CORPUS) >= 60


def test_a_picture_stands_upright_when_its_camera_said_so():
    turned = next(sample for sample in CORPUS if sample.name == "jpg lying on its side")
    with Image.open(io.BytesIO(sandbox.clean_file(turned.data).data)) as image:
        assert image.size == (64, 96)


def test_the_cleaner_sees_no_file_of_this_machine_and_no_environment(tmp_path, monkeypatch):
    """Inside the walls there is Python and the cleaner, and nothing to steal."""
    if not sandbox.is_walled():
        pytest.skip("bubblewrap is not on this machine")
    secret = tmp_path / "master.key"
    secret.write_text("geheim")
    monkeypatch.setenv("WEERBAAR_SECRET_KEY", "geheim")
    program = (
        "import os, socket\n"
        f"print(os.path.exists({str(secret)!r}), 'WEERBAAR_SECRET_KEY' in os.environ, os.path.exists('/etc/passwd'))\n"
        "try:\n    socket.create_connection(('1.1.1.1', 53), 1); print('network')\nexcept OSError:\n    print('no network')\n"
    )
    import subprocess
    import sys

    ended = subprocess.run(
        [*sandbox._walls(), sys.executable, "-I", "-c", program], capture_output=True, text=True, env={}, check=True
    )
    assert ended.stdout.split("\n")[:2] == ["False False False", "no network"]
