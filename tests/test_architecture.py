"""The house keeps its order: what may import what, what views may touch, what is never written."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOOR = {"jobs", "teams"}
MAY_IMPORT = {
    "jobs": set(),
    "teams": {"jobs"},
    "sales": FLOOR,
    "enablement": FLOOR | {"sales"},
    "surveys": FLOOR,
    "metrics": FLOOR | {"sales", "enablement", "surveys"},
}
OURS = MAY_IMPORT.keys() | {"config", "tests", "benchmarks"}
LARGEST_FILE = 400

MAY_CATCH_EVERYTHING = {"jobs/running.py"}
"""A handler may fail in any way; whatever it is, it is written into the job's row."""

MAY_MARK_SAFE = {"metrics/charts.py"}
"""A drawn chart; its title is escaped there."""

SEES_EVERY_ROW = {"config/operations/views.py"}
"""Jobs belong to no team; only staff come behind that door."""


def sources(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    """Each of our modules by its path, parsed; migrations are Django's to write."""
    for package in packages or (*MAY_IMPORT, "config"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def imported(module: ast.Module) -> set[str]:
    """Top-level packages a module imports, wherever it does."""
    names: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_downward(package):
    found = {name: imported(module) & OURS for name, module in sources(package)}

    allowed = MAY_IMPORT[package] | {package}
    assert {name: extra for name, ours in found.items() if (extra := ours - allowed)} == {}


def test_nobody_imports_the_wiring():
    assert [name for name, module in sources(*MAY_IMPORT) if "config" in imported(module)] == []


def test_views_take_rows_from_behind_their_door():
    """``Model.objects`` in a view asks past the team that the door returned."""
    views = [
        (name, module)
        for name, module in sources()
        if (name.endswith("views.py") or "/views/" in name) and name not in SEES_EVERY_ROW
    ]

    assert views
    assert [
        f"{name}:{node.lineno}"
        for name, module in views
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ] == []


def test_only_a_named_few_catch_everything():
    broad = {
        name
        for name, module in sources()
        for node in ast.walk(module)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or "Exception" in {n.id for n in names_in(node.type)})
    }

    assert broad <= MAY_CATCH_EVERYTHING


def names_in(node: ast.AST) -> list[ast.Name]:
    return [each for each in ast.walk(node) if isinstance(each, ast.Name)]


def test_only_charts_are_marked_safe():
    marking = {
        name
        for name, module in sources()
        for node in names_in(module)
        if node.id in {"mark_safe", "SafeText"}
    }

    assert marking <= MAY_MARK_SAFE


def test_no_template_switches_escaping_off_but_for_plain_text():
    unescaped = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if "|safe" in path.read_text() or "autoescape off" in path.read_text()
    ]

    assert unescaped == []


@pytest.mark.parametrize("name", ["utils", "util", "helpers", "common", "core", "misc"])
def test_every_room_is_named_for_what_is_in_it(name):
    found = [path for path, _module in sources() if Path(path).stem == name or f"/{name}/" in path]

    assert found == []


def test_no_state_hangs_on_a_thread():
    local = {
        name
        for name, module in sources()
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute | ast.Name)
        and (getattr(node, "attr", "") == "local" or getattr(node, "id", "") == "ContextVar")
    }

    assert local == set()


def test_no_form_takes_every_field():
    assert [name for name, _module in sources() if '__all__"' in (ROOT / name).read_text()] == []


def test_files_stay_readable_in_one_sitting():
    long = {
        name: lines
        for name, _module in sources()
        if (lines := len((ROOT / name).read_text().splitlines())) > LARGEST_FILE
    }

    assert long == {}
