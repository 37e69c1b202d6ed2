"""Plants one forbidden import after the other into a copy of the tree and prints which contracts break, as JSON.

A program of its own (`python plants.py TREE < plants.json`), because the import names must be the copy's.
"""

import json
import sys
from pathlib import Path

from importlinter.application import use_cases
from importlinter.configuration import configure


def broken(config: str) -> list[str]:
    """Return the names of the contracts that do not hold in the current folder."""
    report = use_cases.create_report(use_cases.read_user_options(config), cache_dir=".cache")
    return [contract.name for contract, check in report.get_contracts_and_checks() if not check.kept]


def plant(tree: Path, module: str, statement: str) -> list[str]:
    """Add a statement to a module (made when missing), lint, and put the tree back as it was."""
    path = _file(tree, module)
    made = not path.exists()
    before = "" if made else path.read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before}\n{statement}\n", encoding="utf-8")
    try:
        return broken(".importlinter")
    finally:
        if made:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")


def _file(tree: Path, module: str) -> Path:
    path = tree.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    configure()
    use_cases._register_contract_types(use_cases.read_user_options(".importlinter"))
    wanted: list[tuple[str, str]] = json.load(sys.stdin)
    tree = Path(sys.argv[1])
    json.dump([broken(".importlinter"), *(plant(tree, *one) for one in wanted)], sys.stdout)
