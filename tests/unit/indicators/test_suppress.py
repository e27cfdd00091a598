"""Small cells are hidden, and so is what would give them away."""

from hypothesis import given
from hypothesis import strategies as st

from services.indicators.suppress import Place, Why, hidden

MINIMUM = 5


def _row(*counts: int) -> dict[Place, int]:
    return {Place(f"commune {number}", ""): count for number, count in enumerate(counts)}


def test_a_small_cell_takes_the_smallest_other_with_it() -> None:
    persons = _row(3, 40, 7, 90)
    assert hidden(persons, [list(persons)], MINIMUM) == {
        Place("commune 0", ""): Why.SMALL,
        Place("commune 2", ""): Why.COMPLEMENT,
    }


def test_zero_is_shown_and_protects_nobody() -> None:
    persons = _row(0, 4, 0, 12)
    assert hidden(persons, [list(persons)], MINIMUM) == {
        Place("commune 1", ""): Why.SMALL,
        Place("commune 3", ""): Why.COMPLEMENT,
    }


def test_two_small_cells_protect_each_other_once_they_are_enough() -> None:
    assert set(hidden(_row(3, 4, 50), [list(_row(3, 4, 50))], MINIMUM).values()) == {Why.SMALL}
    # 1 + 2 is a count of fewer than five persons itself
    assert hidden(_row(1, 2, 50), [list(_row(1, 2, 50))], MINIMUM)[Place("commune 2", "")] is Why.COMPLEMENT


def test_nothing_small_hides_nothing() -> None:
    persons = _row(5, 6, 0)
    assert hidden(persons, [list(persons)], MINIMUM) == {}


@st.composite
def _tables(draw: st.DrawFn) -> dict[Place, int]:
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    return {
        Place(f"r{row}", f"c{column}"): draw(st.integers(0, 12))
        for row in range(rows)
        for column in range(columns)
    }


@given(_tables())
def test_no_hidden_cell_follows_from_one_sum(persons: dict[Place, int]) -> None:
    """In a two-way table with its margins, every sum with a hidden cell hides two, or all that it has."""
    sums = [
        [place for place in persons if place[axis] == name]
        for axis in (0, 1)
        for name in {p[axis] for p in persons}
    ]
    found = hidden(persons, sums, MINIMUM)
    assert {place for place, count in persons.items() if 0 < count < MINIMUM} <= set(found)
    for group in sums:
        inside = [place for place in group if place in found]
        shown = [place for place in group if place not in found and persons[place]]
        assert (
            not inside
            or not shown
            or (len(inside) > 1 and sum(persons[place] for place in inside) >= MINIMUM)
        )
    assert all(persons[place] >= MINIMUM for place, why in found.items() if why is Why.COMPLEMENT)
