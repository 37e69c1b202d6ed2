"""Jars are fetched once, by one of many who ask."""

import multiprocessing
from pathlib import Path

import pytest

from gongkai import jars


def _fetch(endpoint: str) -> list[Path]:
    calls = jars.cache_folder() / "calls"
    calls.write_text((calls.read_text() if calls.exists() else "") + "x")
    jar = jars.cache_folder() / "one.jar"
    jar.touch()
    return [jar]


def _ask(gate: "multiprocessing.synchronize.Barrier") -> None:
    jars._download = _fetch
    gate.wait()
    jars.resolve("a:b:1")


def test_of_several_processes_one_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_CACHE", str(tmp_path))
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(4)
    workers = [context.Process(target=_ask, args=(gate,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert (tmp_path / "calls").read_text() == "x"
    assert jars.cached("a:b:1") == [tmp_path / "one.jar"]


def test_a_jar_that_was_cleaned_away_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_CACHE", str(tmp_path))
    monkeypatch.setattr(jars, "_download", _fetch)
    heard: list[str] = []
    jars.resolve("a:b:1", heard.append)
    (tmp_path / "one.jar").unlink()
    assert jars.cached("a:b:1") == []
    assert jars.resolve("a:b:1", heard.append) == [tmp_path / "one.jar"]
    assert (tmp_path / "calls").read_text() == "xx"
    assert all("首次使用" in line for line in heard)
    assert len(heard) == 2


def test_without_network_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ConnectionError("no route")

    monkeypatch.setenv("GONGKAI_CACHE", str(tmp_path))
    monkeypatch.setattr("jgo.build", fail)
    with pytest.raises(jars.JarsUnavailable, match="GONGKAI_KAFKA"):
        jars.resolve("a:b:1")


def test_the_cache_follows_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGKAI_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert jars.cache_folder() == tmp_path / "gongkai"
