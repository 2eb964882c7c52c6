import pg from 'pg';
import { textOf } from './fail-points.ts';

/** Has this process take everything that is due for its own share, as one does that read the list of processes too early. */
export function hideOtherProcesses(): void {
  const query = pg.Client.prototype.query as (...given: unknown[]) => unknown;
  Object.assign(pg.Client.prototype, {
    query(this: object, ...given: unknown[]) {
      const result = Reflect.apply(query, this, given);
      if (!/select id from process where heartbeat_at > /.test(textOf(given[0])) || !(result instanceof Promise))
        return result;
      return result.then((answer: object) => ({ ...answer, rows: [] }));
    },
  });
}
