"""A proxy in front of Redis that loses replies, hangs or cuts connections: `python -m bench.proof.proxy PORT REDIS_PORT`.

Lines on stdin say what it does: `pass`, `drop 0.05` (a command is carried out, its reply is lost with this chance and the
connection reset), `hang` (nothing comes through, in either direction), `cut` (every connection is reset at once).
"""

import asyncio
import random
import socket
import struct
import sys
from contextlib import suppress

_RESET = struct.pack("ii", 1, 0)


class Proxy:
    """Connections come and go; what is done to them is said from outside."""

    def __init__(self, to: int) -> None:
        self._to, self._chance = to, 0.0
        self._flows, self._writers = asyncio.Event(), set[asyncio.StreamWriter]()
        self._flows.set()

    def tell(self, line: str) -> None:
        what, _, value = line.strip().partition(" ")
        self._chance = float(value) if what == "drop" else 0.0
        self._flows.clear() if what == "hang" else self._flows.set()
        for writer in tuple(self._writers) if what == "cut" else ():
            _reset(writer)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._flows.wait()
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            return _reset(writer)
        self._writers.add(writer)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, far_writer, writer, replies=False))
                group.create_task(self._pump(far_reader, writer, writer, replies=True))
        finally:
            self._writers.discard(writer)
            _reset(writer)
            far_writer.close()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, client: asyncio.StreamWriter, *, replies: bool
    ) -> None:
        with suppress(OSError):
            while chunk := await source.read(65536):
                await self._flows.wait()
                if replies and random.random() < self._chance:
                    break
                sink.write(chunk)
                await sink.drain()
        _reset(client)
        sink.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


async def main(port: int, to: int) -> None:
    proxy = Proxy(to)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", port, backlog=1024)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print("ready", flush=True)
    while line := await lines.readline():
        proxy.tell(line.decode())
    server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
