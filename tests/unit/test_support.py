"""The fixtures everyone stands on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pymongo import AsyncMongoClient

from tests.support import keeper
from tests.support.wait import until


async def test_every_asker_gets_the_same_broker(kafka: str) -> None:
    assert keeper.ask("kafka") == kafka


async def test_dropping_a_prefix_deletes_its_topics_and_no_others(kafka: str, topic_prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    mine, other = f"{topic_prefix}a-feed", f"{topic_prefix}b-feed"
    await admin.create_topics([NewTopic(mine, 1, 1), NewTopic(other, 1, 1)])

    assert keeper.ask(f"drop {topic_prefix}a-") == "1"

    async def left() -> bool:
        names = await admin.list_topics()
        return mine not in names and other in names

    assert await until(left)
    await admin.close()


async def test_the_mongo_server_takes_todays_driver_and_a_database_of_its_own(mongo_url: str) -> None:
    async with AsyncMongoClient[dict[str, object]](mongo_url) as client:
        database = client.get_default_database()
        assert await database["papers"].count_documents({}) == 0
        await database["papers"].update_one({"_id": "a"}, {"$push": {"outbox": 1}}, upsert=True)
        assert await database["papers"].find_one({"outbox": {"$elemMatch": {"$eq": 1}}}) is not None


async def test_a_question_the_keeper_does_not_know_fails_at_the_asker() -> None:
    with pytest.raises(RuntimeError, match="KeyError"):
        keeper.ask("nonsense")


@pytest.mark.parametrize(("environment", "summary"), [({}, "1 skipped"), ({"GONGKAI_CI": "1"}, "1 failed")])
def test_in_ci_a_skipped_test_is_a_failed_one(tmp_path: Path, environment: dict[str, str], summary: str) -> None:
    (tmp_path / "test_it.py").write_text("import pytest\ndef test_it(): pytest.skip('no program')\n", encoding="utf-8")
    root = Path(__file__).parents[2]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GONGKAI_", "PYTEST_"))}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-c", "pyproject.toml", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=root,
        env=inherited | environment,
        check=False,
    )
    assert summary in run.stdout
    assert (run.returncode == 0) is not bool(environment)
