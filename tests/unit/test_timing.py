"""The stopwatch gives the shortest run, and its first call does not count."""

import pytest

from course_lib.measured import timing


def test_the_shortest_of_the_counted_runs_is_given(monkeypatch):
    clock, cost = [0.0], iter([0.1, 5.0, 3.0, 4.0])
    monkeypatch.setattr(timing, "perf_counter", lambda: clock[0])

    def call():
        clock[0] += next(cost)

    assert timing.seconds(call, repeats=3) == pytest.approx(3.0)
    assert next(cost, None) is None, "one run that does not count, and three that do"


def test_no_run_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one run"):
        timing.seconds(lambda: None, repeats=0)
