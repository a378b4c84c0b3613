"""What LaTeX's commands stand for, as characters."""

from collections.abc import Mapping

_GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ϵ",
    "varepsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "vartheta": "ϑ",
    "iota": "ι",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "pi": "π",
    "varpi": "ϖ",
    "rho": "ρ",
    "varrho": "ϱ",
    "sigma": "σ",
    "varsigma": "ς",
    "tau": "τ",
    "upsilon": "υ",
    "phi": "ϕ",
    "varphi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "Gamma": "Γ",
    "Delta": "Δ",
    "Theta": "Θ",
    "Lambda": "Λ",
    "Xi": "Ξ",
    "Pi": "Π",
    "Sigma": "Σ",
    "Upsilon": "Υ",
    "Phi": "Φ",
    "Psi": "Ψ",
    "Omega": "Ω",
}
_BETWEEN = {
    "le": "≤",
    "leq": "≤",
    "leqslant": "≤",
    "ge": "≥",
    "geq": "≥",
    "geqslant": "≥",
    "lt": "<",
    "gt": ">",
    "ll": "≪",
    "gg": "≫",
    "ne": "≠",
    "neq": "≠",
    "equiv": "≡",
    "approx": "≈",
    "sim": "∼",
    "simeq": "≃",
    "cong": "≅",
    "propto": "∝",
    "mid": "|",
    "nmid": "∤",
    "parallel": "∥",
    "perp": "⊥",
    "in": "∈",
    "notin": "∉",
    "ni": "∋",
    "subset": "⊂",
    "subseteq": "⊆",
    "supset": "⊃",
    "supseteq": "⊇",
    "cup": "∪",
    "cap": "∩",
    "setminus": "∖",
    "land": "∧",
    "wedge": "∧",
    "lor": "∨",
    "vee": "∨",
    "to": "→",
    "rightarrow": "→",
    "leftarrow": "←",
    "gets": "←",
    "leftrightarrow": "↔",
    "longrightarrow": "⟶",
    "longleftarrow": "⟵",
    "Rightarrow": "⇒",
    "implies": "⟹",
    "Leftarrow": "⇐",
    "Leftrightarrow": "⇔",
    "iff": "⟺",
    "mapsto": "↦",
    "rightleftharpoons": "⇌",
    "uparrow": "↑",
    "downarrow": "↓",
    "times": "×",
    "div": "÷",
    "cdot": "·",
    "ast": "∗",
    "star": "⋆",
    "circ": "∘",
    "bullet": "•",
    "pm": "±",
    "mp": "∓",
    "oplus": "⊕",
    "otimes": "⊗",
    "odot": "⊙",
    "models": "⊨",
    "vdash": "⊢",
    "coloneqq": "≔",
    "lesssim": "≲",
    "gtrsim": "≳",
    "doteq": "≐",
    "prec": "≺",
    "succ": "≻",
}
_PLAIN = {
    "infty": "∞",
    "partial": "∂",
    "nabla": "∇",
    "forall": "∀",
    "exists": "∃",
    "nexists": "∄",
    "neg": "¬",
    "lnot": "¬",
    "emptyset": "∅",
    "varnothing": "∅",
    "therefore": "∴",
    "because": "∵",
    "angle": "∠",
    "triangle": "△",
    "degree": "°",
    "prime": "′",
    "hbar": "ℏ",
    "ell": "ℓ",
    "Re": "ℜ",
    "Im": "ℑ",
    "aleph": "ℵ",
    "top": "⊤",
    "bot": "⊥",
    "dagger": "†",
    "ddagger": "‡",
    "checkmark": "✓",
    "square": "□",
    "blacksquare": "■",
    "ldots": "…",
    "dots": "…",
    "dotsc": "…",
    "dotsb": "⋯",
    "cdots": "⋯",
    "vdots": "⋮",
    "ddots": "⋱",
    "langle": "⟨",
    "rangle": "⟩",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
    "lbrace": "{",
    "rbrace": "}",
    "lvert": "|",
    "rvert": "|",
    "vert": "|",
    "lVert": "‖",
    "rVert": "‖",
    "Vert": "‖",
    "backslash": "\\",
    "colon": ":",
    "pounds": "£",
    "euro": "€",
    "yen": "¥",
    "S": "§",
}
_SPACES = {"quad": "  ", "qquad": "    ", "thinspace": " ", "enspace": " ", "space": " "}
# What only says how large something is drawn.
_NOTHING = (
    "displaystyle textstyle scriptstyle limits nolimits big Big bigg Bigg bigl bigr Bigl Bigr "
    "biggl biggr Biggl Biggr left right middle hline negthinspace"
)

