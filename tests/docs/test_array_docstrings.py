"""A public function that takes or returns arrays says their shapes and their type."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_ALIAS = re.compile(r"^(\w+)(?:: [^=]+)? = NDArray", re.MULTILINE)
_SHAPE = re.compile(r"\([a-zA-Z_0-9]+[^)]*,")
_TYPE = re.compile(r"float(?:16|32|64)|u?int(?:8|16|32|64)|bool|dtype")


def public_functions(node: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef]:
    """Yields the public functions and methods of a module."""
    for child in node.body:
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from public_functions(child)
        elif isinstance(child, ast.FunctionDef) and not child.name.startswith("_"):
            yield child


def annotations_of(function: ast.FunctionDef) -> str:
    """The types of what a function takes and returns, as text."""
    given = [*function.args.args, *function.args.kwonlyargs]
    types = [one.annotation for one in given] + [function.returns]
    return " ".join(ast.unparse(one) for one in types if one is not None)


def test_shapes_and_types_are_stated(repository: Path) -> None:
    n_seen, silent = 0, []
    for package in ("index", "ingest", "archiblogue"):
        for path in sorted((repository / package).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            names = {"NDArray", "Mask", *_ALIAS.findall(source)}
            pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b")
            for function in public_functions(ast.parse(source)):
                types = annotations_of(function)
                if not pattern.search(types):
                    continue
                n_seen += 1
                told = ast.get_docstring(function) or ""
                if not _SHAPE.search(told) or not _TYPE.search(told + types):
                    silent.append(f"{path.relative_to(repository)}: {function.name}")
    assert n_seen > 50
    assert silent == []
