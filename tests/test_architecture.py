"""What the architecture promises, and no reader of one file can see. (Who may import whom: `make lint`.)"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import callrouter.model  # noqa: F401  all tables are known
from callrouter.database import Base
from callrouter.directory.versions import DirectoryCache
from callrouter.events import outbox
from tests.module_names import PACKAGES, ROOT, Named, broken_contract, exists, in_commands, in_python
from workers.after_call import subscriptions

MODULES = {
    str(file.relative_to(ROOT)): ast.parse(file.read_text())
    for package in PACKAGES
    for file in sorted((ROOT / package).rglob("*.py"))
}
DOMAIN = {name: tree for name, tree in MODULES.items() if name.startswith("callrouter/")}
NOT_A_DOOR = {name: tree for name, tree in DOMAIN.items() if not name.startswith("callrouter/cli/")}
PURE = {name: tree for name, tree in DOMAIN.items() if "*Pure" in (ast.get_docstring(tree) or "")}

MEANINGLESS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "services",
    "service",
    "managers",
    "manager",
    "dao",
    "constants",
}
ASKS_THE_WORLD = re.compile(
    r"(datetime\.|date\.)?(now|utcnow|today)|time\.(time|monotonic|perf_counter|sleep)\w*|os\.(environ|getenv).*"
    r"|random\.\w+|uuid\.\w+"
)
KEEPS_OR_SENDS = re.compile(
    r"(psycopg|redis|os|subprocess|socket|threading|urllib\.request|http|callrouter\.database)(\..*)?"
)

OWNERS = {mapper.class_.__name__: mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers}
"""class of a table: the folder that it belongs to"""
WRITTEN_OTHERWISE = {
    "DayTotal",
    "QuarterHourTotal",
    "AccountMonth",
    "StoredCenter",
    "StoredHelpline",
    "StoredListing",
    "StoredPartner",
}
"""by triggers, and in a loop over the kinds of the directory's entries (`directory/load.py`)"""

every_module = pytest.mark.parametrize("name", sorted(MODULES))


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@every_module
def test_every_module_says_what_it_is_for(name: str) -> None:
    assert ast.get_docstring(MODULES[name])


