"""Tree → the shortest text that parses to it again. Pure."""

from __future__ import annotations

from typing import Final

from services.indicators.language.nodes import (
    Arithmetic,
    Call,
    Comparison,
    IsMissing,
    Junction,
    Key,
    Name,
    Negative,
    Node,
    Not,
    Number,
    OneOf,
    Text,
    Truth,
)

# How strongly each binds, as in Python.
_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(9)
_BINDS: Final = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER, "and": _AND, "or": _OR}


def printed(node: Node) -> str:
    """The expression as text, in one line, with no bracket that is not needed."""
    return _printed(node, _OR)


def _printed(node: Node, least: int) -> str:
    text = _text(node)
    return f"({text})" if _strength(node) < least else text


def _text(node: Node) -> str:
    match node:
        case Name():
            return node.name
        case Number():
            return f"{node.value:f}"
        case Text():
            return f'"{node.value}"' if "'" in node.value else f"'{node.value}'"
        case Truth():
            return str(node.value)
        case Call():
            return f"{node.function}({_list(node.arguments)})"
        case Key():
            return _tuple(node.items)
        case Negative():
            return f"-{_printed(node.operand, _SIGN)}"
        case Not():
            return f"not {_printed(node.operand, _NOT)}"
        case IsMissing():
            return f"{_printed(node.operand, _SUM)} is {'not ' if node.negated else ''}None"
        case OneOf():
            said = "not in" if node.negated else "in"
            return f"{_printed(node.item, _SUM)} {said} {_tuple(node.values)}"
        case Comparison():
            return f"{_printed(node.left, _SUM)} {node.op} {_printed(node.right, _SUM)}"
        case Junction():
            return f" {node.op} ".join(_printed(one, _BINDS[node.op] + 1) for one in node.operands)
        case Arithmetic(op="**"):
            return f"{_printed(node.left, _ATOM)} ** {_printed(node.right, _SIGN)}"
        case Arithmetic():
            binds = _BINDS[node.op]
            return f"{_printed(node.left, binds)} {node.op} {_printed(node.right, binds + 1)}"


def _list(nodes: tuple[Node, ...]) -> str:
    return ", ".join(_printed(one, _OR) for one in nodes)


def _tuple(nodes: tuple[Node, ...]) -> str:
    return f"({_list(nodes)},)" if len(nodes) == 1 else f"({_list(nodes)})"


def _strength(node: Node) -> int:
    match node:
        case Arithmetic() | Junction():
            return _BINDS[node.op]
        case Comparison() | OneOf() | IsMissing():
            return _COMPARISON
        case Not():
            return _NOT
        case Negative():
            return _SIGN
        case _:
            return _ATOM
