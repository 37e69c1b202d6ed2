"""What the operators' pages share: how one is rendered, and how one leads to the next after a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.clock import ZONE
from shared.replay.operations import Operations
from shared.web.templating import moment, render

STATES = {
    "planning": "正在推演", "planned": "已推演", "running": "正在执行", "paused": "已暂停", "done": "已执行",
    "cancelled": "已取消", "failed": "失败", "switched": "已切换", "differs": "结果不同，未切换",
    "loses": "条目减少过多，未切换", "overtaken": "已被他人切换", "interrupted": "中断，可重新开始",
    "waiting": "待处理", "redriven": "已重投", "discarded": "已放弃", "due": "待发", "claimed": "发送中",
    "accepted": "已送达", "uncertain": "不确定", "closed": "已关闭", "none": "无", "kept": "保留", "building": "构建中",
    "missing": "缺少", "different": "不同", "new": "新增", "command": "操作指令", "sweep": "定时检查",
    "job": "批量任务", "unknown": "日志之外",
}  # fmt: skip
GOOD = frozenset({"planned", "done", "switched", "redriven", "accepted"})
BAD = frozenset({"failed", "differs", "loses", "uncertain"})


@dataclass(frozen=True)
class Look:
    """The pages of one service, in a process with ``all_``."""

    ops: Operations
    all_: Mapping[str, Operations]

    @property
    def root(self) -> str:
        """Where this service's pages are."""
        return f"/console/{self.ops.name}/ops"

    def page(self, request: Request, template: str, **values: Any) -> Response:
        """Render a page of ours, with what was said by the form before it."""
        known = {
            "ops": self.ops,
            "root": self.root,
            "services": list(self.all_.values()),
            "states": STATES,
            "tone": tone,
            "seconds": seconds,
            "said": request.query_params.get("said", "")[:300],
            "quote": quote,
        }
        return render(request, f"console/{template}", {**known, **values})

    def lead(self, path: str, said: str = "", **query: Any) -> Response:
        """Lead to another page of this service, saying what was done."""
        asked = {**query, **({"said": said} if said else {})}
        return RedirectResponse(f"{self.root}{path}{'?' if asked else ''}{urlencode(asked)}", 303)


def tone(state: str) -> str:
    """Return the colour class of a state; the word is always there as well."""
    return "good" if state in GOOD else "bad" if state in BAD else "info"


def seconds(value: float | None) -> str:
    """Print a wire time in Beijing time."""
    return moment(datetime.fromtimestamp(value, ZONE)) if value is not None else "—"
