import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLogger, maskNumbers } from '../src/log.ts';

const logged = (write: (log: ReturnType<typeof createLogger>) => void): string => {
  const lines: string[] = [];
  write(createLogger('trace', { write: (line) => void lines.push(line) }));
  for (const line of lines) JSON.parse(line);
  return lines.join('');
};

it.each([
  '+4520123456',
  '+45 20 12 34 56',
  '004520123456',
  '4520123456',
  '20123456',
  '20 12 34 56',
  '20.12.34.56',
  '20-12-34-56',
  '2012 3456',
  '2233-44-55',
  '(+45) 20123456',
  '+46 70-123 45 67',
  '+298 212345',
  '+4915123456789',
  '010190-1234',
  '0101901234',
  '010190 1234',
])('%s never reaches the log, at any position', (number) => {
  const text = logged((log) => {
    log.info({ phone: number, deep: { er: { to: number } }, other: number, list: ['a', number] }, `sent to ${number}.`);
    log.error(
      { err: Object.assign(new Error(`invalid input: "${number}"`), { detail: `(${number})` }) },
      `first\n${number}\ttab`,
    );
    log.warn(`/v1/callbacks?from=${encodeURIComponent(number)}&x=1 "${number}"`);
    if (/^\d+$/.test(number)) log.warn({ digits: Number(number), many: [Number(number), 1] });
  });
  const digits = number.replace(/\D/g, '').slice(-6);
  expect(decodeURIComponent(text).replace(/\D/g, '')).not.toContain(digits);
});

it('any number of eight to fifteen digits is masked, and the line stays JSON', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[1-8]\d{7,14}$/),
      fc.constantFrom(' ', ':', ',', '"', '=', '(', '/', '\n', '\\'),
      (digits, before) => {
        const line = JSON.stringify({ a: `x${before}${digits} y`, b: Number(digits), c: [Number(digits)] });
        const masked = maskNumbers(line);
        JSON.parse(masked);
        expect(masked).not.toContain(digits);
      },
    ),
  );
});

it.each([
  '２０ １２ ３４ ５６',
  '٢٠١٢٣٤٥٦',
  '20\u200b12\u200b34\u200b56',
  '20_12_34_56',
  '20\u000712\u000734\u000756',
  '20 - 12 - 34 - 56',
  '2026-11-24 20123456',
  '20:12:34:56',
  '22:30 41:50',
  '2:0:1:2:3:4:5:6',
  'kl. 22:30, 21:50',
  '20, 12, 34, 56',
  '20 ---- 12 ---- 34 ---- 56',
  '20%2D12%2D34%2D56',
  '010190%2D1234',
  '20%C2%A012%E2%80%9334%2F56',
  '20&#45;12&#x2d;34&nbsp;56',
  'CPR0101901234',
  'P0101901234',
  '01/01/90-1234',
  '0 1 0 1 9 0 1 2 3 4',
  '\u0001' + '0101901234',
])('%j is masked in whatever way it is written', (number) => {
  const masked = JSON.parse(maskNumbers(JSON.stringify({ a: number, b: `æ ${number}.` }))) as { a: string; b: string };
  for (const text of Object.values(masked)) expect(text.replace('2026-11-24', '')).not.toMatch(/\p{Nd}/u);
});

it('what an operator needs stays readable', () => {
  const uuid = '01936a8e-1234-7123-8123-123456789012';
  const text = logged((log) =>
    log.info(
      {
        message: uuid,
        at: '2026-11-24T11:00:00.123Z',
        day: '2026-11-24',
        ms: 12.345678901,
        address: '192.168.100.200:5432',
        port: 5432,
        at2: 'main.js:12345:67, at main.js:4711:12',
        hours: [10, 30, 11, 45],
      },
      'ok',
    ),
  );
  for (const kept of [
    uuid,
    '"2026-11-24T11:00:00.123Z"',
    '"2026-11-24"',
    '12.345678901',
    '192.168.100.200:5432',
    '5432',
    'main.js:12345:67, at main.js:4711:12',
    '[10,30,11,45]',
  ])
    expect(text).toContain(kept);
});

it('ids of sources and authorities stay readable, whatever digits they have, and what only looks like one does not', () => {
  const ids = { source: 'epj-12345678', authority: '325441000016006' };
  const text = logged((log) => log.info({ ...ids, refused: { source: 'sor-20260101123456' } }, 'ok'));
  for (const id of ['epj-12345678', '325441000016006', 'sor-20260101123456']) expect(text).toContain(`"${id}"`);
  const other = logged((log) =>
    log.info({ source: '+45 20123456', reference: 'epj-12345678', said: '"source":"20123456"' }, 'source: 20123456'),
  );
  expect(other).not.toContain('2012345');
  expect(other).not.toContain('12345678');
});

it('an error is logged with kind, code, message and causes, without the rows that PostgreSQL quotes', () => {
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (reference)=(Jens Jensen) exists',
    where: 'Jens Jensen',
  });
  const text = logged((log) => log.error({ error: new Error('not stored', { cause }) }, 'failed'));
  expect(text).toContain('23505');
  expect(text).toContain('not stored');
  expect(text).not.toContain('Jens');
});

it('secrets are masked by their names', () => {
  const text = logged((log) =>
    log.info({ headers: { authorization: 'Bearer abc' }, token: 'abc', body: { phone: { x: 'abc' } } }),
  );
  expect(text).not.toContain('abc');
});

it('goes on without its log where that has no room, as on a full disk', () => {
  const program = `
    import { createLogger } from '${new URL('../src/log.ts', import.meta.url)}';
    const log = createLogger('info');
    log.info('no room for this');
    // All that the first line leads to has happened once nothing is left to do.
    process.once('beforeExit', () => {
      log.info('nor for that');
      process.stderr.write('goes on');
    });`;
  const full = openSync('/dev/full', 'w');
  try {
    const args = ['--import', 'tsx', '--input-type=module', '-e', program];
    const { stderr, status } = spawnSync(process.execPath, args, {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    expect([stderr, status]).toEqual(['goes on', 0]);
  } finally {
    closeSync(full);
  }
});

it('names the level of each line, and its time in UTC', () => {
  const text = logged((log) => {
    log.info('a');
    log.warn('b');
    log.error('c');
  });
  const lines = text.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(['info', 'warn', 'error']);
  for (const line of lines) expect(JSON.parse(line).time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});
