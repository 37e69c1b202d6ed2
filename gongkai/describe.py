"""What is generated from the contracts: JSON Schemas, the page of events, AsyncAPI, the page of error codes."""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from shared.bus.decider import Hears
from shared.contracts.codes import CODES
from shared.contracts.compare import breaks
from shared.contracts.facts import FACTS, OWNERS
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Code

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "shared" / "contracts" / "schemas"
EXAMPLES = ROOT / "shared" / "contracts" / "examples"
EXTRA_CODES = {"file": ("shared.documents.faults", "FileCode")}
_TITLES = {
    "feed": "报送",
    "catalog": "公文目录",
    "requests": "依申请公开",
    "notify": "精准推送",
    "publish": "发布",
    "ops": "运维",
    "web": "接口通用",
    "file": "文件",
    "egress": "外发",
}


class Breaking(Exception):
    """A contract would change otherwise than by adding."""


def schema_of(fact: type[Fact]) -> dict[str, Any]:
    """Return the JSON Schema of a fact's data."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": fact.type, **fact.model_json_schema()}


def dumped(value: Any) -> str:
    """Return JSON as it is committed."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def generated() -> dict[Path, str]:
    """Return every generated file with its content."""
    files = {SCHEMAS / f"{name}.json": dumped(schema_of(fact)) for name, fact in sorted(FACTS.items())}
    files[ROOT / "docs" / "events.md"] = events_page()
    files[ROOT / "docs" / "errors.md"] = errors_page()
    files[SCHEMAS.parent / "asyncapi.json"] = dumped(asyncapi())
    return files


def write() -> list[Path]:
    """Write what changed; return it. Raises ``Breaking`` before anything is written."""
    found = {}
    for path, text in generated().items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if path.parent == SCHEMAS and path.exists():
            told = breaks(json.loads(path.read_text(encoding="utf-8")), json.loads(text))
            if told:
                raise Breaking(f"{path.stem}: {'; '.join(told)}. Make it a new type ending in -v2.")
        found[path] = text
    for path, text in found.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sorted(found)


def hearers() -> Mapping[str, list[str]]:
    """Return who hears which fact: fact type -> ``service.policy``, from the services' own tables.

    The tables are asked without anything to act with: what they would do is not called.
    """
    heard: dict[str, list[str]] = {}
    for service in ("catalog", "requests", "notify", "publish"):
        handlers = importlib.import_module(f"services.{service}.handlers")
        wanted = len(inspect.signature(handlers.hears).parameters)
        table: Hears = handlers.hears(*(_Nothing() for _ in range(wanted)))
        for fact, listeners in table.items():
            heard.setdefault(fact, []).extend(f"{service}.{listener.name}" for listener in listeners)
    return heard


class _Nothing:
    """Stands for what handlers act with, where only their names are asked."""

    def __init__(self, name: str = "nothing") -> None:
        self.__name__ = name

    def __getattr__(self, name: str) -> _Nothing:
        return _Nothing(name)

    def __call__(self, *_: object, **__: object) -> _Nothing:
        return self

    def __iter__(self) -> Iterator[object]:
        return iter(())


def events_page() -> str:
    """Return ``docs/events.md``: every fact with its purpose, its fields and who hears it."""
    heard = hearers()
    lines = ["# 事件", "", "由 `make events` 生成，请勿手改。信封为 CloudEvents 1.0，键为聚合编号。", ""]
    for owner in OWNERS:
        lines += [f"## {_TITLES[owner]}（主题 `{owner}`）", ""]
        for name, fact in sorted(FACTS.items()):
            if name.startswith(f"{owner}."):
                lines += _fact(name, fact, heard.get(name, []))
    return "\n".join(lines).rstrip() + "\n"


def _fact(name: str, fact: type[Fact], heard: list[str]) -> list[str]:
    doc = " ".join((fact.__doc__ or "").split())
    fields = ", ".join(f"`{f}`" + ("" if i.is_required() else "?") for f, i in fact.model_fields.items())
    by = "；".join(f"`{h}`" for h in heard) or "—"
    return [f"### `{name}`", "", doc, "", f"- 字段：{fields}", f"- 听者：{by}", ""]


def errors_page() -> str:
    """Return ``docs/errors.md``: every stable code with its text and HTTP status."""
    owners: dict[str, type[Code]] = dict(CODES)
    for owner, (module, name) in EXTRA_CODES.items():
        owners[owner] = getattr(importlib.import_module(module), name)
    lines = ["# 错误代码", "", "由 `make events` 生成，请勿手改。代码稳定，只增不改。", ""]
    for owner, codes in owners.items():
        lines += [f"## {_TITLES.get(owner, owner)}", "", "| 代码 | 含义 | HTTP |", "| --- | --- | --- |"]
        lines += [f"| `{code.name}` | {code.text} | {code.status} |" for code in codes] + [""]
    return "\n".join(lines).rstrip() + "\n"


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 description of the topics."""
    messages = {
        name: {
            "name": name,
            "title": (fact.__doc__ or "").strip().splitlines()[0],
            "contentType": "application/cloudevents+json",
            "payload": fact.model_json_schema(ref_template="#/components/schemas/{model}"),
        }
        for name, fact in sorted(FACTS.items())
    }
    schemas: dict[str, Any] = {}
    for message in messages.values():
        payload: dict[str, Any] = message["payload"]  # type: ignore[assignment]
        schemas.update(payload.pop("$defs", {}))
    channels = {
        owner: {
            "address": owner,
            "title": _TITLES[owner],
            "messages": {n: {"$ref": f"#/components/messages/{n}"} for n in messages if n.startswith(f"{owner}.")},
        }
        for owner in OWNERS
    }
    operations = {f"say-{owner}": {"action": "send", "channel": {"$ref": f"#/channels/{owner}"}} for owner in OWNERS}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "gongkai 政务公开事件", "version": "1.0.0"},
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }
