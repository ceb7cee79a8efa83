"""Mail by SMTP, given up after a minute whatever the server does: the timeout of a socket alone begins anew with each byte."""

import smtplib
import socket
import threading
from contextlib import suppress
from typing import Any

from django.core.mail.backends import smtp

LONGEST = 60.0  # seconds for one connection, from the greeting to the end; shorter than jobs.queues.MAIL.longest


class _Hurried:
    """For a client of smtplib: its connection is shut when the time is over, and what waits for it raises OSError."""

    sock: socket.socket | None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        found = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._first = found
        self._timer = threading.Timer(LONGEST, self._shut)
        self._timer.daemon = True
        self._timer.start()
        return found

    def _shut(self) -> None:
        for sock in {self.sock or self._first, self._first}:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if hasattr(self, "_timer"):
            self._timer.cancel()
        super().close()  # type: ignore[misc]


class _SMTP(_Hurried, smtplib.SMTP):
    pass


class _SMTPWithTLS(_Hurried, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's, with :class:`_Hurried`."""

    @property
    def connection_class(self) -> Any:
        return _SMTPWithTLS if self.use_ssl else _SMTP
