"""Files on their way in. Each is sealed part by part with a key of its request: no disk ever holds a clear file."""

import tempfile
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from vault.sealing.primitives import random_key
from vault.sealing.streams import SealedWriter, open_stream

MOST_BYTES = 25 * 1024**2
MOST_FILES = 10
MOST_TOGETHER = 100 * 1024**2


class Upload(UploadedFile):
    """One file of a form. `trouble`: why its bytes were not kept, a code of refusals.py; empty when they were."""

    def __init__(self, name: str, spool: Any, key: bytes, size: int, trouble: str = "") -> None:
        super().__init__(spool, name=PurePath(name or "").name[-120:], size=size)
        self.key, self.trouble = key, trouble

    def data(self) -> bytes:
        """The clear bytes, opened with the key of this request."""
        spool = cast(BinaryIO, self.file)
        spool.seek(0)
        return b"".join(open_stream(spool, self.key))


class SealedUploads(FileUploadHandler):
    """Reads the files of a request. A file that is too much is dropped and says so; the rest of the form arrives."""

    def __init__(self, request=None) -> None:
        super().__init__(request)
        self.files = self.together = 0

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        self.files += 1
        self.trouble, self.taken, self.key = "", 0, random_key()
        if self.files > MOST_FILES:
            self.trouble = "too_many"
        try:
            self.spool = tempfile.TemporaryFile()  # noqa: SIM115  Django closes it with the request
            self.writer = SealedWriter(self.spool, self.key)
        except OSError:
            self.trouble = "no_room"

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.taken += len(raw_data)
        self.together += len(raw_data)
        if self.taken > MOST_BYTES:
            self.trouble = self.trouble or "too_big"
        elif self.together > MOST_TOGETHER:
            self.trouble = self.trouble or "too_many"
        if not self.trouble:
            try:
                self.writer.write(raw_data)
            except OSError:
                self.trouble = "no_room"

    def file_complete(self, file_size: int) -> Upload | None:
        try:
            if not self.trouble:
                self.writer.close()
        except OSError:
            self.trouble = "no_room"
        return Upload(self.file_name or "", getattr(self, "spool", None), self.key, file_size, self.trouble)
