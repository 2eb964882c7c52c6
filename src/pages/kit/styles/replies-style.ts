/**
 * The style of the cards of replies. The citizen's words stand first, wherever the heading of a card stands for those
 * who hear the page.
 */
export const REPLIES_STYLE = `
.reply-list { position: relative; }
.task .reply-list summary { margin: 0; padding: 0; background: none; border: 0; }
.reply-list h2 { margin: .75rem 0 .375rem; }
.reply-list > section:first-of-type > h2 { margin-top: 0; }
.replies {
  display: grid; grid-template-columns: minmax(0, 1fr); gap: .375rem; margin: 0; padding: 0; list-style: none;
}
.replies article {
  display: grid; grid-template-columns: minmax(0, 1fr); gap: .125rem 1rem; padding: .375rem 1rem;
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
}
.replies article:focus { outline: 3px solid #ffb400; box-shadow: 0 0 0 2px var(--ink); }
.replies article:focus-within { border-left: 4px solid var(--accent); padding-left: calc(1rem - 3px); }
.replies h3 {
  display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .75rem; order: 1; margin: 0;
  font-size: .875rem; line-height: 1.4rem; font-variant-numeric: tabular-nums;
}
.replies time { color: var(--soft); font-weight: 400; }
.replies blockquote {
  margin: 0; padding: 0; border: 0; font-size: 1.125rem; line-height: 1.4rem; font-weight: 600;
}
.about { order: 2; font-size: .875rem; line-height: 1.25rem; }
.about > p:first-child { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .75rem; }
.about p, .about details { margin: 0; }
.about .tag { padding-block: 0; }
.about summary { cursor: pointer; }
.now { color: var(--soft); }
.now.waits { color: var(--warn); }
p.waits::before, .waits > summary::before { content: "▲ "; font-size: .8125rem; }
.now ul { margin: 0; }
.about form { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; }
.replies article > form {
  display: flex; flex-wrap: wrap; align-items: center; order: 3; gap: .25rem .5rem; align-self: start;
}
.replies article > form > .field { flex-basis: 100%; }
.replies article > form :is(button, .button) { padding: .25rem .75rem; font-size: .875rem; line-height: 1.125rem; }
.replies article > form button small { display: block; color: inherit; font-size: .8125rem; font-weight: 400; }
.replies .others { margin: 0; }
.replies .others summary { padding: .6rem .25rem; color: var(--accent); font-size: .875rem; cursor: pointer; }
.others[open] { flex-basis: 100%; }
.others button { margin: 0 .5rem .5rem 0; }
.others p { margin: 0 0 .5rem; font-size: .875rem; overflow-wrap: anywhere; }
.list-head { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem; margin-bottom: .75rem; }
.list-head > * { margin: 0; }
.list-head > details { margin-left: auto; }
.list-head > details[open] { flex-basis: 100%; }
@media (min-width: 60rem) {
  .list-head .filter, .list-head .field { flex-direction: row; align-items: center; gap: .5rem; }
  .list-head .filter { gap: .5rem 1rem; }
  main:has(.list-head) { padding-bottom: 1rem; }
}
.keys { position: absolute; top: .25rem; right: 0; z-index: 1; margin: 0; font-size: .875rem; }
.keys[open] { padding: .5rem 1rem; background: var(--card); border: 1px solid var(--line); }
.keys summary { min-height: 1.5rem; color: var(--accent); cursor: pointer; }
.keys dl div { display: flex; }
.keys dd { margin: 0; }
.keys dt { min-width: 1.5rem; }
.task .keys { top: -1.75rem; }
@media (max-width: 40rem) { .keys, .task .keys { position: static; margin-bottom: .5rem; } }
@media (min-width: 70rem) {
  .replies article { grid-template-columns: minmax(0, 1fr) auto auto; }
  .replies blockquote { grid-area: 1 / 1 / 2 / 3; }
  .replies h3 { grid-area: 1 / 3; justify-content: end; }
  .about { grid-area: 2 / 1; }
  .about:last-child { grid-column-end: 4; }
  .replies article > form :is(button, .button) { min-height: 2.5rem; padding-block: 0; }
  .replies article > form { grid-area: 2 / 2 / 3 / 4; justify-content: end; max-width: 46rem; }
}
`;
