import type { KyselyPlugin } from 'kysely';

/** Does the work before each statement, with its tree; one that throws keeps the statement from the database. */
export function beforeStatements(work: (node: unknown) => void): KyselyPlugin {
  return {
    transformQuery: ({ node }) => {
      work(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

/** Does the work once a statement is carried out whose text contains `text`, before its result is known. */
export function afterStatement(text: string, work: () => void): KyselyPlugin {
  const chosen = new WeakSet<object>();
  return {
    transformQuery: ({ node, queryId }) => {
      if (JSON.stringify(node).includes(text)) chosen.add(queryId);
      return node;
    },
    transformResult: async ({ queryId, result }) => {
      if (chosen.has(queryId)) work();
      return result;
    },
  };
}

/** Tells how many rows each statement returned. */
export function countingRows(told: (count: number) => void): KyselyPlugin {
  return {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      told(result.rows.length);
      return result;
    },
  };
}
