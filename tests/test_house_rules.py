"""What keeps the house in order: directions of import, lint, types, one owner of state, short pages."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(path for path in (ROOT / "pages").rglob("*.py") if "_ui" not in path.parts)
SCREEN = sorted((ROOT / "pages").rglob("*.py"))
CORE = sorted((ROOT / "iren_core").rglob("*.py"))
LONGEST_PAGE = 60


def run(*command: str) -> str:
    """The output of a tool of this environment; fails with it when the tool objects."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_modules_import_in_one_direction_only():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_ruff_is_content():
    run("ruff", "check", ".")
    run("ruff", "format", "--check", ".")


def test_types_are_right():
    run("mypy")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_are_thin(page: Path):
    assert page.parent.parent.name == "pages"
    assert len(page.read_text(encoding="utf-8").splitlines()) < LONGEST_PAGE


def test_session_state_has_one_owner():
    users = [path.relative_to(ROOT) for path in SCREEN if "session_state" in path.read_text(encoding="utf-8")]
    assert users == [Path("pages/_ui/session.py")]


def test_every_cache_belongs_to_one_visit():
    for path in SCREEN:
        text = path.read_text(encoding="utf-8")
        for call in re.findall(r"@st\.cache_(?:data|resource)\(?[^\n]*", text):
            assert path.name == "cache.py"
            assert 'scope="session"' in call


def test_the_core_imports_nothing_slow_on_the_way_to_the_first_picture():
    code = (
        "import sys, iren_core; from iren_core.analyses import healing; from pathlib import Path;"
        "file = Path('sample_data/iren_cohort.csv');"
        "healing.card(iren_core.read_cohort(file.read_bytes(), file.name));"
        "print([name for name in ('lifelines', 'scipy.stats', 'matplotlib', 'pptx', 'xlsxwriter', 'streamlit') "
        "if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_library_is_bounded_from_above():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    assert [need for need in needs if "<" not in need] == []


def test_every_public_name_of_the_core_says_what_it_is():
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in CORE
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_settings_keep_patient_data_here():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["server"]["address"] == "localhost"
    assert settings["client"]["showErrorDetails"] == "none"
