r"""Formulae in plain text: nothing lost, nothing that reads as another value."""

import re
from collections import Counter
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timing import within
from tutorcli.tui.render.latex import LONGEST, displayed, readable

NAMES = re.compile(r"\\(?:begin|end)\{\w+\*?\}(?:\{c+\})?|\\[A-Za-z]+")
STANDS_FOR = {r"\sin": "sin", r"\log": "log", r"\lim": "lim", r"\max": "max", r"\binom": "binom"}


def characters(text: str) -> Counter[str]:
    """Letters and digits, small ones as what they stand for."""
    return Counter(sign for sign in normalize("NFKD", text) if sign.isalnum())


def owed(formula: str) -> Counter[str]:
    """The letters and digits that a reader must still see."""
    return characters(NAMES.sub(lambda name: STANDS_FOR.get(name[0], " "), formula))


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (r"\frac{a+b}{c}", "(a+b)/c"),
        (r"\frac{a}{b+c}", "a/(b+c)"),
        (r"\frac{1}{2\pi}", "1/(2π)"),
        (r"\frac{1}{2}x", "(1/2)x"),
        (r"a/\frac{b}{c}", "a/(b/c)"),
        (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
        (r"\frac{n(n-1)}{2}", "n(n-1)/2"),
        (r"\frac12", "1/2"),
        (r"\frac{a}{b}^2", "(a/b)²"),
        (r"\left(\frac{a}{b}\right)^2", "(a/b)²"),
        (r"\frac{dy}{dx} = \frac{\partial f}{\partial x}", "dy/dx = ∂f/∂x"),
        (r"\frac{\text{mg}}{\text{kg}}", "mg/kg"),
        (r"\frac{\text{weight (kg)}}{x}", "(weight (kg))/x"),
        (r"\frac{D}{V_d}", "D/V_(d)"),
        (r"\sin\frac{x}{2}", "sin(x/2)"),
        (r"\frac{\sin x}{x}", "(sin x)/x"),
        (r"x_i^2", "xᵢ²"),
        (r"x^{n+1}_{k}", "xⁿ⁺¹ₖ"),
        (r"x^{a/b}", "x^(a/b)"),
        (r"x^{q}b", "x^(q)b"),
        (r"S_{Cr}", "S_(Cr)"),
        (r"{a+b}^2", "(a+b)²"),
        (r"{ab}^2", "(ab)²"),
        (r"x^{y^2}", "x^(y²)"),
        (r"37^\circ C", "37°C"),
        (r"f'(x)", "f′(x)"),
        (r"{}^{14}C", "¹⁴C"),
        (r"3\,{}^{4}\mathrm{He}", "3 ⁴He"),
        (r"2{}_1^2H + {}^{3}H", "2 ₁²H + ³H"),
        (r"({}^{14}C)", "(¹⁴C)"),
        (r"x^{a}{}^{b}", "xᵃ ᵇ"),
        (r"2\frac{1}{2}", "2 1/2"),
        (r"x = -2 \frac12", "x = -2 1/2"),
        (r"2\frac{1}{2}x", "(2 1/2)x"),
        (r"1.5\frac{1}{2}", "1.5(1/2)"),
        (r"2\frac{a}{2}", "2(a/2)"),
        (r"\sqrt{2}", "√2"),
        (r"\sqrt{a+b}", "√(a+b)"),
        (r"\sqrt{2}\pi", "√(2)π"),
        (r"\sqrt{x}^2", "(√x)²"),
        (r"\sqrt[3]{x+1}", "√[3](x+1)"),
        (r"\sum_{i=1}^{n} x_i", "∑ᵢ₌₁ⁿ xᵢ"),
        (r"\int_0^\infty f(x)\,dx", "∫₀^∞ f(x) dx"),
        (r"\int_{-\infty}^{\infty}", "∫_(-∞)^∞"),
        (r"\alpha \le \beta \times 10^{-3}", "α ≤ β × 10⁻³"),
        (r"x \not\in A", "x ∉ A"),
        (r"\bar{x} + \hat{\beta}", "x̄ + β̂"),
        (r"\overline{AB}", "A̅B̅"),
        (r"\mathbb{R}^n", "ℝⁿ"),
        (r"1{,}000", "1,000"),
        (r"2\sin x", "2 sin x"),
        (r"\log_2 n", "log₂ n"),
        (r"\boxed{42}", "[42]"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "(1 2; 3 4)"),
        (r"\begin{bmatrix} a+b & c \\ d & e - f \end{bmatrix}", "[a+b, c; d, e - f]"),
        (r"\begin{cases} x, & x>0 \\ 0 & \text{else} \end{cases}", "{x, x>0; 0, else}"),
    ],
)
def test_a_formula_reads_as_what_it_says(formula: str, shown: str) -> None:
    assert readable(rf"\({formula}\)") == shown
    assert not owed(formula) - characters(shown)


