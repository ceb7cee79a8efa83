from django.core.files.uploadhandler import FileUploadHandler

FILE_REFUSED = "weerbaar.file_refused"


class RefuseFiles(FileUploadHandler):
    """No form takes files yet: what somebody sends along is dropped unread, never written, and the form says so."""

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        if self.request is not None:
            self.request.META[FILE_REFUSED] = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None
