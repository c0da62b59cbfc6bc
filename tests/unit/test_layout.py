"""The shape of the house: who may import whom, how long a module may be, what is installed."""

import ast
import graphlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.util import resolve_name
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "course_lib"
CODE = [*LIBRARY.rglob("*.py"), *(ROOT / "notebooks").glob("*.py")]
CODE += (ROOT / "notebooks" / "pipeline").glob("*.py")

# What each of these parts may use of the others; nothing but the standard library beside it.
PURE = {
    "geometry": set(),
    "pictures": {"geometry"},
    "explorers": {"geometry", "pictures"},
}

# Versions in Colab's runtime of 2026-08 (its own list of packages): students install nothing there.
COLAB = {
    "torch": "2.11.0",
    "torchvision": "0.26.0",
    "albumentations": "2.0.8",
    "ipykernel": "6.17.1",
    "ipython": "7.34.0",
    "ipywidgets": "7.7.1",
    "matplotlib": "3.10.0",
    "numpy": "2.1.3",
    "pillow": "11.3.0",
    "torchsummary": "1.5.1",
    "tqdm": "4.67.3",
}


def part_of(path):
    """The part of the library that a module belongs to: its package, or itself."""
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def imports(path):
    """The full names of all modules that `path` imports, at its top or within functions."""
    package = ".".join(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            name = resolve_name("." * node.level + (node.module or ""), package)
            whole = name == "course_lib"  # then the parts are what is imported from it
            yield from (f"{name}.{alias.name}" for alias in node.names) if whole else [name]


def arrows():
    """Part -> the other parts that it imports."""
    graph = {}
    for path in LIBRARY.rglob("*.py"):
        used = {name.split(".")[1] for name in imports(path) if name.startswith("course_lib.")}
        graph.setdefault(part_of(path), set()).update(used - {part_of(path)})
    return graph


def test_arrows_between_the_parts_run_one_way():
    list(graphlib.TopologicalSorter(arrows()).static_order())  # raises CycleError


@pytest.mark.parametrize("part", PURE)
def test_a_pure_part_uses_the_standard_library_and_the_parts_below_it(part):
    for path in (LIBRARY / part).rglob("*.py"):
        for name in imports(path):
            top, *rest = name.split(".")
            allowed = (
                rest[0] in PURE[part] | {part}
                if top == "course_lib"
                else (top in sys.stdlib_module_names)
            )
            assert allowed, f"{path.relative_to(ROOT)} imports {name}"


def test_nothing_in_the_library_leans_on_a_front_end():
    assert [part for part, used in arrows().items() if "frontends" in used] == []


@pytest.mark.parametrize("module", ["course_lib", "course_lib.geometry", "course_lib.pictures"])
def test_a_pure_module_loads_no_third_party_module(module):
    program = (
        "import sys; before = set(sys.modules)\n"
        f"import {module}\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert loaded - set(sys.stdlib_module_names) == {"course_lib"}


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_and_so_are_its_functions(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 250
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = node.end_lineno - node.lineno + 1 - docstring_lines(node)
            assert length <= 45, f"{node.name} has {length} lines"


def docstring_lines(node):
    first = node.body[0]
    return first.end_lineno - first.lineno + 1 if ast.get_docstring(node) else 0


def requirements():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    lines += pyproject["project"]["optional-dependencies"]["dev"]
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def pins():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith("#")]
    return dict(line.split("==") for line in lines)  # raises where a line is no plain pin


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_tested_set_pins_every_requirement_and_satisfies_it():
    tested = {canonical(name): version for name, version in pins().items()}
    for requirement in requirements():
        version = tested[canonical(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} against {version}"
    assert not [name for name in tested if re.match(r"nvidia|cuda|triton", name)]


def test_colab_has_every_requirement_at_a_version_that_we_admit():
    admitted = {canonical(r.name): r.specifier for r in requirements()}
    for name, version in COLAB.items():
        assert admitted[name].contains(version), f"{name} {version} is not in {admitted[name]}"


def test_the_widgets_that_draw_nothing_are_refused():
    (widgets,) = (r for r in requirements() if r.name == "ipywidgets")
    assert [widgets.specifier.contains(v) for v in ("7.7.1", "8.1.8", "8.1.9", "9.0")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel of the library, built from a copy so that no earlier build leaks into it."""
    copy = tmp_path_factory.mktemp("source")
    for name in "pyproject.toml", "requirements.txt", "README.md", "LICENSE":
        shutil.copy(ROOT / name, copy)
    shutil.copytree(LIBRARY, copy / "course_lib", ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", copy, copy], check=True)
    (path,) = copy.glob("*.whl")
    return path


@pytest.mark.slow
def test_an_installed_wheel_holds_every_module_and_the_weights(wheel, tmp_path):
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in LIBRARY.rglob("*")
        if path.is_file() and (path.suffix == ".py" or path.parent.name == "weights")
    }
    archive = zipfile.ZipFile(wheel)
    assert wanted <= set(archive.namelist())
    archive.extractall(tmp_path)
    program = (
        "import course_lib.data, course_lib.models, course_lib.training as t; print(t.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {program}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith(str(tmp_path))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_relative_link_of_a_page_leads_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s#]+)[^)]*\)|\bsrc=\"([^\"]+)\"", text)
    relative = [a or b for a, b in links if not re.match(r"[a-z]+:", a or b)]
    assert [link for link in relative if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_of_a_page_exists(name):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(
        re.findall(r"^ *make ([a-z]+)|`make ([a-z]+)", (ROOT / name).read_text(), re.MULTILINE)
    )
    used = {a or b for a, b in named}
    assert used
    assert used <= targets
