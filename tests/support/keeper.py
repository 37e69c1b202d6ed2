"""One broker and one MongoDB-wire server for a whole test run, also with pytest-xdist.

The process that was started as pytest (with xdist: the controller) keeps them in a thread and answers on a loopback
port; test processes ask by the address in `GONGKAI_TEST_KEEPER`. Nothing is started before somebody asks.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from gongkai.child import spawn
from gongkai.jars import resolve
from gongkai.localkafka import LocalKafka
from gongkai.ports import free_port
from tests.support import mongoserver
from tests.support.wait import until

ADDRESS = "GONGKAI_TEST_KEEPER"


def ask(question: str) -> str:
    """Ask the keeper of this run: `kafka`, `mongo` or `drop PREFIX` (delete the topics so named).

    Raises:
        RuntimeError: what was asked for could not be started; the text is the keeper's.
    """
    host, port = os.environ[ADDRESS].split(":")
    with socket.create_connection((host, int(port))) as connection, connection.makefile("rb") as reader:
        connection.sendall(f"{question}\n".encode())
        connection.shutdown(socket.SHUT_WR)
        answer = reader.read().decode()
    if not answer.startswith("ok "):
        raise RuntimeError(answer or "the keeper of the test run did not answer")
    return answer.removeprefix("ok ")


class Keeper:
    """Owns the servers of one run; `start` and `stop` are called by the process that owns the run."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gongkai-test-"))
        self._lock = asyncio.Lock()
        self._kafka: LocalKafka | None = None
        self._mongo: tuple[subprocess.Popen[bytes], str] | None = None
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="keeper", daemon=True)

    def start(self) -> None:
        """Begin to listen and put the address where test processes look for it."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """End both servers and remove their data."""
        if self._loop and self._end:
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        os.environ[ADDRESS] = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._end.wait()
        server.close()
        if self._kafka:
            self._kafka.kill()  # its data goes with it: nothing to flush for
        if self._mongo:
            self._mongo[0].kill()
            self._mongo[0].wait()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        word, _, argument = (await reader.readline()).decode().strip().partition(" ")
        commands: dict[str, Callable[[str], Awaitable[str]]] = {
            "kafka": self._start_kafka,
            "mongo": self._start_mongo,
            "drop": self._drop,
        }
        try:
            async with self._lock:
                text = "ok " + await commands[word](argument)
        except Exception as error:  # noqa: BLE001 - the one who asked fails with it
            text = f"{type(error).__name__}: {error}"
        writer.write(text.encode())
        writer.close()
        await writer.wait_closed()

    async def _start_kafka(self, _: str) -> str:
        if existing := os.environ.get("GONGKAI_KAFKA"):
            return existing
        if self._kafka is None:
            kafka = LocalKafka(self.folder / "kafka")
            await kafka.start()
            self._kafka = kafka
        return self._kafka.bootstrap

    async def _start_mongo(self, _: str) -> str:
        if self._mongo is None:
            jars = await asyncio.to_thread(resolve, mongoserver.JARS)
            port, log = free_port(), self.folder / "mongo.log"
            data = str(self.folder / "mongo.mv")
            process = spawn([sys.executable, mongoserver.__file__, str(port), data, *map(str, jars)], log)
            url = f"mongodb://127.0.0.1:{port}"
            await until(lambda: _pings(url, process, log), 60, "the MongoDB-wire server")
            self._mongo = process, url
        return self._mongo[1]

    async def _drop(self, prefix: str) -> str:
        admin = AIOKafkaAdminClient(bootstrap_servers=await self._start_kafka(""))
        await admin.start()
        try:
            topics = [name for name in await admin.list_topics() if name.startswith(prefix)]
            if topics:
                await admin.delete_topics(topics)
        finally:
            await admin.close()
        return str(len(topics))


async def _pings(url: str, process: subprocess.Popen[bytes], log: Path) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"the MongoDB-wire server ended: {log.read_text(encoding='utf-8')[-2000:]}")
    async with AsyncMongoClient[dict[str, object]](url, serverSelectionTimeoutMS=200) as client:
        try:
            await client.admin.command("ping")
        except PyMongoError:
            return False
    return True
