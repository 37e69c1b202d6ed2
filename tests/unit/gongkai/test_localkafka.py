"""The local broker, tried against the real thing."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from gongkai.localkafka import KafkaFailed, LocalKafka
from tests.support.wait import until

pytestmark = pytest.mark.kafka
ROOT = Path(__file__).parents[3]


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[LocalKafka]:
    async with LocalKafka(tmp_path / "kafka") as running:
        yield running


async def _write(bootstrap: str, topic: str, value: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True) as producer:
        await producer.send_and_wait(topic, value, partition=0)


async def _read(bootstrap: str, topic: str, count: int) -> list[bytes]:
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        return [(await consumer.getone()).value for _ in range(count)]


async def _make_topic(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()


async def test_what_was_acknowledged_survives_a_sigkill_on_the_same_port(broker: LocalKafka) -> None:
    await _make_topic(broker.bootstrap, "kept")
    await _write(broker.bootstrap, "kept", b"before")
    address = broker.bootstrap

    broker.kill()
    assert not broker.running
    await broker.start()

    assert broker.bootstrap == address
    await _write(broker.bootstrap, "kept", b"after")
    assert await _read(broker.bootstrap, "kept", 2) == [b"before", b"after"]


async def test_a_second_broker_object_finds_the_folder_again(broker: LocalKafka) -> None:
    await _make_topic(broker.bootstrap, "kept")
    await _write(broker.bootstrap, "kept", b"one")
    address = broker.bootstrap
    await broker.stop()

    async with LocalKafka(broker.folder) as again:
        assert again.bootstrap == address
        assert await _read(again.bootstrap, "kept", 1) == [b"one"]


async def test_a_folder_in_use_is_refused_in_chinese_and_the_first_broker_is_not_disturbed(broker: LocalKafka) -> None:
    with pytest.raises(KafkaFailed, match="正被另一个进程的 Kafka 使用"):
        await LocalKafka(broker.folder).start()

    address = broker.bootstrap
    broker.kill()
    await broker.start()
    assert broker.bootstrap == address


async def test_a_broker_that_cannot_start_says_so_in_chinese_with_the_end_of_its_log(tmp_path: Path) -> None:
    broker = LocalKafka(tmp_path, settings={"log.cleaner.threads": "none"})
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "meta.properties").write_text("version=1\ncluster.id=x\nnode.id=1\n")
    with pytest.raises(KafkaFailed, match=r"(?s)本机 Kafka 启动失败.*日志末尾.*log.cleaner.threads"):
        await broker.start()
    assert not broker.running


async def test_a_taken_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        broker = LocalKafka(tmp_path, port=taken.getsockname()[1])
        with pytest.raises(KafkaFailed, match="已被占用"):
            await broker.start()
    assert broker.pid is None


async def test_the_broker_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    code = (
        "import asyncio, pathlib, sys; from gongkai.localkafka import LocalKafka\n"
        "async def main():\n"
        "    kafka = LocalKafka(pathlib.Path(sys.argv[1])); await kafka.start(); print(kafka.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT)
    assert parent.stdout is not None
    broker = psutil.Process(int(parent.stdout.readline()))
    assert "kafka.Kafka" in broker.cmdline()

    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    await until(lambda: not broker.is_running() or broker.status() == psutil.STATUS_ZOMBIE, what="the broker's end")


async def test_stopping_twice_and_starting_a_running_broker_do_nothing(broker: LocalKafka) -> None:
    pid = broker.pid
    await broker.start()
    assert broker.pid == pid
    await broker.stop()
    await broker.stop()
    assert not broker.running
