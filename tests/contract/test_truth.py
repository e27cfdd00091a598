"""The plain method shares nothing with what it checks: it imports the standard library and itself."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

PLAIN = Path(__file__).parents[1] / "truth" / "plain"


def test_the_plain_method_imports_nothing_of_the_product() -> None:
    files = sorted(PLAIN.rglob("*.py"))
    assert len(files) > 10
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                is_own = name.startswith("tests.truth.plain")
                assert is_own or name.split(".")[0] in sys.stdlib_module_names, f"{file.name}: {name}"
