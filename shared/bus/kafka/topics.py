"""Creating and verifying topics."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from shared.bus.port import TopicSpec
from shared.contracts.problems import Unavailable

SETTINGS = {
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "cleanup.policy": "delete",
    "message.timestamp.type": "LogAppendTime",
    "max.message.bytes": "1048588",
}
"""What every topic is, for ever, unless its specification says otherwise: nothing is thrown away, the broker's clock
orders it, and the largest record that ``append`` takes fits."""

_PATIENCE = 0.05


async def ensure(bootstrap: str, topics: Sequence[TopicSpec], timeout: float) -> None:
    """Create what is missing, wait until it is usable, and compare everything with its specification.

    Raises ``ValueError`` naming the topic that differs, ``Unavailable`` where the broker does not answer in time.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    try:
        async with asyncio.timeout(timeout):
            await admin.start()
            await _create(admin, topics)
            await _verify_partitions(admin, topics)
            await _verify_settings(admin, topics)
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable(f"cannot verify the topics: {error!r}") from error
    finally:
        await admin.close()


async def _create(admin: Any, topics: Sequence[TopicSpec]) -> None:
    known = set(await admin.list_topics())
    missing = [
        NewTopic(spec.name, spec.partitions, spec.replication, topic_configs={**SETTINGS, **spec.config})
        for spec in topics
        if spec.name not in known
    ]
    if not missing:
        return
    for name, code, *message in (await admin.create_topics(missing)).topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:
            raise ValueError(f"topic {name} cannot be created: {for_code(code).__name__} {message}")


async def _verify_partitions(admin: Any, topics: Sequence[TopicSpec]) -> None:
    while True:
        found = {each["topic"]: each for each in await admin.describe_topics([spec.name for spec in topics])}
        if all(_led(found[spec.name]) for spec in topics):
            break
        await asyncio.sleep(_PATIENCE)  # just created: the brokers do not all know it yet
    for spec in topics:
        parts = found[spec.name]["partitions"]
        copies = {len(part["replicas"]) for part in parts}
        if len(parts) != spec.partitions:
            raise ValueError(f"topic {spec.name} has {len(parts)} partitions, not {spec.partitions}")
        if copies != {spec.replication}:
            raise ValueError(f"topic {spec.name} has replication {sorted(copies)}, not {spec.replication}")


def _led(topic: dict[str, Any]) -> bool:
    return not topic["error_code"] and all(part["leader"] >= 0 for part in topic["partitions"])


async def _verify_settings(admin: Any, topics: Sequence[TopicSpec]) -> None:
    asked = [ConfigResource(ConfigResourceType.TOPIC, spec.name) for spec in topics]
    found: dict[str, dict[str, str]] = {}
    for response in await admin.describe_configs(asked):
        for code, _, _, name, entries in response.resources:
            if code:
                raise Unavailable(f"topic {name}: {for_code(code).__name__}")
            found[name] = {entry[0]: entry[1] for entry in entries}
    for spec in topics:
        for name, wanted in {**SETTINGS, **spec.config}.items():
            if (value := found[spec.name].get(name)) != wanted:
                raise ValueError(f"topic {spec.name} has {name}={value}, not {wanted}")
