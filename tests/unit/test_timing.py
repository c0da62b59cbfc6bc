"""The stopwatch gives the shortest run, and its first call does not count."""

import time
from types import SimpleNamespace

import pytest

from course_lib.measured import timing


def test_the_shortest_of_the_counted_runs_is_given():
    clock, cost = [0.0], iter([0.1, 5.0, 3.0, 4.0])

    def call():
        clock[0] += next(cost)

    taken = timing.seconds(call, repeats=3, clock=lambda: clock[0])
    assert taken == pytest.approx(3.0)
    assert next(cost, None) is None, "one run that does not count, and three that do"


def test_the_busy_clock_stands_while_the_process_waits():
    def wait():
        time.sleep(0.02)

    assert timing.seconds(wait, repeats=2) >= 0.02
    assert timing.seconds(wait, repeats=2, clock=timing.busy) < 0.01
    assert timing.seconds(lambda: sum(range(100_000)), clock=timing.busy) > 0


def test_where_the_system_counts_too_coarsely_it_is_the_usual_clock(monkeypatch):
    monkeypatch.setattr(timing, "get_clock_info", lambda name: SimpleNamespace(resolution=1 / 64))
    monkeypatch.setattr(timing, "perf_counter", lambda: 7.0)
    assert timing.busy() == 7.0


def test_no_run_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one run"):
        timing.seconds(lambda: None, repeats=0)
