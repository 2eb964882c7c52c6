/** The style of work lists: what is to be done, each with its next step. It follows that of all pages. */
export const WORK_STYLE = `
.menu, details.step { margin: 0; }
.figures .summary { grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); }
.task, .figures { margin: 0 0 2rem; }
.task h2, .figures h2 { margin: 0 0 .25rem; }
.figures h2 { margin-bottom: .75rem; }
.figures h3 { margin: 0 0 .5rem; font-size: 1rem; }
.total { margin-left: .25rem; color: var(--soft); font-weight: 400; }
.means { max-width: 45rem; margin: 0 0 .75rem; color: var(--soft); }
.task summary { padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); cursor: pointer; }
.task summary, .task summary + .means { margin-bottom: .75rem; }
.task[open] > summary { margin-bottom: 0; }
.task > .card { border-top: 0; border-radius: 0; }
.work { margin: 0 0 .75rem; padding: 0; list-style: none; background: var(--card); border: 1px solid var(--line); }
.work li {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1.5rem;
  min-height: 2.75rem; padding: .125rem 1rem;
}
.work li + li { border-top: 1px solid var(--line); }
.work .message { flex: 1; margin: 0; }
.work li:has(details[open]) { align-items: start; padding-block: .5rem 1.25rem; }
.work details.step { display: block; }
.what { display: flex; flex-wrap: wrap; flex: 1 1 20rem; gap: 0 1rem; margin: 0; min-width: 0; }
.what, .what > * { overflow-wrap: anywhere; }
.what > * { min-width: 0; }
.what small, .pairs div > span:not(.tag) { display: block; }
q:lang(da) { quotes: "»" "«" "›" "‹"; }
@media (min-width: 60rem) {
  .work li { flex-wrap: nowrap; }
  .work .step { flex: none; justify-content: end; }
  .pairs { display: grid; grid-template-columns: 9rem minmax(0, 1fr); }
  .cells { display: grid; grid-template-columns: 13rem minmax(0, 5fr) minmax(0, 4fr); align-items: baseline; }
}
.step { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; }
.call { font-size: 1.125rem; font-weight: 600; white-space: nowrap; font-variant-numeric: tabular-nums; }
.figures .week { grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); gap: .5rem; }
.week div { padding: .5rem .75rem; }
.week dd { font-size: 1.125rem; }
@media (max-width: 40rem) {
  .summary, .figures .summary { grid-template-columns: 1fr; gap: 0; }
  .summary div {
    flex-direction: row; align-items: baseline; gap: 1rem; padding: .4rem .75rem; border-radius: 0;
  }
  .summary div + div { border-top: 0; }
  .summary dd { flex: none; font-size: 1.125rem; }
}
.pages { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; }
.step summary { padding: .5rem 0; color: var(--accent); font-weight: 600; cursor: pointer; }
.work li:has(details[open]) > .step > summary { padding-top: 0; }
.step form {
  display: grid; grid-template-columns: minmax(0, 1fr); justify-items: start; gap: .75rem; max-width: 24rem;
}
.step .field { width: 100%; }
.choice { display: grid; gap: .25rem; margin: 0 0 1.5rem; padding: 0; list-style: none; }
.choice a { display: inline-block; padding: .5rem 0; overflow-wrap: anywhere; }
blockquote {
  margin: .75rem 0; padding: .5rem 1rem; border-left: 4px solid var(--line); white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.printed { display: none; }
@media print {
  body > header, .sub, .pages, .skip, form, .step .button,
  main > p:first-child > a[href^="/admin/find"], main a[href*="like="],
  details:not(.task):is(:not([open]), :has(> form)) { display: none !important; }
  .task > summary { list-style: none; }
  .printed { display: block; }
  details.task::details-content { content-visibility: visible; block-size: auto; }
  body { background: #fff; color: #000; }
  :focus { box-shadow: none; }
}
`;
