"""What the doctor finds, and what it advises."""

import resource
import socket
from pathlib import Path

import pytest

from gongkai import doctor, jars


def _found(data: Path, name: str, port: int = 8600, version: str | None = None) -> doctor.Check:
    return next(check for check in doctor.examine(data, port, version) if check.name == name)


def test_a_fresh_data_folder_on_this_machine_has_no_failure(tmp_path: Path) -> None:
    checks = doctor.examine(tmp_path / "var")
    assert [check for check in checks if check.level == "fail"] == []
    assert len({check.name for check in checks}) == len(checks) == 10
    assert list(tmp_path.iterdir()) == []


def test_whatever_is_not_well_comes_with_something_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FREE_GIB", 1e9)
    monkeypatch.setattr(doctor, "_FONT_FOLDERS", ())
    monkeypatch.setattr(doctor, "JAVA", tmp_path / "no-java")
    monkeypatch.setattr(jars, "cached", lambda _: [])
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 1024))
    monkeypatch.setenv("PATH", str(tmp_path))
    checks = {check.name: check for check in doctor.examine(tmp_path)}

    assert {name for name, check in checks.items() if check.level == "fail"} == {"Java 运行时", "磁盘空间"}
    warned = {name for name, check in checks.items() if check.level == "warn"}
    assert {"Kafka 程序包", "文件句柄上限", "Chromium 浏览器", "中文字体"} <= warned
    assert all(check.remedy for check in checks.values() if check.level != "ok")


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        check = _found(tmp_path, "监听端口", port)
    assert check.level == "warn"
    assert str(port) in check.remedy


def test_data_of_another_version_is_a_failure_and_of_this_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "VERSION").write_text("2\n", encoding="utf-8")
    assert _found(tmp_path, "数据版本", version="1").level == "fail"
    assert _found(tmp_path, "数据版本", version="2").level == "ok"


def test_a_data_folder_that_cannot_be_written_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_text", refuse)
    assert _found(tmp_path, "数据目录").level == "fail"
