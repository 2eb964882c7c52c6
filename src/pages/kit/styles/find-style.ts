/** The style of the pages that find appointments, and of what other pages take from them. */
export const FIND_STYLE = `
.part > h2 { margin: 1.5rem 0 .75rem; overflow-wrap: anywhere; }
.held caption { font-size: 1rem; }
.part h3 { margin: 0 0 .5rem; font-size: 1.125rem; line-height: 1.3; overflow-wrap: anywhere; }
.search { margin: 0 0 1.5rem; }
.search form { display: flex; flex-wrap: wrap; align-items: start; gap: .75rem; }
.search .field { flex: 1 1 18rem; max-width: 36rem; }
.search input { width: 100%; }
.search button { margin-top: 1.75rem; }
.verdict {
  margin: 0 0 1rem; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-left: 4px solid var(--accent); font-size: 1.125rem;
}
.part .card > p, .part.card > p { margin: .5rem 0; }
.part .card > p:last-child { margin-bottom: 0; }
.part.card ul { margin: .25rem 0 1rem; padding-left: 1.25rem; }
.story { margin: 0; padding: 0; list-style: none; border-left: 3px solid var(--line); }
.story li { display: grid; grid-template-columns: 12rem 1fr; gap: 0 1rem; padding: .4rem 0 .4rem 1rem; }
.story li > * { min-width: 0; overflow-wrap: anywhere; }
.story time { color: var(--soft); font-variant-numeric: tabular-nums; }
.story blockquote { margin: .25rem 0; }
.story p { margin: .125rem 0 0; }
@media (max-width: 40rem) {
  .story li { grid-template-columns: 1fr; }
  .search button { margin-top: 0; }
}
`;
