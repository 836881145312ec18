"""The drill-down says what the reference says, of every stream and however it arrives."""

from __future__ import annotations

from support.arrivals import arrival
from support.drilled import drilldown_differences
from support.hold import hold_drawing
from support.judge import reference_of, shop_for
from support.shop import shop_of
from support.streams import Dice, Stream, rich_stream, streams


def test_the_drilldown_is_the_references() -> None:
    def law(stream: Stream, dice: Dice) -> None:
        with shop_of((), stream.site) as shop:
            for part in arrival(dice, stream).imports:
                shop.append(part)
            assert drilldown_differences(shop, reference_of(stream)) == []

    hold_drawing(law, streams())


def test_the_drilldown_of_everything_is_the_references() -> None:
    made = rich_stream(21)
    with shop_for(made) as shop:
        reference = reference_of(made)
        assert drilldown_differences(shop, reference) == []
        modules = [module for each in reference.drilldown().values() for module in each]
    numbers = {
        (kind, name) for m in modules for kind, told in m["numbers"].items() for name in told
    }
    nothing = {
        (kind, name)
        for kind, name in numbers
        if not any(m["numbers"][kind].get(name) for m in modules)
    }
    assert nothing <= {("personal_data", "")}
