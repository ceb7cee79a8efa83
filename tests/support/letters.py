"""Office files as people write them."""

import io

from docx import Document

from tests.support.evidence import a_photo


def a_docx(*runs: str, picture: bool = False) -> bytes:
    document, out = Document(), io.BytesIO()
    paragraph = document.add_paragraph()
    for run in runs:
        paragraph.add_run(run)
    if picture:
        document.add_picture(io.BytesIO(a_photo()))
    document.save(out)
    return out.getvalue()
