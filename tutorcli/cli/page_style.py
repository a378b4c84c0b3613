"""The look of an HTML report: light or dark as the reader's machine is, and on paper."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2128; --soft: #59636e; --line: #d5dbe1; --band: #f5f7f9;
  --accent: #0a5ca8; --range: #9cc3e6; --warm: #b35900;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161c; --ink: #e3e8ee; --soft: #9aa5b1; --line: #343c46; --band: #1a2028;
    --accent: #6cb2f5; --range: #2f5d87; --warm: #f0a35e;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 66rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans",
    "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  overflow-wrap: anywhere;
}
h1 { font-size: 1.8rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 .25rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.08rem; margin: 2rem 0 .5rem; }
p { margin: .4rem 0; }
a { color: var(--accent); }
.soft, figcaption, footer { color: var(--soft); font-size: .9rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; padding: 0; list-style: none; }
.scroll { overflow-x: auto; margin: .5rem 0 1rem; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; overflow-wrap: break-word; }
caption { text-align: start; color: var(--soft); padding: 0 0 .35rem; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; max-width: 22rem; }
thead th { word-break: keep-all; overflow-wrap: normal; font-weight: 600; color: var(--soft); border-bottom: 2px solid var(--line); vertical-align: bottom; }
tbody th { font-weight: 500; min-width: 9rem; }
tbody td:last-child:not(.n) { min-width: 13rem; }
thead .n { white-space: normal; }
tbody tr:hover { background: var(--band); }
.n { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
dd tbody th { min-width: 0; }
.tight { width: auto; position: relative; font-size: .87rem; }
.tight th, .tight td { padding: .25rem .4rem; max-width: 14rem; }
.tight thead th { min-width: 3.5rem; max-width: 8rem; word-break: normal; }
.tight tbody th { min-width: 7rem; }
.tight small { display: block; color: var(--soft); }
.first ul { margin: .1rem 0 .75rem; padding-left: 1.25rem; }
.whole th, .whole td { font-weight: 600; }
.weak, .weak th { color: var(--soft); }
figure { margin: 1rem 0 1.25rem; overflow-x: auto; }
svg { display: block; width: 100%; min-width: 34rem; height: auto; font-size: 13px; }
svg text { fill: var(--ink); font-family: inherit; }
svg .dim { fill: var(--soft); }
svg .head { font-weight: 600; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .zero { stroke: var(--soft); stroke-width: 1; }
svg .mark { stroke: var(--warm); stroke-width: 1.5; stroke-dasharray: 4 3; }
svg .range { stroke: var(--range); stroke-width: 7; stroke-linecap: butt; }
svg .point { fill: var(--accent); }
svg .line { stroke: var(--accent); stroke-width: 2; fill: none; }
svg .band { fill: var(--range); fill-opacity: .45; }
svg .hollow { fill: var(--paper); stroke: var(--soft); stroke-width: 1.5; }
svg .heat { fill: var(--accent); }
svg .empty { fill: var(--band); }
details { margin: .5rem 0 1rem; }
summary { cursor: pointer; color: var(--accent); }
dl { display: grid; grid-template-columns: minmax(9rem, 14rem) 1fr; gap: .5rem 1.5rem; margin: 1rem 0; }
dt { font-weight: 600; }
dd { margin: 0; }
dd ul { margin: 0; padding-left: 1.1rem; }
dd .scroll { margin: 0; }
dd caption, .tight caption { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
dd table { position: relative; }
dd table { width: auto; min-width: 16rem; }
.notes { border-left: 3px solid var(--warm); padding: .25rem 1rem; margin: .75rem 0; }
.notes ul { margin: 0; padding-left: 1.1rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); }
@media (max-width: 36rem) { dl { display: block; } dd { margin: 0 0 .75rem; } }
@media print {
  :root {
    color-scheme: light;
    --paper: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --band: #f2f2f2;
    --accent: #0a5ca8; --range: #9cc3e6; --warm: #b35900;
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav { display: none; }
  .scroll, figure { overflow: visible; }
  svg { min-width: 0; }
  h2, h3, caption, thead { break-after: avoid; }
  tr, figure { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""
