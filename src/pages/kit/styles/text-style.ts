/** The style of the pages of texts and rules, a part of the style sheet. */
export const TEXT_STYLE = `.texts {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.5rem 2rem;
}
.text { min-width: 0; }
.text h2 { margin: 0; }
.text > p > a { display: block; width: fit-content; }
.text h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
.text .warning { margin-top: 1rem; }
.handset {
  max-width: 20rem; margin: 1rem 0; padding: .75rem 1rem 2rem; background: var(--page);
  border: 2px solid var(--field-line); border-radius: 1.5rem;
}
.handset figcaption { padding-bottom: .5rem; text-align: center; color: var(--soft); font-size: .875rem; }
.sms {
  margin: 0; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 1rem 1rem 1rem .25rem; white-space: pre-wrap; overflow-wrap: anywhere;
}
mark { background: var(--warn-page); color: var(--warn); outline: 2px solid var(--warn); }
.difference { white-space: pre-wrap; overflow-wrap: anywhere; }
ins { background: var(--good-page); color: var(--good); }
del { background: var(--warn-page); color: var(--warn); }
.versions { display: grid; margin: 0; padding: 0; list-style: none; }
.card h2 .tag { font-weight: 400; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
details { margin: 1rem 0; }
summary { padding: .5rem 0; color: var(--accent); cursor: pointer; }
td small, tbody th small { display: block; }
.faint { color: var(--soft); }
.group {
  min-width: 0; margin: 0 0 1.5rem; padding: 1rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .5rem;
}
.group > legend { padding: 0 .5rem; font-size: 1.125rem; font-weight: 600; }
@media (max-width: 40rem) { .group > legend { font-size: 1rem; } }
:is(.group, .card) .group { margin: 0; background: var(--page); }
.group > p:not(.field), .group > details { margin: 0; }
.group > button { justify-self: start; }
.data .row { align-items: end; }
.pair { display: flex; gap: .5rem; position: relative; }
.pair input { width: 6rem; }
.pair [data-calendar] { width: 7.5rem; }
.pair [data-calendar="datetime-local"] { width: 10.5rem; }
.pair [data-calendar] ~ button { padding: .5rem .65rem; border: 1px solid var(--field-line); }
.pair [data-calendar] ~ button svg { display: block; fill: none; stroke: currentColor; stroke-width: 2; }
label small { font-weight: 400; }
.pair select { min-width: 0; }
.row { display: flex; flex-wrap: wrap; align-items: start; gap: 1rem; min-width: 0; }
.main-form > .field { max-width: 30rem; }
@media (max-width: 40rem) {
  .group { padding: 1rem .75rem; }
  .field > select { width: 100%; padding-inline: .35rem; }
  .row > .field:has(> select), .data .row > .field { flex: 1 1 100%; }
  .filter > .field:has(> select) { flex-grow: 1; }
  .filter .wrong { contain: inline-size; }
}
@media (min-width: 70rem) {
  .beside { display: grid; grid-template-columns: minmax(0, 48rem) minmax(0, 1fr); align-items: start; gap: 0 2rem; }
  .beside > .group { position: sticky; top: 1rem; }
}
fieldset:disabled :is(input:not([type="checkbox"]), select, textarea) {
  padding-inline: 0; border-color: transparent; background: none; color: var(--ink); opacity: 1; appearance: none;
}
fieldset:disabled textarea { resize: none; }
/* To readers who may not change it a tick is the content. */
fieldset:disabled input[type="checkbox"] {
  appearance: none; display: inline-grid; place-content: center; width: 1.125rem; height: 1.125rem; min-height: 0;
  padding: 0; border: 2px solid var(--ink); background: none; opacity: 1;
}
fieldset:disabled input[type="checkbox"]:checked::before {
  content: "✓"; color: var(--ink); font-size: .875rem; line-height: 1;
}
fieldset:disabled .pair input { width: 2rem; }
@supports (field-sizing: content) { fieldset:disabled .pair input { field-sizing: content; width: auto; } }
.bare { min-width: 0; margin: 0; padding: 0; border: 0; }
.plan { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 1rem 2rem; }
.plan ol { margin: 0; padding: 0; list-style: none; }
.plan li { padding: .5rem 0 .5rem .75rem; border-left: 4px solid var(--good-line); margin-bottom: .5rem; }
.plan li.unsent { border-color: var(--line); color: var(--soft); }
.plan li time, .plan li small { display: block; }
.plan h2 { margin: 0 0 .5rem; font-size: 1rem; }
`;
