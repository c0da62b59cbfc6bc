"""Geometry, pictures and explorers need Python and nothing else: they run in a browser too."""

import subprocess
import sys

from pipeline.workbook import ROOT

# -S leaves site-packages out; what is imported all the same has to be Python's own or ours.
PROGRAM = """
import pkgutil, sys, time
from importlib import import_module

began = time.perf_counter()
import course_lib.explorers
from course_lib.explorers.base import Change, Explorer, Press
from course_lib.explorers.controls import Button, Choice, Play, Slider, Switch

kinds = {}
for module in pkgutil.walk_packages(course_lib.explorers.__path__, "course_lib.explorers."):
    for value in vars(import_module(module.name)).values():
        if isinstance(value, type) and issubclass(value, Explorer) and "name" in vars(value):
            kinds[value.name] = value
seconds = time.perf_counter() - began

drawn = 0
for kind in kinds.values():
    explorer = kind()
    for control in explorer.all_controls():
        events = []
        if isinstance(control, Slider):
            events = [Change(control.name, at) for at in (control.low, control.high)]
        elif isinstance(control, Choice):
            events = [Change(control.name, option) for option in control.options]
        elif isinstance(control, Switch):
            events = [Change(control.name, on) for on in (True, False)]
        elif isinstance(control, (Button, Play)):
            events = [Press(control.name)]
        for event in events:
            state = explorer.update(explorer.start(), event)
            assert explorer.render(state).svg().startswith("<svg"), (kind, event)
            drawn += 1
outside = {name.split(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
print(sorted(name for name in outside if not name.startswith(("course_lib", "_", "site"))))
print(len(kinds), drawn, seconds)
"""


def test_every_explorer_draws_with_the_standard_library_alone():
    run = subprocess.run(
        [sys.executable, "-S", "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr[-2000:]
    outside, counts = run.stdout.splitlines()
    assert outside == "[]"
    kinds, drawn, seconds = counts.split()
    assert int(kinds) >= 8
    assert int(drawn) > 100
    assert float(seconds) < 3, "all together load in half a second where nothing else runs"
