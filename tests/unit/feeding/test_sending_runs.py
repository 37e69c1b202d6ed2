"""Whole runs over files, against a platform that answers as told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gongkai.client import Answer, Unreachable
from gongkai.feeding.drafting import Draft
from gongkai.feeding.following import follow
from gongkai.feeding.results import FileResult
from gongkai.feeding.run import Run, feed_all
from gongkai.feeding.sending import Sender
from shared.contracts.problems import Refused
from shared.documents.filling import value_of
from tests.unit.feeding.platforms import BUSY, Platform, Watch

LETTER = """示例区人民政府办公室文件
例府办〔2026〕7号

示例区人民政府办公室关于做好防汛工作的通知

各镇人民政府：
请做好防汛工作。

示例区人民政府办公室
2026年3月2日
"""


class Silent:
    """Watches a run without a word."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int, int]] = []

    def begin(self, name: str, total: int, done: int) -> None:
        self.begun.append((name, total, done))

    def advance(self, count: int) -> None:
        """Nothing to show."""


def run(platform: Platform, folder: Path, more: Mapping[str, Any] | None = None, patience: float = 10.0) -> Run:
    watch = Watch()

    def confirm(_: Draft) -> Mapping[str, Any] | None:
        return more

    sender = Sender(platform, patience, sleep=watch.sleep, elapsed=watch.elapsed)
    return Run("a", sender, folder / "feed", None, confirm, Silent())


def bodies(folder: Path, count: int) -> Path:
    path = folder / "bodies.csv"
    rows = [f"B{n},示例第{n}办公室" for n in range(count)]
    path.write_text("\n".join(["机构代码,机构全称", *rows]), encoding="utf-8")
    return path


def letter(folder: Path, text: str = LETTER, encoding: str = "utf-8") -> Path:
    path = folder / "letter.txt"
    path.write_bytes(text.encode(encoding))
    return path


def sent(platform: Platform) -> list[list[str]]:
    return [ids for method, _, ids in platform.calls if method == "POST"]


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path) -> None:
    path = bodies(tmp_path, 1_100)
    first = Platform()
    whole = feed_all(run(first, tmp_path), [path])
    calls = sent(first)
    assert [len(ids) for ids in calls] == [500, 500, 100]

    class Breaking(Platform):
        def call(self, *arguments: Any, **more: Any) -> Answer:
            return super().call(*arguments, **more) if len(self.calls) < 1 else BUSY

    breaking = Breaking()
    (half,) = feed_all(run(breaking, tmp_path), [path])
    assert [error.code for error in half.errors] == ["UNREACHABLE"]
    assert len(half.outcomes) == 500

    again = Platform()
    resumed = run(again, tmp_path)
    (result,) = feed_all(resumed, [path])
    assert sent(again) == calls[1:]
    assert isinstance(resumed.steps, Silent)
    assert resumed.steps.begun == [("bodies.csv", 1_100, 500)]
    assert result == whole[0]
    assert list((tmp_path / "feed").iterdir()) == []


def test_a_finished_file_fed_again_is_sent_under_the_same_ids(tmp_path: Path) -> None:
    path, first, second = bodies(tmp_path, 3), Platform(), Platform()
    feed_all(run(first, tmp_path), [path])
    feed_all(run(second, tmp_path), [path])
    assert sent(first) == sent(second) != []


def test_a_correction_is_a_new_event_of_the_same_document(tmp_path: Path) -> None:
    path = letter(tmp_path)
    given = [{"secrecy": "非密"}, {"secrecy": "非密"}, {"secrecy": "非密", "written_on": "2026-03-03"}]
    ids = []
    for more in given:
        platform = Platform()
        feed_all(run(platform, tmp_path, more), [path])
        ids.append(sent(platform)[0][0])
    assert ids[0] == ids[1] != ids[2]


def test_a_text_in_another_encoding_is_uploaded_as_utf_8(tmp_path: Path) -> None:
    uploads: list[bytes] = []

    class Keeping(Platform):
        def call(self, method: str, path: str, body: Any = None, *a: Any, **more: Any) -> Answer:
            if method == "PUT":
                uploads.append(body)
            return super().call(method, path, body, *a, **more)

    (result,) = feed_all(run(Keeping(), tmp_path, {}), [letter(tmp_path, encoding="gb18030")])
    assert result.errors == []
    assert uploads == [LETTER.encode()]


def test_a_printed_grade_of_secrecy_stays_on_the_disk(tmp_path: Path) -> None:
    platform = Platform()
    (result,) = feed_all(run(platform, tmp_path, {"secrecy": "非密"}), [letter(tmp_path, "机密★10年\n" + LETTER)])
    assert [error.code for error in result.errors] == ["CLASSIFIED"]
    assert platform.calls == []


def test_one_unreadable_file_does_not_stop_the_next(tmp_path: Path) -> None:
    results = feed_all(run(Platform(), tmp_path), [tmp_path / "none.csv", bodies(tmp_path, 1)])
    assert [[error.code for error in each.errors] for each in results] == [["FILE_UNREADABLE"], []]
    assert len(results[1].outcomes) == 1


def test_a_platform_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    results = feed_all(run(Platform(Unreachable("没有应答")), tmp_path), [bodies(tmp_path, 1)] * 2)
    assert [error.code for each in results for error in each.errors] == ["UNREACHABLE"]


def test_what_a_person_does_not_confirm_is_not_sent(tmp_path: Path) -> None:
    platform = Platform()
    assert feed_all(run(platform, tmp_path, None), [letter(tmp_path)]) == [FileResult(str(tmp_path / "letter.txt"))]
    assert platform.calls == []


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [
        ("无此字段", "x", "COLUMN_UNKNOWN"),
        ("attribute", "公开吧", "VALUE_INVALID"),
        ("written_on", "2026-02-30", "DATE_INVALID"),
        ("secrecy", "机密", "CLASSIFIED"),
        ("title", " ", "VALUE_MISSING"),
        ("address", "ftp://x", "VALUE_INVALID"),
    ],
)
def test_a_wrong_value_is_told_before_anything_is_sent(name: str, written: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        value_of(name, written)
    assert refused.value.code.name == code


def test_a_field_may_be_called_by_its_chinese_name() -> None:
    assert value_of("成文日期", "2026年3月2日") == ("written_on", "2026-03-02")
    assert value_of("联合发文机关", "甲局；乙局") == ("joint_issuers", ["甲局", "乙局"])


def test_receipts_are_followed_until_they_are_judged() -> None:
    judged = Answer(200, {}, b'{"state": "admitted"}')
    waiting = Answer(200, {}, b'{"state": "accepted"}')
    watch, platform = Watch(), Platform(waiting, judged, Unreachable("weg"), judged)
    found = follow(platform, ["r1", "r2", "r2"], 30, sleep=watch.sleep, elapsed=watch.elapsed)
    assert found == {"r1": {"state": "admitted"}, "r2": {"state": "admitted"}}


def test_following_ends_with_its_time() -> None:
    waiting = Answer(200, {}, b'{"state": "accepted"}')
    watch, platform = Watch(), Platform(*[waiting] * 100)
    assert follow(platform, ["r1"], 5, sleep=watch.sleep, elapsed=watch.elapsed) == {}
    assert watch.now <= 5
