"""Import names mean what they say: ours are this checkout's, and none hides a standard or a foreign one."""

import ast
import sys
from pathlib import Path

import gongkai
import services
import shared
from tests.architecture.test_sizes import sources

ROOT = Path(__file__).parents[2]
# The Python package index has a `requests`, and it is not ours; every other client would bypass the guard of egress.
FOREIGN = {"requests", "httpx", "urllib3"}


def _tops(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_the_packages_are_this_checkouts() -> None:
    found = {package.__name__: Path(str(package.__file__)).parent for package in (gongkai, services, shared)}
    assert found == {name: ROOT / name for name in ("gongkai", "services", "shared")}


def test_no_module_is_named_after_a_standard_one() -> None:
    allowed = {"__main__", "__init__"}
    shipped = [path for path in sources() if path.relative_to(ROOT).parts[0] != "tests"]
    stems = {str(path.relative_to(ROOT)): path.parent.name if path.stem in allowed else path.stem for path in shipped}
    assert {path: stem for path, stem in stems.items() if stem in sys.stdlib_module_names} == {}


def test_nobody_imports_a_foreign_http_client() -> None:
    used = {str(path.relative_to(ROOT)): _tops(path) & FOREIGN for path in sources()}
    assert {path: names for path, names in used.items() if names} == {}