SYMBOLS: Mapping[str, str] = {
    **_GREEK,
    **_PLAIN,
    **_SPACES,
    **{name: f" {sign} " for name, sign in _BETWEEN.items()},
    **dict.fromkeys(_NOTHING.split(), ""),
}
"""Commands without arguments; signs that stand between two things have blanks about them."""

ESCAPED: Mapping[str, str] = {
    **{sign: sign for sign in "{}%$&#_"},
    **dict.fromkeys(",:;> ", " "),
    "!": "",
    "|": "‖",
}
"""A backslash before one of these signs."""

_FUNCTIONS = (
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp lim limsup liminf "
    "max min sup inf arg det dim ker deg gcd Pr hom bmod mod"
)
FUNCTIONS = frozenset(_FUNCTIONS.split())
"""Commands that stand for their own name."""

LARGE: Mapping[str, str] = {
    "sum": "∑",
    "prod": "∏",
    "coprod": "∐",
    "int": "∫",
    "iint": "∬",
    "iiint": "∭",
    "oint": "∮",
    "bigcup": "⋃",
    "bigcap": "⋂",
    "bigoplus": "⨁",
    "bigotimes": "⨂",
    "bigvee": "⋁",
    "bigwedge": "⋀",
}
"""Commands that take limits."""

ACCENTS: Mapping[str, str] = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "bar": "\u0304",
    "overline": "\u0305",
    "underline": "\u0332",
    "vec": "\u20d7",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "acute": "\u0301",
    "grave": "\u0300",
    "check": "\u030c",
    "breve": "\u0306",
    "mathring": "\u030a",
}
"""Commands that put a mark on a letter, as the character that does."""

LINES = frozenset({"overline", "underline"})
"""Accents that may run over several letters."""

_FONTS = (
    "mathrm mathbf mathit mathsf mathtt mathcal mathscr mathfrak mathnormal boldsymbol bm "
    "underbrace overbrace"
)
FONTS = frozenset(_FONTS.split())
"""Commands that change how a formula is drawn, not what it says."""

_TEXTS = "text textrm textbf textit textsf texttt textnormal mbox operatorname emph"
TEXTS = frozenset(_TEXTS.split())
"""Commands around words."""

AROUND: Mapping[str, str] = {"boxed": "[{}]", "tag": "  ({})", "pmod": " (mod {})"}
"""Commands that put something around a formula."""

DOUBLE_STRUCK: Mapping[str, str] = {
    "C": "ℂ",
    "H": "ℍ",
    "N": "ℕ",
    "P": "ℙ",
    "Q": "ℚ",
    "R": "ℝ",
    "Z": "ℤ",
}
"""Letters of ``\\mathbb``; others stay as they are."""

NEGATED: Mapping[str, str] = {
    "=": "≠",
    "<": "≮",
    ">": "≯",
    "∈": "∉",
    "⊂": "⊄",
    "⊆": "⊈",
    "≡": "≢",
    "∼": "≁",
    "≈": "≉",
    "∃": "∄",
    "|": "∤",
    "≤": "≰",
    "≥": "≱",
}
"""What ``\\not`` makes of a sign."""

SUPERSCRIPTS: Mapping[str, str] = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW′",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ′",
        strict=True,
    )
)
SUBSCRIPTS: Mapping[str, str] = dict(
    zip(
        "0123456789+-=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)

_EQUATIONS = "align aligned alignat alignedat gather gathered split eqnarray equation multline"
BRACKETS: Mapping[str, tuple[str, str]] = {
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "Bmatrix": ("{", "}"),
    "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"),
    "matrix": ("[", "]"),
    "smallmatrix": ("[", "]"),
    "array": ("[", "]"),
    "cases": ("{", ""),
    "rcases": ("", "}"),
    **{name + star: ("", "") for name in _EQUATIONS.split() for star in ("", "*")},
}
"""Environments, with what stands around each of their rows."""

WITH_ARGUMENT = frozenset({"array", "alignat", "alignat*", "alignedat"})
"""Environments whose first argument says how they are drawn."""
