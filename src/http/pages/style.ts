/** The style sheet of the pages. Text has a contrast of at least 7:1, graphics 3:1 (WCAG 2.2, 1.4.6 and 1.4.11). */
export const STYLE = `
:root {
  --ink: #1b2430; --soft: #4a5563; --line: #c9d1da; --page: #f5f7f9; --card: #fff; --accent: #0b4f8a;
  --warn: #7a2e00; --warn-page: #fff3e6;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2; }
main { max-width: 80rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
main:focus { outline: none; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid #ffb400; outline-offset: 2px; box-shadow: 0 0 0 2px var(--ink); }
.skip { position: absolute; left: -100rem; padding: .5rem 1rem; background: var(--card); }
.skip:focus { left: .5rem; top: .5rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.top {
  display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem; padding: .5rem 1rem;
  background: var(--card); border-bottom: 1px solid var(--line);
}
.brand { margin: 0; font-weight: 700; letter-spacing: .01em; }
.top nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; flex: 1; }
.top nav a { padding: .5rem .25rem; color: var(--ink); text-decoration: none; border-bottom: 3px solid transparent; }
.top nav a:hover { border-color: var(--line); }
.top nav a[aria-current] { border-color: var(--accent); font-weight: 600; }
.count {
  display: inline-block; white-space: nowrap; margin-left: .5rem; padding: .1rem .5rem; border-radius: 1rem;
  background: var(--warn); color: #fff; font-size: .875rem; font-weight: 600;
}
.simulator {
  flex: 1 0 calc(100% + 2rem); margin: 0 -1rem -.5rem; padding: .5rem 1rem; background: var(--warn-page);
  color: var(--warn);
}
@media (max-width: 40rem) {
  .top nav { order: 1; flex-basis: 100%; }
  .top form { margin-left: auto; }
  .simulator { order: 2; }
}
button {
  min-height: 2.75rem; padding: .5rem 1rem; border: 2px solid var(--accent); border-radius: .25rem;
  background: var(--accent); color: #fff; font: inherit; font-weight: 600; cursor: pointer;
}
button:hover { background: #083a66; }
button.plain, .replies button { background: var(--card); color: var(--accent); }
button.plain:hover, .replies button:hover { background: #e3eef8; }
.field { margin: 0; display: flex; flex-direction: column; gap: .25rem; }
label { font-weight: 600; }
input, select {
  min-height: 2.75rem; padding: .5rem; border: 1px solid #6b7785; border-radius: .25rem; background: #fff;
  color: var(--ink); font: inherit; max-width: 100%;
}
input[aria-invalid] { border: 2px solid var(--warn); }
small { color: var(--soft); font-size: .875rem; }
.filter { display: flex; flex-wrap: wrap; align-items: end; gap: 1rem; margin-bottom: 1.5rem; }
.fault, .message {
  margin: 0 0 1rem; padding: .75rem 1rem; border-left: 4px solid var(--warn); background: var(--warn-page);
  color: var(--warn);
}
.message { border-color: #1d6b3a; background: #e8f5ec; color: #14502b; }
.sign-in {
  max-width: 26rem; margin: 10vh auto 0; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem;
}
.sign-in form { display: grid; gap: 1.25rem; }
.summary { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 0 0 1.5rem; }
.summary div {
  padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  display: flex; flex-direction: column; justify-content: space-between;
}
.summary dt { color: var(--soft); font-size: .875rem; }
.summary dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.chart {
  margin: 0 0 1.5rem; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
}
/* On a narrow screen the newest days are those in sight. */
.chart .scroll { overflow-x: auto; background: var(--card); direction: rtl; }
.numbers { overflow: hidden; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.numbers h2 { margin: 0; padding: .75rem 1rem; font-size: 1rem; }
.chart .scroll > svg { display: block; direction: ltr; width: 100%; min-width: 48rem; height: auto; }
.chart text { fill: var(--soft); font-size: 13px; }
.grid line { stroke: var(--line); }
.chart rect { stroke: #fff; stroke-width: 1; }
.bar-delivered { fill: #1d6b3a; }
.bar-accepted { fill: #3b82c4; }
.bar-failed { fill: #b3261e; }
.bar-planned { fill: #7a8494; }
.bar-unsent { fill: #a86b00; }
.legend {
  display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0 0; padding: 0; list-style: none;
  font-size: .875rem;
}
.swatch { width: .75rem; height: .75rem; margin-right: .4rem; }
.scroll { overflow-x: auto; background: var(--card); }
.numbers { overflow: hidden; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.numbers h2 { margin: 0; padding: .75rem 1rem; font-size: 1rem; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .45rem; text-align: left; white-space: nowrap; border-top: 1px solid var(--line); }
thead th { color: var(--soft); vertical-align: bottom; }
tbody th { font-weight: 400; }
th:first-child { position: sticky; left: 0; padding-left: 1rem; background: var(--card); }
.number { text-align: right; }
.zero { color: #5b6673; }
tfoot th, tfoot td { border-top: 2px solid var(--ink); font-weight: 700; color: var(--ink); }
.lead { max-width: 45rem; }
.empty { padding: 2rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.explained { display: grid; gap: .25rem; margin: 0 0 1.5rem; font-size: .875rem; }
.explained div { display: flex; flex-wrap: wrap; gap: 0 .5rem; }
.explained dt { font-weight: 600; }
.explained dd { margin: 0; color: var(--soft); }
.replies { display: grid; gap: 1rem; margin: 0; padding: 0; list-style: none; }
.replies article { padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.replies h2 {
  display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin: 0; font-size: 1.125rem;
  font-variant-numeric: tabular-nums;
}
.replies time { color: var(--soft); font-size: .875rem; font-weight: 400; }
blockquote {
  margin: .75rem 0; padding: .5rem 1rem; border-left: 4px solid var(--line); white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.warning {
  margin: 0 0 1rem; padding: .75rem 1rem; border-left: 4px solid var(--warn); background: var(--warn-page);
  color: var(--warn);
}
.facts { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1rem; }
.tag { padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .875rem; }
.tag.holds { border-color: var(--warn); background: var(--warn-page); color: var(--warn); }
.replies form { display: flex; flex-wrap: wrap; gap: .75rem; }
`;
