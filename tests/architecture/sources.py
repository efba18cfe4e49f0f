"""Reading the project's own source, for the tests of its shape."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TRACKER = ROOT / "tracker"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One parsed module under its dotted name."""

    name: str
    tree: ast.Module
    is_package: bool = False

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]


@dataclass(frozen=True)
class Import:
    """One imported name, written out: `from ..models import plans` gives `tracker.models` and its `plans`."""

    target: str
    line: int
    local: bool


def module_of(source: str, name: str, *, is_package: bool = False) -> Module:
    """Parse a source text under a name; tests use it to show a check its violation."""
    return Module(name, ast.parse(source), is_package)


def _dotted(path: Path, root: Path) -> str:
    parts = list(path.relative_to(root).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules(folder: Path = TRACKER) -> tuple[Module, ...]:
    """Every module of the application."""
    found = [path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts]
    return tuple(
        module_of(
            path.read_text("utf-8"), _dotted(path, folder.parent), is_package=path.name == "__init__.py"
        )
        for path in found
    )


def _base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.package.split(".")
    kept = parts[: len(parts) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _names(module: Module, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _base(module, node)
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)


def imports(module: Module) -> list[Import]:
    """Every name that a module imports, wherever the statement stands, relative ones written out."""
    local = {
        id(inner)
        for function in ast.walk(module.tree)
        if isinstance(function, Function)
        for inner in ast.walk(function)
    }
    return [
        Import(name, node.lineno, id(node) in local)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in _names(module, node)
    ]


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Every function with its qualified name, methods and inner functions included."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield f"{prefix}{node.name}", node
            yield from functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")
        else:
            yield from functions(node, prefix)


def within(name: str, *parents: str) -> bool:
    """Say whether a dotted name is one of the parents or inside one."""
    return any(name == parent or name.startswith(parent + ".") for parent in parents)
