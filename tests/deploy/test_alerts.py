"""Alert rules speak of measurements that exist: every name in them is exported by a running service."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from gongkai.client import Client
from gongkai.launcher import SERVICES, City

RULES = Path(__file__).parents[2] / "deploy" / "alerts.yml"
_NAME = re.compile(r"(?<![\w$])(?:gongkai|http|feed)_\w+")


@pytest.fixture(scope="module")
def rules() -> list[dict[str, Any]]:
    loaded = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return [rule for group in loaded["groups"] for rule in group["rules"]]


def test_every_alert_says_when_how_urgent_and_in_chinese_what(rules: list[dict[str, Any]]) -> None:
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert _NAME.search(rule["expr"]), rule
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert re.search("[\u4e00-\u9fff]", rule["annotations"]["summary"])


async def test_every_measurement_in_an_alert_is_exported_by_every_service(
    rules: list[dict[str, Any]], tmp_path: Path, kafka: str, topic_prefix: str
) -> None:
    wanted = {name for rule in rules for name in _NAME.findall(rule["expr"])}
    async with City(tmp_path, 0, kafka=kafka, topic_prefix=topic_prefix) as city:
        client = Client(city.url)
        for name in SERVICES:
            answer = await asyncio.to_thread(client.call, "GET", f"/{name}/v1/metrics")
            families = list(text_string_to_metric_families(answer.body.decode()))
            exported = {sample.name for family in families for sample in family.samples}
            exported |= {f"{family.name}_total" for family in families if family.type == "counter"}
            lacking = wanted - exported - {"gongkai_projection_lag", "gongkai_projection_faults"}
            assert lacking <= {"gongkai_consumer_lag"}, (name, lacking)
            assert {"gongkai_consumer_lag", "gongkai_projection_lag"} <= {family.name for family in families}
            assert [s.value for f in families for s in f.samples if s.name == "gongkai_store_reachable"] == [1]
        client.close()
