import { DETAILS_STYLE } from './details-style.ts';
import { FIND_STYLE } from './find-style.ts';
import { STATISTICS_STYLE } from './statistics-style.ts';
import { TEXT_STYLE } from './text-style.ts';

/**
 * The style sheet of the pages, by the scale of docs/design.md. Text has a contrast of at least 7:1, graphics 3:1 (WCAG
 * 2.2, 1.4.6 and 1.4.11).
 */
export const STYLE = `
:root {
  color-scheme: light;
  --ink: #1b2430; --soft: #4a5563; --line: #c9d1da; --page: #f5f7f9; --card: #fff; --accent: #0b4f8a;
  --warn: #7a2e00; --warn-page: #fff3e6; --good: #14502b; --good-line: #1d6b3a; --good-page: #e8f5ec;
  --on-accent: #fff; --pressed: #083a66; --hover: #e3eef8; --field: #fff; --field-line: #6b7785; --faint: #5b6673;
  --failed: #a4161a;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --ink: #e8edf3; --soft: #b6c1cd; --line: #3d4855; --page: #12171d; --card: #1b222b; --accent: #8fc4f5;
    --warn: #ffc591; --warn-page: #3a2512; --good: #a9e3bd; --good-line: #4fae72; --good-page: #14301e;
    --on-accent: #0b1c2c; --pressed: #b9dcfb; --hover: #1f3145; --field: #12171d; --field-line: #8b98a6;
    --faint: #aab4bf;
    --failed: #ff9c96;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.25; overflow-wrap: anywhere; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
[tabindex="-1"]:focus { outline: none; box-shadow: none; }
main > p:first-child { margin-top: 0; }
h2 { font-size: 1.25rem; line-height: 1.3; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid #ffb400; outline-offset: 2px; box-shadow: 0 0 0 2px var(--ink); }
.skip { position: absolute; left: -100rem; padding: .5rem 1rem; background: var(--card); }
.skip:focus { left: .5rem; top: .5rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
.top, .notice { padding-inline: max(1rem, calc(50% - 35rem)); }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem; padding-top: .5rem; }
.brand { display: flex; align-items: center; gap: .5rem; margin: 0; font-weight: 700; }
.brand svg { flex: none; width: 1.5rem; height: 1.5rem; fill: var(--accent); stroke: var(--card); }
.top .wide { display: flex; flex: 1 0 100%; flex-wrap: wrap; gap: 0 1.25rem; border-top: 1px solid var(--line); }
.menu { display: none; }
.menu[open] { flex-basis: 100%; }
.menu summary {
  min-height: 2.75rem; padding: .5rem 1rem; border: 1px solid var(--field-line); border-radius: .25rem;
  color: var(--accent); font-weight: 600; cursor: pointer;
}
.menu nav { display: grid; padding: .5rem 0; }
.top .menu nav a { padding: .65rem 1rem; border-bottom: 0; border-left: 3px solid transparent; }
.top .menu nav a[aria-current] { border-color: var(--accent); }
.top nav a { padding: .6rem 0 .45rem; color: var(--ink); text-decoration: none; border-bottom: 3px solid transparent; }
.top nav a:hover { border-color: var(--line); }
.top nav a[aria-current] { border-color: var(--accent); font-weight: 600; }
.count {
  display: inline-block; white-space: nowrap; margin-left: .5rem; padding: .1rem .5rem; border-radius: 1rem;
  background: var(--warn); color: var(--card); font-size: .875rem; font-weight: 600; line-height: 1.3;
}
.who {
  display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; margin-left: auto; min-width: 0;
  overflow-wrap: anywhere;
}
.who a { padding: .5rem 0; }
.who button { border-color: transparent; padding-inline: .25rem; }
.notice { margin: 0; padding-block: .5rem; background: var(--warn-page); color: var(--warn); }
.notice.quiet { padding-block: .25rem; background: none; color: var(--soft); font-size: .875rem; }
.notice.quiet strong { color: var(--warn); }
.notice a { color: inherit; }
.at { display: flex; flex: 1 1 20rem; gap: .5rem; margin: 0; min-width: 0; max-width: 100%; font-weight: 600; }
.at select { flex: 0 1 24rem; min-width: 0; max-width: 24rem; text-overflow: ellipsis; }
@media (min-width: 60rem) { .at select { flex-basis: 32rem; max-width: 32rem; } }
@media (max-width: 48rem) {
  .menu { display: block; }
  .top { padding-bottom: .5rem; }
  .top .wide { display: none; }
}
@media (max-width: 40rem) {
  h1 { font-size: 1.5rem; }
  .top { gap: .25rem .75rem; }
  .top .brand span { position: absolute; clip-path: inset(50%); }
  .at { flex: 1 1 12rem; }
  .at select { flex: 1 1 6rem; width: 6rem; max-width: none; padding-inline: .35rem; font-weight: 400; }
  .at > span { display: -webkit-box; flex: 1; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
  .at button, .menu summary { padding-inline: .6rem; }
  .menu .count { margin-left: .25rem; }
  .who { flex: 1 1 12rem; flex-wrap: nowrap; gap: .5rem; margin: 0; }
  .who a:first-child { position: relative; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .who a + a, .who button { white-space: nowrap; }
}
button, .button {
  min-height: 2.75rem; padding: .5rem 1rem; border: 2px solid var(--accent); border-radius: .25rem;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer;
}
.button { display: inline-block; text-decoration: none; }
button:hover, .button:hover { background: var(--pressed); }
button.plain, .button.plain { background: var(--card); color: var(--accent); }
button.plain:hover, .button.plain:hover { background: var(--hover); }
::file-selector-button {
  margin-right: .75rem; padding: 0 .75rem; border: 2px solid var(--accent); border-radius: .25rem;
  background: var(--card); color: var(--accent); font: inherit; font-weight: 600; cursor: pointer;
}
.field { margin: 0; min-width: 0; max-width: 100%; display: flex; flex-direction: column; gap: .25rem; }
label { font-weight: 600; }
.check { display: flex; gap: .5rem; align-items: start; margin: 0; }
.check input { flex: none; width: 1.5rem; min-height: 1.5rem; margin: 0; }
.check label { font-weight: 400; }
td .check { align-items: center; }
input, select, textarea {
  min-height: 2.75rem; padding: .5rem; border: 1px solid var(--field-line); border-radius: .25rem;
  background: var(--field);
  color: var(--ink); font: inherit; max-width: 100%;
}
textarea { width: 100%; }
input[type="time"] { width: 8.5rem; }
input[aria-invalid], select[aria-invalid], textarea[aria-invalid] { border: 2px solid var(--warn); }
.wrong { color: var(--warn); font-size: .875rem; white-space: pre-line; }
small { color: var(--soft); font-size: .875rem; }
.filter { display: flex; flex-wrap: wrap; align-items: end; gap: 1rem; margin-bottom: 1.5rem; }
.filter .field { max-width: min(100%, 24rem); }
.filter:has(.wrong) { align-items: start; }
.fault, .message {
  margin: 0 0 1rem; padding: .75rem 1rem; border-left: 4px solid var(--warn); background: var(--warn-page);
  color: var(--warn);
}
.message { border-color: var(--good-line); background: var(--good-page); color: var(--good); }
.sign-in {
  width: calc(100% - 1rem); max-width: 26rem; margin: clamp(1rem, 8vh, 6rem) auto 1rem;
  padding: clamp(1.25rem, 6vw, 2rem);
  background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem;
}
.sign-in .brand { margin-bottom: .5rem; }
.sign-in form, .card form { display: grid; gap: 1.25rem; }
.sign-in form + form { margin-top: 1.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.sign-in h2 + form { margin-top: .75rem; }
.sign-in textarea[readonly] { resize: none; background: var(--page); }
.sign-in > :last-child, .card > :last-child { margin-bottom: 0; }
.card > :first-child { margin-top: 0; }
.card ul { margin: .5rem 0; padding-left: 1.25rem; }
.provider { margin: 0 0 1.5rem; }
.provider .button { display: block; text-align: center; }
.sign-in h2, .card h2 { margin: 0; font-size: 1.125rem; }
.card {
  margin: 0 0 1rem; padding: 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem;
}
.card form { width: 100%; justify-items: start; margin-top: .75rem; }
.card .field { width: 100%; }
.qr { display: block; width: 13rem; max-width: 100%; margin: 0 auto 1rem; border: 1px solid var(--line); }
.secret, .codes code { font-size: 1rem; overflow-wrap: anywhere; }
.codes { columns: 12rem; padding-left: 1.25rem; line-height: 1.8; }
.summary { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 0 0 1.5rem; }
.summary div {
  padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  display: flex; flex-direction: column; justify-content: space-between;
}
.summary dt { color: var(--soft); font-size: .875rem; }
.summary dd {
  margin: 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere;
}
.chart {
  margin: 0 0 1.5rem; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
}
.of-delivered, .of-accepted { color: var(--accent); }
.of-failed { color: var(--failed); }
.of-planned, .of-unsent { color: var(--soft); }
.legend {
  display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0 0; padding: 0; list-style: none;
  font-size: .875rem;
}
.swatch { width: 1rem; height: 1rem; margin-right: .4rem; }
.swatch rect, .bar rect, .columns rect { stroke: currentColor; }
.scroll { overflow-x: auto; background: var(--card); }
table { width: 100%; border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td {
  height: 2.75rem; padding: .5rem .45rem; text-align: left; white-space: nowrap; border-top: 1px solid var(--line);
}
thead th { color: var(--soft); vertical-align: bottom; }
tbody th { font-weight: 400; }
th:first-child { position: sticky; left: 0; padding-left: 1rem; background: var(--card); }
.number { text-align: right; }
.zero { color: var(--faint); }
tfoot th, tfoot td { border-top: 2px solid var(--ink); font-weight: 700; color: var(--ink); }
.lead { max-width: 45rem; }
.lead, .means, .verdict, .empty { text-wrap: pretty; }
.whole { white-space: nowrap; }
.empty { padding: 1.25rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.explained { display: grid; gap: .25rem; margin: 0 0 1.5rem; font-size: .875rem; }
.explained dt { font-weight: 600; }
.explained dd { margin: 0; color: var(--soft); overflow-wrap: anywhere; }
@media (min-width: 40.01rem) {
  .explained :is(dt, dd) { display: inline; }
  .explained dd { margin-left: .5rem; }
}
.warning {
  margin: 0 0 1rem; padding: .75rem 1rem; border-left: 4px solid var(--warn); background: var(--warn-page);
  color: var(--warn);
}
.facts { display: flex; flex-wrap: wrap; align-items: baseline; gap: .5rem; margin: 0 0 1rem; }
.tag {
  display: inline-block; padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .875rem;
}
.sub { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 1.5rem; border-bottom: 1px solid var(--line); }
.sub a { padding: .5rem .25rem; color: var(--ink); text-decoration: none; border-bottom: 3px solid transparent; }
.sub a:hover { border-color: var(--line); }
.sub a[aria-current] { border-color: var(--accent); font-weight: 600; }
.known { display: grid; grid-template-columns: fit-content(60%) minmax(0, 1fr); gap: .35rem 1rem; margin: 0 0 1.5rem; }
.known:has(.secret) { align-items: baseline; }
.known .secret { display: block; width: fit-content; }
.known > div { display: contents; }
.known dt { color: var(--soft); }
.known dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.data { margin: 0 0 1.5rem; background: var(--card); border: 1px solid var(--line); }
.data caption { padding: .5rem 0; text-align: left; font-size: 1.25rem; font-weight: 700; line-height: 1.3; }
.data th, .data td {
  padding: .5rem .75rem; white-space: normal; overflow-wrap: anywhere; vertical-align: baseline;
}
.data tbody :is(td, th):has(:is(button, .button, input, select, summary)) { padding-block: .125rem; }
.data form { display: inline; }
.data tbody th small { font-weight: 400; }
.card form > p { margin: 0; }
@media (min-width: 60rem) {
  /* Words of a text alone are parted where they have to be; what is in elements may be a name without blanks. */
  .data thead th, .data :is(td, th):not(.long, :has(> *)), .data :is(summary, button, time) {
    overflow-wrap: break-word;
  }
  .data .whole, .data .tag { white-space: nowrap; }
  .data tbody th:has(> code) { min-width: 10rem; }
  .data tbody th:has(> small) { min-width: 16rem; }
}
@media (min-width: 40.01rem) {
  .data time { overflow-wrap: break-word; }
  .filter:has(.wrong) > button { margin-top: 1.75rem; }
}
@media (max-width: 40rem) {
  .known { grid-template-columns: 1fr; gap: 0; }
  .known dd { margin-bottom: .75rem; }
  .data, .data tbody, .data tr, .data th, .data td, .data caption { display: block; }
  .data thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .data tr { padding: .5rem 0; border-top: 1px solid var(--line); }
  .data th, .data tbody :is(th, td, td:has(button)) { height: auto; border: 0; padding: .125rem .75rem; }
  .data tbody th { position: static; font-weight: 600; }
  .data :is(td, th:where([data-label])) {
    display: grid; grid-template-columns: minmax(6rem, 38%) minmax(0, 1fr); gap: .5rem; text-align: left;
  }
  .data td:not([data-label]) { display: block; }
  .data caption { padding: .5rem .75rem; }
  .data :is(td, th:where([data-label])) > * { grid-column: 2; }
  .data td > details { grid-column: 1 / -1; }
  .data td:empty { display: none; }
  .data :is(td, th:where([data-label]))::before {
    content: attr(data-label); color: var(--soft); font-size: .875rem; font-weight: 400;
  }
}
${TEXT_STYLE}${FIND_STYLE}${STATISTICS_STYLE}${DETAILS_STYLE}`;
