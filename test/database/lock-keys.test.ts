import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LOCK_KEYS, MIGRATION_LOCK } from '../../src/database/lock-keys.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the keys of advisory locks', () => {
  it('are each used for one thing', () => {
    const keys = [...Object.values(LOCK_KEYS), MIGRATION_LOCK];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are in the functions of the database as they are in the list', () => {
    const functions = read('migrations/0002_functions.sql').split(/^create function /m);
    const taken = functions.flatMap((text) =>
      [...text.matchAll(/advisory_xact_lock(?:_shared)?\((\d+), /g)].map(([, key]) => [
        /^\w+/.exec(text)?.[0],
        Number(key),
      ]),
    );
    expect(taken).toEqual([
      ['sources_with_reader', LOCK_KEYS.eventReaders],
      ['statistics_day_changed', LOCK_KEYS.statisticsSums],
      ['handed_over_today', LOCK_KEYS.dailyLimit],
      ['accept_new', LOCK_KEYS.sharedIds],
      ['accept_new', LOCK_KEYS.patients],
      ['accept_new', LOCK_KEYS.patients],
      ['fold_look_up', LOCK_KEYS.lookUps],
    ]);
  });

  it('are told to operators who look for the session that keeps the numbering', () => {
    expect(read('docs/operations.md')).toContain(`classid = ${LOCK_KEYS.numbering}\``);
  });
});
