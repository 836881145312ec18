"""From cells to variants that can be compared: a mean, a ratio or a rate, adjusted and capped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from operator import add

from footfall.experiment.cells import Cell, Cells
from footfall.experiment.design import Design, Goal
from footfall.experiment.measured import Measured, Sum
from footfall.experiment.unit_parts import Column, Wanted
from footfall.experiment.unit_table import UNSEEN, cut_name
from footfall.statistics.arm import Arm, converting
from footfall.statistics.cuped import Adjusted, cuped, cuped_ratio
from footfall.statistics.moments import Moments, nobody, total
from footfall.statistics.ratio import ratio_arm


@dataclass(frozen=True, slots=True)
class Places:
    """Where a KPI's sums stand in the unit table, and the same sums from before the exposure."""

    above: str
    below: str | None
    before: tuple[str, str] | None = None
    covariates: tuple[str, ...] = ()
    cut: str | None = None
    is_money: bool = False

    def bare(self) -> Places:
        """The same with nothing but what is above, capped where it has a cap, and below."""
        return Places(self.cut or self.above, self.below, is_money=self.is_money)

    def names(self, *, capped: bool) -> list[str]:
        """The columns whose moments it needs."""
        above = self.cut if capped and self.cut else self.above
        found = [above, *([self.below] if self.below else []), *self.covariates]
        return list(dict.fromkeys([*found, *(self.before or ())]))


class Layout:
    """Which columns the unit table of some KPIs has, each sum once."""

    def __init__(self) -> None:
        self._after: dict[Sum, str] = {}
        self._before: dict[Sum, str] = {}
        self._caps: dict[Sum, float] = {}
        self._pairs: dict[tuple[str, str], None] = {}

    def place(self, kpi: Measured, goal: Goal | None, covariates: Sequence[Measured]) -> Places:
        """Takes a KPI in, in its role; covariates only where they are given."""
        above = self._column(kpi.above)
        below = self._column(kpi.below) if kpi.below else None
        cut = None
        if goal and goal.cap is not None:
            self._caps[kpi.above] = goal.cap
            cut = cut_name(above)
        before, names = self._covariates(kpi, covariates)
        found = Places(above, below, before, names, cut, kpi.above.is_money)
        for capped in (False, True):
            for pair in combinations(found.names(capped=capped), 2):
                self._pairs[pair] = None
        return found

    def _covariates(
        self, kpi: Measured, covariates: Sequence[Measured]
    ) -> tuple[tuple[str, str] | None, tuple[str, ...]]:
        """A ratio takes itself, a mean takes sums, and whether there is anything to take."""
        own = next((each for each in covariates if each.kpi.id == kpi.kpi.id), None)
        if kpi.below is not None and not kpi.is_per_visitor:
            if own is None or own.below is None:
                return None, ()
            return (self._column_before(own.above), self._column_before(own.below)), ()
        names = [self._column_before(each.above) for each in covariates]
        return None, (*dict.fromkeys(names), UNSEEN) if names else ()

    def wanted(self, segments: tuple[str, ...] = (), primary: Places | None = None) -> Wanted:
        """What the unit table has to tell; of segments only the primary, capped if it is."""
        columns = [
            Column(name, each, cap=self._caps.get(each)) for each, name in self._after.items()
        ]
        columns += [Column(name, each, is_before=True) for each, name in self._before.items()]
        needed = primary.bare().names(capped=False) if primary else ()
        return Wanted(
            tuple(columns), tuple(self._pairs), segments, bool(self._before), frozenset(needed)
        )

    def _column(self, wanted: Sum) -> str:
        return self._after.setdefault(wanted, f"a{len(self._after)}")

    def _column_before(self, wanted: Sum) -> str:
        return self._before.setdefault(wanted, f"b{len(self._before)}")


