from hypothesis import given
from hypothesis import strategies as st

from tutorcli.tui.render.markdown import render
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.tables import column_widths

PALETTE = Palette.plain()


def drawn(text: str, width: int) -> list[str]:
    return [strip.text.rstrip() for strip in render(text, width, PALETTE)]


DRUGS = (
    "| 药物 | dose | notes |\n|:--|--:|:-:|\n| 阿司匹林 | 100 mg | ok |\n| b | 5 g | take it |\n"
)


def test_a_table_that_fits_has_its_columns_aligned() -> None:
    assert drawn(DRUGS, 40) == [
        "药物     │   dose │  notes",
        "─────────┼────────┼────────",
        "阿司匹林 │ 100 mg │   ok",
        "b        │    5 g │ take it",
    ]


def test_columns_shrink_and_cells_wrap_with_rules_between_rows() -> None:
    source = "|item|what it is for|\n|-|-|\n|药物药物|against pain and fever in adults|\n|b|c|\n"
    assert drawn(source, 22) == [
        "item    │what it is",
        "        │for",
        "────────┼─────────────",
        "药物药物│against pain",
        "        │and fever in",
        "        │adults",
        "────────┼─────────────",
        "b       │c",
    ]


def test_a_table_too_wide_for_columns_is_a_list_of_rows() -> None:
    assert drawn(DRUGS, 12) == [
        "药物: 阿司匹",
        "林",
        "dose: 100 mg",
        "notes: ok",
        "────────────",
        "药物: b",
        "dose: 5 g",
        "notes: take",
        "it",
    ]


AMOUNTS = (
    "|qual|valor|\n|-|-|\n|aluguel mensal do imóvel em causa|multa de R$ 3.000,00 ao mês|\n"
    "|loyer|au plus 13 000,50 € par an|\n|dose|bis zu 250 mg/kg am Tag|\n"
)


def test_an_amount_stays_together_where_its_cell_has_room() -> None:
    shown = "\n".join(drawn(AMOUNTS, 30))
    assert all(amount in shown for amount in ("R$ 3.000,00", "13 000,50 €", "250 mg/kg"))
    assert "\u00a0" not in shown
    assert "par an" in shown
    rows = AMOUNTS.replace("|qual|valor|\n|-|-|", "|a|b|c|\n|-|-|-|")
    listed = "\n".join(drawn(rows, 14))
    assert "R$ 3.000,00" in listed
    assert "13 000,50 €" in listed


def test_a_column_is_as_wide_as_its_amounts_where_the_table_allows_it() -> None:
    source = f"|valor|texto|\n|-|-|\n|R$ 3.000,00|{'uma palavra ' * 9}|\n"
    assert any(row.startswith("R$ 3.000,00│") for row in drawn(source, 32))


def test_an_amount_wider_than_its_cell_is_split_at_its_blanks() -> None:
    source = "|x|y|\n|-|-|\n|1 000 000 000 EUR|ab cd ef gh|\n"
    assert [row.split("│")[0].strip() for row in drawn(source, 15)[2:]] == [
        "1 000",
        "000 000",
        "EUR",
    ]


def test_cells_beyond_the_header_are_shown() -> None:
    assert drawn("|a|b|\n|-|-|\n|1|2|3|4|\n|5|\n", 30) == [
        "a │ b │   │",
        "──┼───┼───┼──",
        "1 │ 2 │ 3 │ 4",
        "5 │   │   │",
    ]


def test_markup_in_cells_is_styled_and_pipes_escaped() -> None:
    assert drawn("|a|b|\n|-|-|\n|**x**|`p\\|q`|\n", 30)[2] == "x │ p|q"


def test_a_header_without_rows_is_drawn() -> None:
    assert drawn("|a|b|\n|-|-|\n", 30) == ["a │ b", "──┼──"]
    assert drawn("|aaaaaaaa|bbbbbbbb|\n|-|-|\n", 9) == ["aaaaaaaa", "bbbbbbbb"]


def test_a_table_in_a_list_hangs() -> None:
    assert drawn("- x\n\n  |a|b|\n  |-|-|\n  |1|2|\n", 30)[2:] == ["  a │ b", "  ──┼──", "  1 │ 2"]


@given(
    st.lists(st.tuples(st.integers(1, 200), st.integers(1, 14)), min_size=1, max_size=9),
    st.integers(1, 150),
)
def test_widths_fit_and_leave_no_room_unused(
    columns: list[tuple[int, int]], available: int
) -> None:
    natural = [width for width, _ in columns]
    widths = column_widths(natural, [word for _, word in columns], available)
    if widths is None:
        assert sum(min(width, 6) for width in natural) > available
        return
    assert sum(widths) <= available
    assert all(
        min(6, whole) <= width <= whole for width, whole in zip(widths, natural, strict=True)
    )
    assert sum(natural) <= available or sum(widths) > available - len(widths)
