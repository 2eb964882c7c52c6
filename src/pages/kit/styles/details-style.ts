/** Style of what is folded in, of lists of boxes, of secrets that are shown once, and of what an entry changed. */
export const DETAILS_STYLE = `.plain-list, .card .plain-list { margin: 0; padding: 0; list-style: none; }
td details, .card h2 + .known { margin: .25rem 0; }
.card h2 + .known { margin-top: .75rem; }
@media (min-width: 60rem) {
  .data time { white-space: nowrap; }
  .data .actor { display: inline-block; min-width: 9rem; }
}
.card form > h3 { margin: 0 0 -.75rem; font-size: 1rem; line-height: 1.3; }
.card .field { max-width: 24rem; }
.card .field:has(textarea[rows="16"], #name[maxlength="60"]) { max-width: none; }
.card fieldset + .check { margin-top: .75rem; }
.card fieldset > :is(p:not(.field), details) { margin: 0; }
.field small { white-space: pre-line; }
.wrong { overflow-wrap: anywhere; }
fieldset { display: grid; gap: 1rem; min-width: 0; max-width: 100%; margin: 0; padding: 0; border: 0; }
.card fieldset { width: 100%; }
legend { padding: 0; margin-bottom: .5rem; font-size: 1.125rem; font-weight: 600; }
.fields { display: grid; gap: 1rem; margin-top: 1rem; }
details > .field { margin-top: 1rem; }
.changes { margin: .25rem 0; }
.changes dd { margin: 0 0 .25rem; }
.changes del, .changes ins { padding: 0 .25rem; text-decoration: none; }
.changes del { background: var(--warn-page); color: var(--warn); text-decoration: line-through; }
.changes ins { background: var(--good-page); color: var(--good); }
.confirm { margin: .25rem 0; }
td > details:first-child { margin: 0; }
td > details:not([open]) { margin-bottom: 0; }
.confirm form {
  display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem; justify-items: start;
  padding: .5rem 0 .5rem .75rem; border-left: 4px solid var(--warn);
}
.confirm form > p { margin: 0; }
/* A question that opens in a table takes no more room from the other columns than it needs to be read. */
@media (min-width: 40.01rem) { .data .confirm form { contain: inline-size; min-width: 14rem; } }
:is(.running, .running + .plain-list):has(~ .message, ~ .warning, ~ .fault, ~ .card) { display: none; }
.secret {
  display: inline-block; max-width: 100%; padding: .25rem .5rem; background: var(--card); border: 1px solid var(--line);
  user-select: all;
}
`;
