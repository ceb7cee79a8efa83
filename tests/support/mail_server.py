"""A mail server on a free port that does what a test wants of it: takes mail, hangs, refuses, drips, hangs up. Standard
library only; a thread of its own, so that it answers while the product waits."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from email import message_from_bytes
from email.message import Message


class MailServer:
    """`mode`: "" takes mail; "hang" answers nothing after the greeting; "drip" sends a byte now and then; "refuse" answers 451
    to every recipient; "closing" answers 421; "drop" hangs up at the data. It can change at any moment. `asked`: how often
    somebody connected."""

    def __init__(self, mode: str = "") -> None:
        self.mode, self.mails, self.asked = mode, list[Message](), 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _end(self) -> None:
        self._server.close()
        talking = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)

    @property
    def recipients(self) -> list[str]:
        return [str(mail["To"]) for mail in self.mails]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        while self.mode == "drip":
            writer.write(b"2")
            await asyncio.sleep(0.05)
        say("220 stub")
        while line := (await reader.readline()).decode().strip():
            verb = line.split()[0].upper()
            while self.mode == "hang":
                await asyncio.sleep(0.02)
            if self.mode == "closing":
                say("421 closing")
                return
            if verb == "RCPT" and self.mode == "refuse":
                say("451 try later")
            elif verb == "DATA":
                if self.mode == "drop":
                    return
                say("354 go on")
                data = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(message_from_bytes(data[:-5].replace(b"\r\n..", b"\r\n.")))
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 well")
