import logging
import traceback


class BareRecords(logging.Filter):
    """Keep of a record what names nobody: no path, address, value or message of an exception, only where it was.

    What somebody did wrong (a form that cannot be read, a page that is not there) leaves no line: it would tell when a
    reporter was here.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(("django.request", "django.security", "django.server")):
            if int(getattr(record, "status_code", 500)) < 500:
                return False
            record.msg, record.args = "status %s", (getattr(record, "status_code", "-"),)
        record.__dict__.pop("request", None)
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)
            where = f"{frames[-1].filename.rsplit('/', 2)[-2:]}:{frames[-1].lineno}" if frames else "-"
            record.msg, record.args = f"{type(error).__name__} at {where}", ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True