@pytest.mark.parametrize(
    "formula",
    [
        r"\unknown{x}",
        r"a \\ b",
        r"\frac{a}",
        r"\frac{}{b}",
        r"{a",
        r"a}",
        r"x^",
        r"x^^2",
        r"a & b",
        r"\begin{pmatrix} a \end{bmatrix}",
        r"\begin{tikzpicture} a \end{tikzpicture}",
        r"\text{a \frac{1}{2}}",
        r"\hat{abc}",
        r"\not a",
        r"\ce{H2O}",
        "",
        r"\,",
        "a $ b",
    ],
)
def test_what_is_not_known_stays_as_it_is_written(formula: str) -> None:
    assert readable(rf"\({formula}\)") is None


@pytest.mark.parametrize(
    "words",
    ["$5 or 10$", "$, 6$", "$5-10$", "$and so on$", "$Bond, James$", "$5/$", "$100$"],
)
def test_what_may_be_prices_keeps_its_dollar_signs(words: str) -> None:
    assert readable(words) is None


@pytest.mark.parametrize(
    ("formula", "shown"),
    [("$x$", "x"), ("$p < 0.05$", "p < 0.05"), (r"$5\%$", "5%"), ("$5^2$", "5²"), ("$$5$$", "5")],
)
def test_what_is_surely_a_formula_loses_them(formula: str, shown: str) -> None:
    assert readable(formula) == shown


def test_rows_stand_below_each_other() -> None:
    cases = r"\[f(x) = \begin{cases} x & x>0 \\ -x & \text{otherwise} \end{cases}\]"
    assert displayed(cases, 60) == ["f(x) = { x   x>0", "       { -x  otherwise"]
    assert displayed(cases, 20) == ["f(x) = {x, x>0; -x, otherwise}"]
    assert displayed("\\begin{align*}\na &= 1 \\\\\nb &= 2\n\\end{align*}", 60) == [
        "a = 1",
        "b = 2",
    ]
    assert displayed("$$\na = 1 \\\\ b = 2\n$$.", 60) == ["a = 1", "b = 2."]
    assert displayed(r"\[x\] and \[y\]", 60) is None


PIECES = [r"\frac", "{", "}", "^", "_", r"\sqrt", r"\alpha", r"\text{if }", "x", "12", "+", "(", ")", " ", "诊", r"\le ", "'", r"\sum", r"\hat", r"\left(", r"\right)", "&", r"\\", r"\mathrm", r"\sin", ",", "/"]  # fmt: skip


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_letter_or_digit_of_a_formula_is_lost(formula: str) -> None:
    for shown in (readable(rf"\({formula}\)"), "\n".join(displayed(rf"\[{formula}\]", 80) or ())):
        if shown:
            assert not owed(formula) - characters(shown)


@pytest.mark.parametrize(
    "hostile",
    [
        "{" * 3_900,
        r"\frac" * 700,
        r"\sqrt{" * 600,
        "^" * 3_900,
        "x^{" * 1_200,
        r"\left" * 700,
        r"\text{" * 600,
        r"\begin{cases}" * 300,
        "&" * 3_900,
        "\\\\" * 1_900,
        "'" * 3_900,
        "(" * 3_900,
        r"\frac{a}{b}" * 350,
        "\\" * 100_000,
        "{" * 100_000,
    ],
    ids=range(15),
)
def test_hostile_formulae_cost_no_more_than_others(hostile: str) -> None:
    with within(0.25):
        readable(rf"\({hostile}\)")
        displayed(rf"\[{hostile}\]", 80)


@pytest.mark.parametrize("hostile", ["a" * 3_900, "a," * 1_900, "x=" + "ab," * 1_200], ids=range(3))
def test_telling_a_formula_from_prices_costs_no_more_than_one_pass(hostile: str) -> None:
    readable.cache_clear()
    with within(0.05):
        readable(f"${hostile}$")


def test_a_formula_longer_than_people_write_stays_as_it_is() -> None:
    assert readable(rf"\({'x' * LONGEST}\)") is None
