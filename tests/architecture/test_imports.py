"""The import rules hold, and every one of them notices its violation."""

import configparser
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# contract, importing module, the planted statement
PLANTS = [
    ("downwards", "shared.clock", "import services"),
    ("downwards", "shared.store.port", "import gongkai.ports"),
    ("downwards", "services.catalog.app", "from gongkai import child"),
    ("shipped", "services.notify.app", "from tests.support import wait"),
    ("shipped", "shared.clock", "import bench"),
    ("apart", "services.catalog.handlers", "from services.requests import domain"),
    ("apart", "services.publish.views", "import services.notify.views"),
    ("inside", "services.catalog.domain", "from services.catalog import commands"),
    ("inside", "services.catalog.store", "from services.catalog import handlers"),
    ("inside", "services.catalog.handlers", "from services.catalog import api"),
    ("inside", "services.catalog.views", "from services.catalog import handlers"),
    ("inside", "services.catalog.utils", "value = 1"),
    ("shared", "shared.helpers", "value = 1"),
    ("shared", "shared.clock", "from shared.contracts import envelope"),
    ("shared", "shared.security.keys", "from shared.effects import port"),
    ("shared", "shared.bus.port", "from shared.security import keys"),
    ("shared", "shared.web.extra", "from shared import wiring"),
    ("bus", "shared.bus.memory", "from shared.bus import kafka"),
    ("bus", "shared.bus.kafka", "from shared.bus import streams"),
    ("bus", "shared.bus.port", "from shared.bus import memory"),
    ("store-mongo", "shared.store.mongo", "from shared.store import sqlite"),
    ("store-mongo", "shared.store.mongo_query", "from shared.store import sqlite_query"),
    ("store-sqlite", "shared.store.sqlite_save", "from shared.store import mongo_save"),
    ("store-port", "shared.store.port", "from shared.store import mongo"),
    ("pure", "services.requests.domain", "import asyncio"),
    ("pure", "services.requests.domain", "import os"),
    ("pure", "services.requests.domain", "import time"),
    ("pure", "services.requests.domain", "import random"),
    ("pure", "services.requests.domain", "from services.requests import settings"),
    ("pure", "services.requests.commands", "import fastapi"),
    ("pure", "shared.law.workdays", "import socket"),
    ("pure", "shared.contracts.envelope", "import sqlite3"),
    ("words", "services.notify.domain", "from shared.clock import Clock"),
    ("words", "services.notify.domain", "from shared.bus import port"),
    ("words", "services.notify.commands", "from shared.security import keys"),
    ("ground", "shared.law.workdays", "from shared import clock"),
    ("ground", "shared.contracts.envelope", "from shared import clock"),
    ("seams", "services.catalog.handlers", "from shared.bus import kafka"),
    ("seams", "services.catalog.handlers", "from shared import wiring"),
    ("seams", "services.catalog.handlers", "from shared.web import problems"),
    ("seams", "services.catalog.views", "from shared.store import sqlite"),
    ("seams", "services.catalog.api", "from shared.store import relay"),
    ("seams", "services.catalog.gateway", "from shared.effects import egress"),
    ("seams", "services.catalog.handlers", "from shared.bus import streams"),
    ("http", "services.publish.handlers", "from fastapi import Request"),
    ("http", "services.publish.views", "import starlette"),
    ("routes", "services.publish.api", "from services.publish import store"),
    ("routes", "services.publish.pages", "from services.publish import gateway"),
    ("web", "shared.replay.plans", "import fastapi"),
    ("web", "shared.security.keys", "import starlette"),
    ("aiokafka", "services.catalog.app", "import aiokafka"),
    ("aiokafka", "shared.bus.dispatch", "from aiokafka import AIOKafkaProducer"),
    ("aiokafka", "gongkai.doctor", "import aiokafka"),
    ("faust", "services.requests.streams", "import faust"),
    ("faust", "shared.bus.kafka", "import mode"),
    ("mongodb", "services.catalog.store", "import pymongo"),
    ("mongodb", "shared.store.blobs", "import motor"),
    ("mongodb", "shared.store.sqlite", "import bson"),
    ("sqlite", "services.catalog.views", "import sqlite3"),
    ("sqlite", "shared.store.mongo", "import sqlite3"),
    ("sqlite", "gongkai.doctor", "import sqlite3"),
    ("egress", "services.notify.gateway", "import aiohttp"),
    ("egress", "shared.effects.mail", "import aiohttp"),
    ("egress", "shared.security.keys", "import httpx"),
    ("egress", "services.publish.gateway", "import http.client"),
    ("mail", "services.notify.gateway", "import smtplib"),
    ("mail", "shared.effects.egress", "import aiosmtplib"),
    ("launcher", "services.catalog.app", "import typer"),
    ("launcher", "shared.bus.kafka", "import jgo"),
]
# What a plant names but the tree may not have (yet): empty modules in the copy only.
BESIDE = [
    "shared.wiring",
    "shared.bus.kafka",
    "shared.bus.memory",
    "shared.bus.streams",
    "shared.store.mongo",
    "shared.store.relay",
    "shared.store.sqlite",
    "shared.replay.plans",
    "shared.web.problems",
    *(
        f"services.{service}.{module}"
        for service in ("catalog", "requests", "notify", "publish")
        for module in ("app", "api", "pages", "handlers", "views", "store", "gateway", "commands", "domain", "settings")
    ),
]


def _contracts() -> dict[str, str]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    head = "importlinter:contract:"
    return {name.removeprefix(head): parser[name]["name"] for name in parser.sections() if name.startswith(head)}


def _copy(tree: Path) -> None:
    for package in ("gongkai", "services", "shared"):
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tree)
    for module in BESIDE:
        folder = tree.joinpath(*module.split("."))
        if not folder.with_suffix(".py").exists() and not (folder / "__init__.py").exists():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "__init__.py").touch()
            (folder.parent / "__init__.py").touch()


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """Which contracts broke: first for the tree as it is, then for each plant."""
    tree = tmp_path_factory.mktemp("tree")
    _copy(tree)
    program = str(Path(__file__).with_name("plants.py"))
    plants = json.dumps([plant[1:] for plant in PLANTS])
    run = subprocess.run(
        [sys.executable, program, str(tree)], input=plants, capture_output=True, text=True, cwd=tree, check=False
    )
    assert run.returncode == 0, run.stderr + run.stdout
    answer: list[list[str]] = json.loads(run.stdout[run.stdout.index("[[") :])
    return answer


pytestmark = pytest.mark.xdist_group("imports")


def test_the_tree_keeps_every_contract(outcomes: list[list[str]]) -> None:
    assert outcomes[0] == []


@pytest.mark.parametrize("number", range(len(PLANTS)), ids=lambda number: f"{PLANTS[number][1]}: {PLANTS[number][2]}")
def test_a_planted_violation_breaks_its_contract(outcomes: list[list[str]], number: int) -> None:
    assert _contracts()[PLANTS[number][0]] in outcomes[number + 1]


def test_every_contract_has_a_planted_violation() -> None:
    assert {plant[0] for plant in PLANTS} == set(_contracts())
