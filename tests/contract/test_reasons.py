"""Every reason code that the sources give has its row in the one table, and no row is idle."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from services.api_reasons import REASONS, advice_of
from services.runtime import rpc_errors

ROOT = Path(__file__).resolve().parents[2]
# Where the code stands among the arguments of what carries it.
PLACE = {"Unauthenticated": 0, "Forbidden": 0, "Exhausted": 0, "TooLate": 0, "NotFound": 1, "Fault": 1}
PLACE |= {"_bad_parameters": 0, "Answer": 1}
PLACE |= {"Bad": 0, "Problem": 1, "TableError": 0}  # cells, lines and files of what is handed in
IN_LISTS = {"InvalidRequest"}  # [(field, code, detail), …]
ELSEWHERE = {"cli", "local", "simulator"}  # they refuse nothing by gRPC


def carried(call: ast.Call) -> Iterator[ast.expr]:
    name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
    if name in PLACE and len(call.args) > PLACE[str(name)]:
        yield call.args[PLACE[str(name)]]
    if name in IN_LISTS:
        for part in ast.walk(call):
            if isinstance(part, ast.Tuple) and len(part.elts) == 3:
                yield part.elts[1]


@cache
def used() -> set[str]:
    """Codes as patterns: a code that is put together has `.*` where the rest comes."""
    found = set()
    for file in sorted((ROOT / "services").rglob("*.py")):
        if ELSEWHERE.isdisjoint(file.relative_to(ROOT / "services").parts):
            for call in (n for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Call)):
                for expression in carried(call):
                    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
                        found.add(re.escape(expression.value))
                    elif isinstance(expression, ast.JoinedStr):
                        parts = (v.value if isinstance(v, ast.Constant) else ".*" for v in expression.values)
                        found.add("".join(map(str, parts)))
    return found


def test_every_code_in_use_is_explained() -> None:
    codes = used()

    assert len(codes) > 60
    assert {code for code in codes if not any(re.fullmatch(code, known) for known in REASONS)} == set()


def test_every_row_is_in_use() -> None:
    codes = used()

    assert {known for known in REASONS if not any(re.fullmatch(code, known) for code in codes)} == set()


def test_what_passes_says_when_and_what_cannot_succeed_says_no() -> None:
    assert {reason.advice.again for reason in REASONS.values()} == {"no", "yes", "resume", "anew"}
    for code, reason in REASONS.items():
        assert (reason.advice.after_s is None) == (reason.advice.again == "no"), code
        assert reason.meaning, code
        assert reason.remedy, code
    assert advice_of("never heard of") == rpc_errors.NOT_AGAIN