@dataclass(frozen=True, slots=True)
class Variants:
    """A KPI's variants, the control first: as observed, and as they are compared.

    `adjusted` is None where nothing is taken out; `converters` are the units that are not 0,
    `counts` all of them, also where there is nothing to divide by and so no value.
    """

    observed: tuple[Arm, ...]
    compared: tuple[Arm, ...]
    converters: tuple[int, ...]
    counts: tuple[int, ...]
    adjusted: Adjusted | None = None
    is_ratio: bool = False


def whole(cells: Sequence[Cell], names: Sequence[str]) -> Moments:
    """The moments of several cells together."""
    return total([cell.moments(names) for cell in cells]) if cells else nobody(names)


@dataclass(frozen=True, slots=True)
class Held:
    """A KPI's moments in each variant, the control first: as observed, and with its cap."""

    raw: tuple[Moments, ...]
    cut: tuple[Moments, ...] | None = None

    @classmethod
    def of(cls, places: Places, cells: Sequence[Sequence[Cell]]) -> Held:
        """Those of each variant's cells."""
        raw = tuple(whole(each, places.names(capped=False)) for each in cells)
        if not places.cut:
            return cls(raw)
        return cls(raw, tuple(whole(each, places.names(capped=True)) for each in cells))

    def __add__(self, other: Held) -> Held:
        """Both together, variant by variant."""
        cut = None
        if self.cut is not None and other.cut is not None:
            cut = tuple(map(add, self.cut, other.cut))
        return Held(tuple(map(add, self.raw, other.raw)), cut)


def variants(places: Places, held: Held, *, is_binary: bool, plain: bool = False) -> Variants:
    """A KPI in each variant; `plain`: neither capped nor adjusted."""
    is_ratio = _is_ratio(places, held.raw)
    observed = tuple(_arm(places, each, is_ratio, is_binary, cut=None) for each in held.raw)
    converters = tuple(int(each.nonzero[each.at(places.above)]) for each in held.raw)
    counts = tuple(each.n for each in held.raw)
    moments = held.cut or held.raw
    if plain or not (places.cut or places.covariates or places.before):
        return Variants(observed, observed, converters, counts, None, is_ratio)
    compared = tuple(_arm(places, each, is_ratio, is_binary, cut=places.cut) for each in moments)
    adjusted = _adjusted(places, moments, is_ratio) if min(each.n for each in moments) > 1 else None
    if adjusted is not None:
        pairs = zip(adjusted.arms, compared, strict=True)
        compared = tuple(replace(arm, third=old.third) for arm, old in pairs)
    return Variants(observed, compared, converters, counts, adjusted, is_ratio)


def _is_ratio(places: Places, moments: Sequence[Moments]) -> bool:
    """Whether something varies below: else each person counts once, and it is a mean."""
    if places.below is None:
        return False
    at = [each.at(places.below) for each in moments]
    return any(
        each.n and (each.means[place] != 1 or each.scatter[place, place] != 0)
        for each, place in zip(moments, at, strict=True)
    )


def _arm(
    places: Places,
    moments: Moments,
    is_ratio: bool,  # noqa: FBT001 - facts of the KPI
    is_binary: bool,  # noqa: FBT001
    *,
    cut: str | None,
) -> Arm:
    above = cut or places.above
    if is_ratio:
        found = ratio_arm(moments, above, places.below or "")
        return found or Arm(0, 0.0, 0.0)
    if is_binary and not places.is_money and cut is None:
        return converting(moments.n, int(moments.nonzero[moments.at(above)]))
    return moments.arm(above)


def _adjusted(places: Places, moments: Sequence[Moments], is_ratio: bool) -> Adjusted | None:  # noqa: FBT001
    above = places.cut or places.above
    if is_ratio:
        if places.before is None or places.below is None:
            return None
        found = cuped_ratio(moments, (above, places.below), places.before)
    elif places.covariates:
        found = cuped(moments, above, places.covariates)
    else:
        return None
    return found if found and any(found.theta) else None


def cells_of(design: Design, cells: Cells) -> list[list[Cell]]:
    """Each variant's cells, the control first."""
    return [cells.days(each.name) for each in design.variants if each.weight > 0]
