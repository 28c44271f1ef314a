"""Modules that are named in texts (for Celery, uvicorn, `python -m`, `import_module`), and the layers that hold them.

The layers are those of the import contracts in pyproject.toml, which see only import statements.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
    "importlinter"
]["contracts"]
PACKAGES = ("callrouter", "webhooks", "console", "workers", "config", "server", "simulator")
OURS = rf"(?:{'|'.join(PACKAGES)})"
DOTTED = re.compile(rf"({OURS}(?:\.[A-Za-z_]\w*)+)(?::(\w+)|\.\*)?")
IN_A_COMMAND = re.compile(rf"(?:-m|-A) ({OURS}(?:\.\w+)*)(?::(\w+))?(?![\w.])")
IN_CODE = re.compile(rf"(?:^|[\n;] *)(?:from|import) ({OURS}(?:\.\w+)*)\b(?![\w.])")
FILES = {"server.json", "callrouter.sqlite3"}
"""names of files, which look like modules"""


class Named(NamedTuple):
    """A module, or something in it, and the file that names it."""

    by: str
    name: str


def in_python(file: str, tree: ast.AST) -> Iterator[Named]:
    """What the texts of a Python file name, as a whole text, in a command, or in code for another process."""
    remarks = {id(each) for each in _docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in remarks:
            yield from (Named(file, name) for name in _in_text(node.value))


def in_commands(file: str, text: str) -> Iterator[Named]:
    """What the commands of a Procfile, a Makefile … name."""
    yield from (Named(file, _joined(*found)) for found in IN_A_COMMAND.findall(text))


def _in_text(text: str) -> Iterator[str]:
    if (whole := DOTTED.fullmatch(text)) and text not in FILES:
        yield _joined(whole[1], whole[2] or "")
    yield from (_joined(*found) for found in IN_A_COMMAND.findall(text))
    yield from IN_CODE.findall(text)


def _joined(module: str, attribute: str) -> str:
    return f"{module}.{attribute}" if attribute else module


def _docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    """A text that stands alone is read by people only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def exists(name: str) -> bool:
    """Whether there is such a module, or something of that name in one."""
    if _module(name):
        return True
    module, _, attribute = name.rpartition(".")
    return attribute in _names_in(module)


def _module(name: str) -> Path | None:
    path = ROOT / name.replace(".", "/")
    return next((each for each in (path.with_suffix(".py"), path / "__init__.py") if each.exists()), None)


@cache
def _names_in(module: str) -> frozenset[str]:
    path = _module(module)
    nodes = ast.walk(ast.parse(path.read_text())) if path else ()
    return frozenset(name for node in nodes for name in _defined(node))


def _defined(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)


def broken_contract(named: Named, contracts: list[dict[str, Any]] = CONTRACTS) -> str | None:
    """The contract that an import would break; None: it may name that."""
    by = named.by.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    for contract in contracts:
        ignored = (each.split(" -> ") for each in contract.get("ignore_imports", ()))
        if any(_fits(by, a) and _fits(named.name, b) for a, b in ignored):
            continue
        broken = _is_upward if contract["type"] == "layers" else _is_forbidden
        if broken(by, named.name, contract):
            return str(contract["name"])
    return None


def _is_forbidden(by: str, name: str, contract: Mapping[str, Any]) -> bool:
    return any(_is_in(by, each) for each in contract["source_modules"]) and any(
        _is_in(name, each) for each in contract["forbidden_modules"]
    )


def _is_upward(by: str, name: str, contract: Mapping[str, Any]) -> bool:
    for container in contract.get("containers", [""]):
        layers = [_members(layer, container) for layer in contract["layers"]]
        ours, theirs = _place(by, layers), _place(name, layers)
        if ours and theirs and ours != theirs:
            above, beside = theirs[0] < ours[0], theirs[0] == ours[0]
            return above or (beside and "|" in contract["layers"][ours[0]])
    return False


def _members(layer: str, container: str) -> list[str]:
    return [f"{container}.{name}" if container else name for name in re.findall(r"\w+", layer)]


def _place(module: str, layers: list[list[str]]) -> tuple[int, str] | None:
    """The number of the layer, from above, and the member of it that the module is in."""
    return next(((n, each) for n, layer in enumerate(layers) for each in layer if _is_in(module, each)), None)


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def _fits(module: str, pattern: str) -> bool:
    """As import-linter has it: `*` is one part of a name, `**` one or more."""
    parts = (re.escape(part).replace(r"\*\*", r".+").replace(r"\*", r"[^.]+") for part in pattern.split("."))
    return re.fullmatch(r"\.".join(parts), module) is not None
