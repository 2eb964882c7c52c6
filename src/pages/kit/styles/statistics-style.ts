/** The style of the statistics. */
export const STATISTICS_STYLE = `.summary { grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); }
.legend li { display: flex; align-items: baseline; }
.legend .swatch { flex: none; }
.bars { display: grid; gap: .35rem; }
.bar { display: grid; grid-template-columns: 14rem 1fr 4.5rem; align-items: center; gap: .75rem; font-size: .875rem; }
.bar > * { min-width: 0; overflow-wrap: anywhere; }
.bar svg { display: block; width: 100%; height: 1.1rem; }
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
  .data caption { padding: .5rem .75rem; }
  .data td:has(> .zero), #costs .data td:empty { display: none; }
  .bar { grid-template-columns: 1fr auto; gap: 0 .75rem; }
  .bar svg { grid-column: 1 / -1; grid-row: 2; }
  .data tfoot { display: block; }
  .data tfoot tr { border-top: 2px solid var(--ink); }
  .data tfoot th { position: static; }
}
@media print {
  .bar svg, .swatch { print-color-adjust: exact; }
  .buttons, .button, .filter { display: none; }
  .bar { break-inside: avoid; }
}
`;