@every_module
def test_nothing_is_imported_within_a_function(name: str) -> None:
    functions = [n for n in ast.walk(MODULES[name]) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [function.name for function in functions if list(imports(function))] == []


@pytest.mark.parametrize("name", sorted(NOT_A_DOOR))
def test_the_domain_reads_no_clock_no_environment_and_no_chance(name: str) -> None:
    calls = [n.func for n in ast.walk(NOT_A_DOOR[name]) if isinstance(n, ast.Call)]
    attributes = [n for n in ast.walk(NOT_A_DOOR[name]) if isinstance(n, ast.Attribute)]
    used = [
        ast.unparse(node) for node in [*calls, *attributes] if "environ" in ast.unparse(node) or node in calls
    ]
    assert [each for each in used if ASKS_THE_WORLD.fullmatch(each)] == []


@pytest.mark.parametrize("name", sorted(PURE))
def test_a_pure_rule_keeps_nothing_and_sends_nothing(name: str) -> None:
    assert [module for module in imports(PURE[name]) if KEEPS_OR_SENDS.fullmatch(module)] == []


@pytest.mark.parametrize(
    "name", sorted(n for n in NOT_A_DOOR if "/database/" not in n and "/migrations/" not in n)
)
def test_only_doors_commit(name: str) -> None:
    calls = [n.func for n in ast.walk(NOT_A_DOOR[name]) if isinstance(n, ast.Call)]
    assert [c.attr for c in calls if isinstance(c, ast.Attribute) and c.attr in {"commit", "rollback"}] == []


def test_no_name_says_nothing() -> None:
    parts = {part for name in MODULES for part in Path(name).with_suffix("").parts}
    assert parts & MEANINGLESS == set()


def test_a_class_name_stands_once() -> None:
    classes = Counter(
        node.name for tree in MODULES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    )
    assert {name for name, times in classes.items() if times > 1} == set()


WRITES = {"insert", "update", "delete", "insert_rows", "insert_cte"}


def written_tables(tree: ast.AST) -> Iterator[str]:
    """Names of the classes that a module builds an INSERT, UPDATE or DELETE of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in WRITES:
                yield node.args[0].id


def test_a_table_is_written_only_by_its_own_folder() -> None:
    written = {
        (table, Path(name).parts[1])
        for name, tree in MODULES.items()
        for table in written_tables(tree)
        if table in OWNERS
    }
    assert {table for table, _ in written} == OWNERS.keys() - WRITTEN_OTHERWISE
    assert {(table, folder) for table, folder in written if OWNERS[table] != folder} == set()


def test_the_packages_are_these() -> None:
    found = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    assert found == {*PACKAGES, "tests", "bench"}
    folders = {path.name for path in (ROOT / "callrouter").iterdir() if (path / "__init__.py").exists()}
    assert folders >= {
        "directory",
        "routing",
        "calls",
        "promises",
        "events",
        "billing",
        "disclosure",
        "privacy",
    }


def test_all_tables_are_brought_together_for_migrations() -> None:
    models = {name for name in MODULES if re.fullmatch(r"callrouter/\w+/model\.py", name)}
    brought = set(imports(MODULES["callrouter/model.py"]))
    assert {name.removesuffix(".py").replace("/", ".") for name in models} <= brought


@pytest.mark.parametrize("name", sorted(n for n in MODULES if re.match(r"callrouter/migrations/\w+/", n)))
def test_a_migration_imports_nothing_that_may_change(name: str) -> None:
    ours = {module for module in imports(MODULES[name]) if module.startswith("callrouter")}
    assert ours <= {"callrouter.migrations.first_schema"}


def test_every_fact_has_a_subscriber_and_every_subscriber_a_fact() -> None:
    facts = {value for name, value in vars(outbox).items() if name.isupper() and isinstance(value, str)}
    source = Path(outbox.__file__).read_text()
    published = {getattr(outbox, name) for name in re.findall(r"\.values\(fact=(\w+)", source)}
    subscribed = subscriptions(DirectoryCache())
    assert facts == published == set(subscribed)
    assert all(subscribed.values())


def test_what_is_measured_and_tested_is_not_part_of_what_is_shipped() -> None:
    of_tests = {
        name
        for name, tree in MODULES.items()
        for module in imports(tree)
        if module.startswith(("tests", "bench"))
    }
    assert of_tests == set()


PAGES = [str(page.relative_to(ROOT)) for page in sorted((ROOT / "docs").glob("*.md"))]
NAMED_BY_COMMANDS = [
    named
    for file in ("Procfile", "Makefile", "pyproject.toml", "README.md", *PAGES)
    for named in in_commands(file, (ROOT / file).read_text())
]
NAMED_IN_TEXTS = [named for file, tree in MODULES.items() for named in in_python(file, tree)]


def named_by_tests() -> Iterator[Named]:
    """Parsed when it is wanted: every process that runs a part of the tests has collected all of them."""
    for directory in ("tests", "bench"):
        for file in sorted((ROOT / directory).rglob("*.py")):
            if file != Path(__file__):
                yield from in_python(str(file.relative_to(ROOT)), ast.parse(file.read_text()))


def test_every_module_that_is_named_in_a_text_exists() -> None:
    named = [*NAMED_BY_COMMANDS, *NAMED_IN_TEXTS, *named_by_tests()]
    assert {each for each in named if not exists(each.name)} == set()


def test_modules_that_are_named_in_texts_are_found() -> None:
    """Those of Celery, of the supervisor, of uvicorn, of the Procfile: were they not found, nothing would be held."""
    found = {each.name for each in [*NAMED_BY_COMMANDS, *NAMED_IN_TEXTS]}
    assert found >= {
        "workers.app",
        "workers.tasks",
        "server.wsgi.app",
        "server.web_server",
        "simulator.server",
    }


@pytest.mark.parametrize("named", NAMED_IN_TEXTS, ids=lambda named: f"{named.by} names {named.name}")
def test_a_module_that_is_named_in_a_text_is_held_to_the_import_contracts(named: Named) -> None:
    assert broken_contract(named) is None


@pytest.mark.parametrize(
    ("by", "name"),
    [
        ("callrouter/calls/ring.py", "simulator.carrier"),
        ("callrouter/cli/call.py", "server.web_server"),
        ("callrouter/cli/show.py", "simulator.carrier"),
        ("callrouter/routing/decide.py", "callrouter.calls.ring"),
        ("callrouter/routing/decide.py", "config.settings"),
        ("webhooks/app.py", "workers.app"),
        ("workers/app.py", "server.wsgi"),
        ("simulator/server.py", "server.wsgi"),
        ("config/settings.py", "workers.app"),
    ],
)
def test_a_text_that_names_a_module_above_breaks_a_contract(by: str, name: str) -> None:
    assert broken_contract(Named(by, name))
