/** The style of the statistics. */
export const STATISTICS_STYLE = `.summary { grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); }
.legend li { display: flex; align-items: baseline; }
.legend .swatch { flex: none; }
.bars { display: grid; gap: .35rem; }
.bar { display: grid; grid-template-columns: 14rem 1fr 4.5rem; align-items: center; gap: .75rem; font-size: .875rem; }
.bar > * { min-width: 0; overflow-wrap: anywhere; }
.bar svg { display: block; width: 100%; height: 1.1rem; overflow: visible; }
.bar rect { height: 100%; }
:is(.columns, .line) { display: block; width: 100%; overflow: visible; font-size: .8125rem; }
:is(.columns, .line) line { stroke: var(--line); }
:is(.columns, .line) text[x] { text-anchor: middle; }
:is(.columns, .line) text { fill: var(--soft); font-variant-numeric: tabular-nums; }
.line path { fill: none; stroke: var(--accent); stroke-width: 2.5; }
.line circle { fill: var(--accent); }
.months { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 0 1rem; }
main .chart h2 { margin: 0; font-size: 1rem; }
.chart details { margin-top: .5rem; }
.bar .number { text-align: right; font-variant-numeric: tabular-nums; }
@media screen and (min-width: 40.0625rem) {
  .counts { overflow-x: auto; container-type: inline-size; }
  .counts caption { max-width: 100cqi; }
  .counts thead th, .counts td { overflow-wrap: normal; }
  .counts tbody th { min-width: 8rem; }
}
@media (min-width: 40.0625rem) { .counts :is(td, thead th:not(:first-child)) { text-align: right; } }
@media (min-width: 64rem) {
  .data thead th { overflow-wrap: normal; }
  .counts tbody th { min-width: 10.5rem; overflow-wrap: break-word; }
  .counts tbody span { white-space: nowrap; }
}
@media (max-width: 40rem) {
  .wide:is(text) { display: none; }
  .data caption { padding: .5rem .75rem; }
  .data td:has(> .zero), #costs .data td:empty { display: none; }
  .bar { grid-template-columns: 1fr auto; gap: 0 .75rem; }
  .bar svg { grid-column: 1 / -1; grid-row: 2; }
  .data tfoot { display: block; }
  .data tfoot tr { border-top: 2px solid var(--ink); }
  .data tfoot th { position: static; }
}
@media print {
  .bar svg, .columns, .swatch { print-color-adjust: exact; }
  .chart summary { display: none; }
  .chart details::details-content { content-visibility: visible; block-size: auto; }
  .buttons, .button, .filter { display: none; }
  .bar { break-inside: avoid; }
}
`;
