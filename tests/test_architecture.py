"""The house as a test: imports point down, doors are not gone round, nothing happens on import."""

import ast
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOOR = {"jobs", "teams"}
MAY_IMPORT = {
    "jobs": set(),
    "teams": {"jobs"},
    "sales": FLOOR,
    "enablement": FLOOR | {"sales"},
    "surveys": FLOOR,
    "metrics": FLOOR | {"sales", "enablement", "surveys"},
}
"""What each app may import of ours besides itself. ``config`` imports everyone; nobody it."""
PACKAGES = (*MAY_IMPORT, "config")
OURS = {*PACKAGES, "tests", "benchmarks"}

LONGEST_FILE = 400
CATCH_ALL: dict[str, str] = {}
"""Files that may catch every exception, with the reason. So far none has to."""
MARKS_AS_SAFE = {
    "metrics/charts.py": "SVG that vl-convert made; the names in it are escaped there",
    "metrics/templatetags/cells.py": "formats that escape what is put into them",
}
SPEAKS_WITHOUT_TRANSLATION = {"Daya", "n", "CSV", "–"}
"""Text in templates that is the same in every language."""


def files(package: str, pattern: str = "*.py") -> list[Path]:
    return sorted(
        path for path in (ROOT / package).rglob(pattern) if "migrations" not in path.parts
    )


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text()))


def imported(path: Path) -> Iterator[str]:
    """Full names of the modules a file imports, wherever in it, ``import_module("…")`` included."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively"
            yield node.module or ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            named = [each for each in node.args[:1] if isinstance(each, ast.Constant)]
            yield from (each.value for each in named)


EVERY_FILE = [path for package in PACKAGES for path in files(package)]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_downward(package):
    allowed = MAY_IMPORT[package] | {package}
    found = {
        f"{name_of(path)} imports {module}"
        for path in files(package)
        for module in imported(path)
        if module.partition(".")[0] in OURS - allowed
    }

    assert not found


def test_nobody_imports_relatively():
    for package in (*PACKAGES, "tests", "benchmarks"):
        for path in files(package):
            list(imported(path))


def test_shared_drawers_do_not_exist():
    """What two apps need has a name; a drawer has none."""
    drawers = {"utils", "util", "common", "core", "helpers", "misc", "base"}
    found = [
        name_of(path) for path in ROOT.glob("*/**/*.py") if path.parts[len(ROOT.parts)] in OURS
    ]

    assert not [name for name in found if drawers & set(re.split(r"[/.]", name))]


def test_a_view_asks_no_manager():
    """Rows come from the team a door returned. Operations is exempt: staff see every job, and jobs
    belong to no team."""
    views = [
        path for path in EVERY_FILE
        if (path.name.startswith("views") or path.parent.name == "views")
        and name_of(path) != "config/operations/views.py"
    ]  # fmt: skip

    assert len(views) > 5
    assert not [
        f"{name_of(path)}:{node.lineno}"
        for path in views
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]


def test_no_error_is_swallowed():
    """``except Exception`` makes a bug look like bad input."""
    broad = {"Exception", "BaseException"}
    found = {
        name_of(path)
        for path in EVERY_FILE
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or broad & set(re.findall(r"\w+", ast.unparse(node.type))))
    }

    assert found == set(CATCH_ALL)


def test_no_state_hides_in_threads():
    hidden = re.compile(r"threading\.local|threading import .*\blocal\b|contextvars|asgiref\.local")

    assert not [name_of(path) for path in EVERY_FILE if hidden.search(path.read_text())]


def test_only_the_named_files_mark_text_as_safe():
    ways = {"mark_safe", "SafeString", "SafeText", "format_html", "format_html_join"}
    found = {
        name_of(path)
        for path in EVERY_FILE
        for node in nodes(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ways
    }

    assert found == set(MARKS_AS_SAFE)


def test_no_form_takes_whatever_the_model_has():
    wide = re.compile(r"""(fields\s*=\s*["']__all__["']|\n\s+exclude\s*=)""")

    assert not [name_of(path) for path in EVERY_FILE if wide.search(path.read_text())]


@pytest.mark.parametrize("package", [*PACKAGES, "benchmarks", "tests"])
def test_a_file_fits_in_the_head(package):
    lengths = {name_of(path): path.read_text().count("\n") for path in files(package)}

    assert not {name: length for name, length in lengths.items() if length > LONGEST_FILE}


TEMPLATES = files("templates", "*.html") + files("templates", "*.txt")


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_escapes_what_it_shows(path):
    text = path.read_text()

    assert not re.search(r"\|\s*safe\b|safeseq", text)
    assert "autoescape off" not in text or path.suffix == ".txt"


def silent(text: str) -> str:
    """A template without what it computes, translates, comments, tags or spells as code."""
    for dropped in (
        r"{%\s*comment.*?endcomment\s*%}",
        r"{%\s*block page_class\s*%}.*?{%\s*endblock\s*%}",
        r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}",
        r"{#.*?#}",
        r"<code>.*?</code>",
        r"{%.*?%}",
        r"{{.*?}}",
        r"&\w+;",
    ):
        text = re.sub(dropped, " ", text, flags=re.DOTALL)
    return text


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_says_nothing_untranslated(path):
    text = silent(path.read_text())
    spoken = re.findall(r"\b(?:alt|title|placeholder|aria-label)=(?:\"([^\"]*)\"|'([^']*)')", text)
    shown = re.sub(r"<[^>]*>", " ", text)

    words = " ".join([shown, *map("".join, spoken)]).split()
    said = {word for word in words if re.search(r"[^\W\d_]", word)}

    assert said <= SPEAKS_WITHOUT_TRANSLATION


def test_importing_opens_and_starts_nothing(tmp_path):
    """Settings, every app and every address, with both servers named: neither is spoken to."""
    with (
        socket.create_server(("127.0.0.1", 0)) as database,
        socket.create_server(("127.0.0.1", 0)) as broker,
    ):
        environment = os.environ | {
            "DAYA_VAR": str(tmp_path / "var"),
            "DAYA_SECRET_KEY": "x" * 60,
            "DATABASE_URL": f"postgresql://daya@127.0.0.1:{database.getsockname()[1]}/daya",
            "REDIS_URL": f"redis://127.0.0.1:{broker.getsockname()[1]}/0",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        says = (
            "import sys, threading; started = [];"
            "sys.addaudithook(lambda event, args: started.append(event)"
            " if event in {'subprocess.Popen', 'os.fork', 'os.posix_spawn'} else None);"
            "import django; django.setup(); import config.urls, config.wsgi, config.celery;"
            "print(started, [thread.name for thread in threading.enumerate()])"
        )
        done = subprocess.run(
            [sys.executable, "-c", says],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip

        assert done.stdout.strip() == "[] ['MainThread']"
        for server in (database, broker):
            server.setblocking(False)
            with pytest.raises(BlockingIOError):
                server.accept()
    assert not (tmp_path / "var").exists()
