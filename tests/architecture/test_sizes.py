"""Nothing outgrows one sitting: modules of 250 lines, functions of 40; ruff holds complexity to 8."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULE_LINES = 250
FUNCTION_LINES = 40
FOLDERS = ("gongkai", "services", "shared", "tests", "bench")


def sources() -> list[Path]:
    """Return every Python file of the project."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def long_functions(text: str) -> Iterator[tuple[str, int]]:
    """Yield functions over the limit, signature and docstring counted."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield node.name, length


def test_no_module_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: length for name, length in lengths.items() if length > MODULE_LINES} == {}


def test_no_function_is_too_long() -> None:
    found = {str(path.relative_to(ROOT)): list(long_functions(path.read_text(encoding="utf-8"))) for path in sources()}
    assert {name: functions for name, functions in found.items() if functions} == {}


@pytest.mark.parametrize("lines", [FUNCTION_LINES, FUNCTION_LINES + 1])
def test_the_measure_of_functions_sees_one_line_too_many(lines: int) -> None:
    text = "def f():\n    '''Say why.'''\n" + "    x = 1\n" * (lines - 2)
    assert list(long_functions(text)) == ([] if lines == FUNCTION_LINES else [("f", lines)])


def test_ruff_holds_functions_to_a_complexity_of_eight() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert settings["mccabe"] == {"max-complexity": 8}
    assert "C90" in settings["select"]
    assert not any("C9" in code for codes in settings["per-file-ignores"].values() for code in codes)
