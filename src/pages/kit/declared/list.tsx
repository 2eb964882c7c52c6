import type { Child } from 'hono/jsx';
import { Empty } from '../elements.tsx';
import { Results } from '../filter-form.tsx';
import { NextPage } from '../responses/list-links.tsx';

interface ListProps {
  /** The address of its page. */
  readonly path: string;
  /** The cursor of the part behind this one; null: there is none. */
  readonly cursor: string | null;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** The sentence of a list without entries, with what to do next, or a component that says it. */
  readonly empty: Child;
  readonly isEmpty: boolean;
  /** The table of the entries. */
  readonly children: Child;
}

/** A list: its table, or the sentence of one without entries, and the link to the next page. */
export function List({ path, cursor, query = {}, empty, isEmpty, children }: ListProps) {
  return (
    <Results>
      {isEmpty ? typeof empty === 'string' ? <Empty>{empty}</Empty> : empty : children}
      <NextPage path={path} cursor={cursor} query={query} />
    </Results>
  );
}
