"""Dear figures are kept in proportion to what they cost; cheap ones are never old."""

from __future__ import annotations

from itertools import count

from marketplace.kernel.keeping import Kept


class Watch:
    """A wall clock and a CPU clock that move when they are told to."""

    def __init__(self) -> None:
        self.wall = self.cpu = 100.0
        self.numbers = count(1)

    def figure(self, costs: float) -> int:
        self.wall += costs
        self.cpu += costs
        return next(self.numbers)


def test_a_cheap_figure_is_counted_every_time():
    watch = Watch()
    kept = Kept[int](lambda: watch.wall, lambda: watch.cpu)
    assert [kept.get("a", lambda: watch.figure(0.001)) for _ in range(3)] == [1, 2, 3]


def test_a_dear_figure_is_kept_a_hundred_times_as_long_as_it_took():
    watch = Watch()
    kept = Kept[int](lambda: watch.wall, lambda: watch.cpu)
    assert kept.get("a", lambda: watch.figure(0.25)) == 1
    watch.wall += 24.9
    assert kept.get("a", lambda: watch.figure(0.25)) == 1
    assert kept.get("b", lambda: watch.figure(0.25)) == 2
    watch.wall += 0.2
    assert kept.get("a", lambda: watch.figure(0.25)) == 3


def test_waiting_for_a_busy_machine_is_no_cost():
    watch = Watch()
    kept = Kept[int](lambda: watch.wall, lambda: watch.cpu)

    def slow_but_cheap() -> int:
        watch.wall += 10
        return next(watch.numbers)

    assert [kept.get("a", slow_but_cheap) for _ in range(2)] == [1, 2]
