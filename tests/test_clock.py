"""The clock of what is received: it goes on, and a leap of the machine's is not believed (E5)."""

from __future__ import annotations

from dataclasses import dataclass

from footfall.clock import BELIEVED_MS, DAY_MS, SteadyClock

HOUR, YEAR = 3_600_000, 365 * DAY_MS
START = 1_790_000_000_000


@dataclass
class Machine:
    """A machine's two clocks: what it says, and what really passes."""

    wall: int = START
    passed: int = 0

    def now_ms(self) -> int:
        return self.wall

    def go(self, ms: int) -> None:
        self.wall += ms
        self.passed += ms


def steady() -> tuple[Machine, SteadyClock]:
    machine = Machine()
    clock = SteadyClock(machine, lambda: machine.passed)
    assert clock.now_ms() == START
    return machine, clock


def test_it_goes_with_the_machine_and_follows_small_corrections() -> None:
    machine, clock = steady()
    machine.go(5_000)
    assert clock.now_ms() == START + 5_000
    machine.wall += 900
    assert clock.now_ms() == START + 5_900
    machine.wall -= 900
    assert clock.now_ms() == START + 5_900, "never back"
    machine.go(2_000)
    assert clock.now_ms() == START + 7_000


def test_an_hour_back_is_waited_for_and_never_seen() -> None:
    machine, clock = steady()
    machine.wall -= HOUR
    told = [clock.now_ms()]
    for _ in range(100):
        machine.go(60_000)
        told.append(clock.now_ms())
    assert told == sorted(told)
    assert told[-1] == machine.wall, "after the hour both are one again"
    assert max(told) - START <= 100 * 60_000


def test_a_year_ahead_for_ten_seconds_is_not_believed() -> None:
    machine, clock = steady()
    machine.wall += YEAR
    for second in range(1, 11):
        machine.go(1_000)
        assert clock.now_ms() == START + second * 1_000
    machine.wall -= YEAR
    machine.go(1_000)
    assert clock.now_ms() == START + 11_000


def test_what_stays_for_a_minute_is_true() -> None:
    machine, clock = steady()
    machine.wall += HOUR
    clock.now_ms()
    machine.go(BELIEVED_MS)
    assert clock.now_ms() == START + HOUR + BELIEVED_MS


def test_a_year_back_is_not_waited_for() -> None:
    machine, clock = steady()
    machine.wall -= YEAR
    clock.now_ms()
    machine.go(BELIEVED_MS)
    assert clock.now_ms() == START - YEAR + BELIEVED_MS
