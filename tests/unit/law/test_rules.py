"""Loading the law."""

import shutil
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from pydantic import ValidationError

import shared.law
from shared.law.rules import Rules, load_rules

SHIPPED = Path(shared.law.__file__).parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder of the shipped tables that a test may change."""
    for name in ("calendars", "profiles", "tables"):
        shutil.copytree(SHIPPED / name, tmp_path / name)
    return tmp_path


def test_rules_can_be_read_from_a_folder_of_ones_own(copy: Path) -> None:
    path = copy / "profiles" / "jingan.toml"
    path.write_text(
        path.read_text("utf-8") + '\n[entry_days]\nabout = "示例"\nsource = "示例"\n2026-01-01 = 1\n', "utf-8"
    )
    loaded = load_rules(copy)
    day = next(iter(loaded.calendars.years[2026].work))
    assert loaded.profiles.number("jingan", "entry_days", day) == 1
    assert load_rules().profiles.number("jingan", "entry_days", day) == 2


def test_a_broken_file_is_named(copy: Path) -> None:
    (copy / "profiles" / "jingan.toml").write_text("= no", "utf-8")
    with pytest.raises(ValueError, match=r"jingan\.toml"):
        load_rules(copy)


def test_a_column_that_does_not_exist_is_refused(copy: Path) -> None:
    path = copy / "tables" / "grounds.toml"
    path.write_text(path.read_text("utf-8") + 'remark = "示例"\n', "utf-8")
    with pytest.raises(ValidationError, match="remark"):
        load_rules(copy)


def test_rules_are_hashable_and_cannot_be_changed(rules: Rules) -> None:
    assert hash(rules) == hash(rules)
    with pytest.raises(FrozenInstanceError):
        rules.calendars = rules.calendars  # type: ignore[misc]
    with pytest.raises(TypeError):
        rules.calendars.years[2026] = rules.calendars.years[2025]  # type: ignore[index]
