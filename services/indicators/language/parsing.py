"""Text → tree, and back. Python's grammar reads the text; whatever is not on the list here is refused. Pure.

channel == 'online' and procedure_level in ('partial', 'full')
minutes(first('called'), first('arrived'))
100 * (water_input - water_billed) / water_input
"""

from __future__ import annotations

import ast
import re
import warnings
from decimal import Decimal
from typing import Final

from services.indicators.language import nodes
from services.indicators.language.nodes import Flaw, Node

LONGEST: Final = 4000  # characters
DEEPEST: Final = 60  # nodes below one another

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"\d{1,20}(\.\d{1,14})?")
_FOREIGN = re.compile("[\\\\#\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ARITHMETIC: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARISON: Final = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


class Refused(ValueError):
    """A text that is no expression; names the column and the reason."""

    def __init__(self, fault: Flaw) -> None:
        super().__init__(str(fault))
        self.fault = fault


def parse(text: str) -> Node:
    """The tree of an expression. Line ends are spaces.

    Raises:
        Refused: it is none, is too long or too deep, or says something that the language has no word for.
    """
    text = re.sub(r"[\n\t\r]", " ", text).rstrip()
    if len(text) > LONGEST:
        raise Refused(Flaw(1, f"longer than {LONGEST} characters"))
    if found := _FOREIGN.search(text):
        raise Refused(Flaw(found.start() + 1, "no backslash, # or control character"))
    indent = len(text) - len(text.lstrip())
    return _Reader(text, indent).read(_grammar(text.lstrip(), indent), 0)


def _grammar(text: str, indent: int) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python only warns of ("1if") is refused here
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        column = max(error.offset or 1, 1) + indent
        raise Refused(Flaw(column, error.msg or "no expression")) from None
    except (ValueError, RecursionError, MemoryError, OverflowError):
        raise Refused(Flaw(1, "no expression, or nested too deeply")) from None


class _Reader:
    """Turns Python's nodes into ours. `text` has `indent` spaces that the grammar has not seen."""

    def __init__(self, text: str, indent: int) -> None:
        self._bytes = text[indent:].encode()  # Python counts columns in bytes
        self._indent = indent

    def read(self, node: ast.expr, depth: int) -> Node:
        """Raises Refused."""
        if depth > DEEPEST:
            raise self._refused(node, f"nested deeper than {DEEPEST}")
        at, below = self._column(node), depth + 1
        match node:
            case ast.Name():
                return nodes.Name(self._word(node, node.id), at)
            case ast.Constant():
                return self._constant(node, at)
            case ast.Call():
                return self._call(node, below, at)
            case ast.Tuple():
                return nodes.Key(self._some(node, node.elts, below), at)
            case ast.BoolOp():
                op = "and" if isinstance(node.op, ast.And) else "or"
                return nodes.Junction(op, tuple(self.read(one, below) for one in node.values), at)  # type: ignore[arg-type]
            case ast.UnaryOp(op=ast.Not()):
                return nodes.Not(self.read(node.operand, below), at)
            case ast.UnaryOp(op=ast.USub()):
                return nodes.Negative(self.read(node.operand, below), at)
            case ast.BinOp() if type(node.op) in _ARITHMETIC:
                sign = _ARITHMETIC[type(node.op)]
                left, right = self.read(node.left, below), self.read(node.right, below)
                return nodes.Arithmetic(sign, left, right, at)  # type: ignore[arg-type]
            case ast.Compare():
                return self._comparison(node, below, at)
            case _:
                raise self._refused(node, f"{type(node).__name__} is not part of the language")

    def _comparison(self, node: ast.Compare, depth: int, at: int) -> Node:
        if len(node.ops) > 1:
            raise self._refused(node, "comparisons in a row: join them with `and`")
        op, other = node.ops[0], node.comparators[0]
        left = self.read(node.left, depth)
        if isinstance(op, ast.Is | ast.IsNot):
            if not (isinstance(other, ast.Constant) and other.value is None):
                raise self._refused(other, "`is` and `is not` stand before None only")
            return nodes.IsMissing(left, isinstance(op, ast.IsNot), at)
        if isinstance(op, ast.In | ast.NotIn):
            if not isinstance(other, ast.Tuple):
                raise self._refused(other, "`in` takes values in brackets, one as ('a',)")
            return nodes.OneOf(left, self._some(other, other.elts, depth), isinstance(op, ast.NotIn), at)
        sign = _COMPARISON[type(op)]
        return nodes.Comparison(sign, left, self.read(other, depth), at)  # type: ignore[arg-type]

    def _call(self, node: ast.Call, depth: int, at: int) -> Node:
        if not isinstance(node.func, ast.Name):
            raise self._refused(node, "only functions of the language are called")
        if node.keywords:
            raise self._refused(node, "arguments have no names")
        arguments = tuple(self.read(one, depth) for one in node.args)
        return nodes.Call(self._word(node.func, node.func.id), arguments, at)

    def _some(self, node: ast.expr, parts: list[ast.expr], depth: int) -> tuple[Node, ...]:
        if not parts:
            raise self._refused(node, "empty brackets")
        return tuple(self.read(one, depth) for one in parts)

    def _constant(self, node: ast.Constant, at: int) -> Node:
        said = node.value
        if isinstance(said, bool):
            return nodes.Truth(said, at)
        if isinstance(said, str):
            if self._segment(node) not in (f"'{said}'", f'"{said}"'):
                raise self._refused(node, "text stands in plain quotes, in one piece")
            return nodes.Text(said, at)
        if isinstance(said, int | float) and _NUMBER.fullmatch(self._segment(node)):
            return nodes.Number(Decimal(self._segment(node)), at)
        if said is None:
            raise self._refused(node, "None stands behind `is` or `is not` only")
        raise self._refused(node, "numbers are digits with a point, at most 20 before and 14 behind it")

    def _word(self, node: ast.expr, word: str) -> str:
        # Python takes compatibility forms of letters for the letters; here they are foreign.
        if not _NAME.fullmatch(word) or not self._segment(node).startswith(word):
            raise self._refused(node, "names are lower case letters, digits and _")
        return word

    def _segment(self, node: ast.expr) -> str:
        return self._bytes[node.col_offset : node.end_col_offset].decode()

    def _column(self, node: ast.expr) -> int:
        return len(self._bytes[: node.col_offset].decode()) + self._indent + 1

    def _refused(self, node: ast.expr, reason: str) -> Refused:
        return Refused(Flaw(self._column(node), reason))
