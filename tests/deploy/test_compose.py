"""docker-compose.yml: valid by the specification, and complete by what we ask of every service."""

import json
import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
SERVICES = {"catalog": "8601", "requests": "8602", "notify": "8603", "publish": "8604"}
STORES = {"kafka-1", "kafka-2", "kafka-3", "mongo"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        (ROOT / "tests" / "support" / "schemas" / "compose-spec.json").read_text(encoding="utf-8")
    )
    loaded["properties"]["name"] = {"type": "string"}  # younger than this copy of the schema
    return loaded


def test_it_is_valid_by_the_compose_specification(compose: dict[str, Any], schema: dict[str, Any]) -> None:
    assert [error.message for error in jsonschema.Draft201909Validator(schema).iter_errors(compose)] == []


def test_the_schema_refuses_a_misspelt_key(compose: dict[str, Any], schema: dict[str, Any]) -> None:
    broken = json.loads(json.dumps(compose))
    broken["services"]["catalog"]["helthcheck"] = {}
    assert list(jsonschema.Draft201909Validator(schema).iter_errors(broken)) != []


def test_every_container_has_a_health_check_and_restarts(compose: dict[str, Any]) -> None:
    without = [name for name, one in compose["services"].items() if not one.get("healthcheck", {}).get("test")]
    assert without == []
    assert {one["restart"] for one in compose["services"].values()} == {"unless-stopped"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_starts_from_the_one_image_after_its_stores_and_answers_ready(
    compose: dict[str, Any], name: str
) -> None:
    service = compose["services"][name]
    assert service["image"] == "gongkai"
    assert service["command"] == ["python", "-m", f"services.{name}"]
    assert service["environment"]["GONGKAI_PORT"] == SERVICES[name]
    assert f"http://127.0.0.1:{SERVICES[name]}/{name}/v1/health/ready" in service["healthcheck"]["test"][-1]
    assert service["depends_on"] == {store: {"condition": "service_healthy"} for store in STORES}


@pytest.mark.parametrize("name", ["catalog", "requests"])
def test_what_only_counts_runs_beside_its_service_on_the_same_data_and_without_keys(
    compose: dict[str, Any], name: str
) -> None:
    streams = compose["services"][f"{name}-streams"]
    assert streams["image"] == "gongkai"
    assert streams["command"] == ["python", "-m", f"services.{name}", "streams"]
    assert streams["volumes"] == [f"{name}:/data"]
    assert streams["environment"]["GONGKAI_KAFKA"] == compose["services"][name]["environment"]["GONGKAI_KAFKA"]
    assert streams["networks"] == ["inner"]
    assert "secrets" not in streams


def test_the_gateway_waits_for_all_services_and_knows_their_ports(compose: dict[str, Any]) -> None:
    gateway = compose["services"]["gateway"]
    assert gateway["depends_on"] == {name: {"condition": "service_healthy"} for name in SERVICES}
    upstreams = {f"GATEWAY_{name.upper()}": f"{name}:{port}" for name, port in SERVICES.items()}
    assert upstreams.items() <= gateway["environment"].items()


def test_only_the_gateway_publishes_ports_and_the_console_only_locally(compose: dict[str, Any]) -> None:
    published = {name: one["ports"] for name, one in compose["services"].items() if "ports" in one}
    assert list(published) == ["gateway"]
    outside, console = published["gateway"]
    assert outside.endswith(":8600")
    assert console.startswith("127.0.0.1:")


def test_kafka_keeps_everything_on_three_nodes_of_which_one_may_be_away(compose: dict[str, Any]) -> None:
    nodes = [compose["services"][f"kafka-{number}"]["environment"] for number in (1, 2, 3)]
    assert [node["KAFKA_NODE_ID"] for node in nodes] == ["1", "2", "3"]
    wanted = {
        "KAFKA_MIN_INSYNC_REPLICAS": "2",
        "KAFKA_LOG_RETENTION_MS": "-1",
        "KAFKA_LOG_MESSAGE_TIMESTAMP_TYPE": "LogAppendTime",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }
    assert all(wanted.items() <= node.items() for node in nodes)
    assert {compose["services"][name]["environment"]["GONGKAI_REPLICATION"] for name in SERVICES} == {"3"}


def test_mongodb_confirms_writes_by_majority_and_journal(compose: dict[str, Any]) -> None:
    url = compose["services"]["catalog"]["environment"]["GONGKAI_STORE"]
    assert "w=majority" in url
    assert "journal=true" in url


def test_the_key_that_opens_personal_data_reaches_only_those_who_seal(compose: dict[str, Any]) -> None:
    holders = {name for name in SERVICES if "kek" in compose["services"][name]["secrets"]}
    assert holders == {"requests", "notify"}
    assert holders == {name for name in SERVICES if "GONGKAI_KEK_FILE" in compose["services"][name]["environment"]}


def test_every_volume_that_is_mounted_is_kept(compose: dict[str, Any]) -> None:
    mounted = {volume.split(":")[0] for one in compose["services"].values() for volume in one.get("volumes", [])}
    assert mounted - {"./deploy/nginx.conf"} == set(compose["volumes"])


def test_the_image_is_built_by_the_same_uv_as_everything_else() -> None:
    pinned = re.search(r"^UV_VERSION = (\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned is not None
    assert f"uv=={pinned[1]}\n" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_services_believe_nobody_but_the_gateway_about_who_asks(compose: dict[str, Any]) -> None:
    gateway = compose["services"]["gateway"]["networks"]["outer"]["ipv4_address"]
    given = compose["networks"]["outer"]["ipam"]["config"][0]
    assert ip_address(gateway) in ip_network(given["subnet"])
    assert ip_address(gateway) not in ip_network(given["ip_range"]), "or a service might get it first"
    for name in SERVICES:
        assert compose["services"][name]["environment"]["GONGKAI_TRUSTED_PROXIES"] == gateway
