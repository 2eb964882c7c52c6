import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { judge } from '../judge.ts';
import { SHOWN_REMINDERS } from '../shown.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

interface Garbage {
  readonly name: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** What a reminder is right after it: `planned` will be tried again. */
  readonly leaves: 'uncertain' | 'planned' | 'rejected';
}

const MEGABYTE = 1_048_576;
const json = { 'Content-Type': 'application/json' };
const GARBAGE: readonly Garbage[] = [
  {
    name: '200 HTML',
    status: 200,
    headers: { 'Content-Type': 'text/html' },
    body: '<html>OK</html>',
    leaves: 'uncertain',
  },
  { name: '200 empty', status: 200, leaves: 'uncertain' },
  { name: '200 {}', status: 200, headers: json, body: '{}', leaves: 'uncertain' },
  { name: '200 id of another kind', status: 200, headers: json, body: '{"id":17}', leaves: 'uncertain' },
  { name: '200 NaN', status: 200, headers: json, body: '{"id":NaN}', leaves: 'uncertain' },
  { name: '204', status: 204, leaves: 'uncertain' },
  {
    name: '301 into the machine’s own network',
    status: 301,
    headers: { Location: 'http://169.254.169.254/' },
    leaves: 'planned',
  },
  { name: '302', status: 302, headers: { Location: 'http://127.0.0.1:9/' }, leaves: 'uncertain' },
  { name: '400', status: 400, leaves: 'rejected' },
  { name: '401', status: 401, leaves: 'planned' },
  { name: '402', status: 402, leaves: 'planned' },
  { name: '404', status: 404, leaves: 'planned' },
  { name: '409', status: 409, leaves: 'rejected' },
  { name: '413', status: 413, leaves: 'rejected' },
  { name: '429, Retry-After 0', status: 429, headers: { 'Retry-After': '0' }, leaves: 'planned' },
  { name: '429, Retry-After abc', status: 429, headers: { 'Retry-After': 'abc' }, leaves: 'planned' },
  { name: '429, Retry-After of three years', status: 429, headers: { 'Retry-After': '99999999' }, leaves: 'planned' },
  { name: '500', status: 500, leaves: 'uncertain' },
  { name: '502', status: 502, body: '<html>Bad Gateway</html>', leaves: 'uncertain' },
  { name: '503', status: 503, headers: { 'Retry-After': '1' }, leaves: 'planned' },
  { name: '200 of 32 MB', status: 200, body: Buffer.alloc(32 * MEGABYTE, 'x'), leaves: 'uncertain' },
  {
    name: '200 gzip of 64 MB',
    status: 200,
    headers: { 'Content-Encoding': 'gzip' },
    body: gzipSync(Buffer.alloc(64 * MEGABYTE)),
    leaves: 'uncertain',
  },
  { name: '200 NUL bytes', status: 200, headers: json, body: Buffer.alloc(100), leaves: 'uncertain' },
  { name: '200 UTF-16', status: 200, headers: json, body: Buffer.from('{"id":"g"}', 'utf16le'), leaves: 'uncertain' },
  { name: '200 a million brackets', status: 200, headers: json, body: '['.repeat(1_000_000), leaves: 'uncertain' },
];

/** R13: a gateway that answers with garbage. */
export const garbage: Experiment = {
  name: 'R13',
  title: 'a gateway that babbles',
  says:
    'Each kind of nonsense is the response to one call, of which the gateway has kept nothing. What may have been taken is uncertain; what was clearly not ' +
    'taken is tried again, and sent once; what is refused for good is rejected.',
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  return inWorld(setting, { kind: 'echoed', concurrency: 8 }, async (world) => {
    await world.startWorker();
    await world.makeAuthority('rh');
    const { expect, failures } = new Expectations();
    let most = 0;
    for (const each of GARBAGE) {
      const status = await answerWith(world, each);
      expect(status === each.leaves, `${each.name}: ${each.leaves}; it is ${status}`);
      most = Math.max(most, peakMegabytes(world.workers.at(-1)?.pid ?? 0));
      // The gateway may be out of use now, for all processes: the next answer meets one that is in use.
      await world.workers.at(-1)?.kill('SIGTERM');
      await world.db.query('delete from gateway_state');
      await world.startWorker();
      await until(() => calm(world), 'what was not taken is sent', 60_000, 50);
    }
    // An hour at the most, and up to a tenth more.
    await world.advance(67 * 60_000);
    await world.idle(60_000);
    const verdict = await judge(world, { late: false });
    const again = GARBAGE.filter(({ leaves }) => leaves === 'planned').length;
    expect(verdict.taken === again, 'what was clearly not taken is sent once in the end');
    return { part: `${GARBAGE.length} answers`, verdict, counts: { 'most memory of a worker, MB': most }, failures };
  });
}

async function answerWith(world: World, { status, headers = {}, body = '' }: Garbage): Promise<string> {
  const { calls } = await world.counts();
  await world.behave({ answer: { status, headers, body: Buffer.from(body).toString('base64') } });
  const [one] = await world.script.book('rh', 1, () => new Date(world.now() + 1_500 + LEAD_MS));
  await until(async () => (await world.counts()).calls > calls, 'a call', 30_000, 20);
  let found = '';
  await until(
    async () => {
      const { rows } = await world.db.query<{ status: string }>(
        `select r.status from ${SHOWN_REMINDERS} r join appointment a on a.id = r.appointment_id
         where a.reference = $1 and r.message_id is not null`,
        [one?.reference],
      );
      found = rows[0]?.status ?? 'handing_over';
      return found !== 'handing_over';
    },
    'an outcome',
    30_000,
    20,
  );
  await world.behave({ answer: null });
  return found;
}

/** Nothing is left that the next answer could meet, but what is asked to wait for an hour. */
async function calm(world: World): Promise<boolean> {
  const { rows } = await world.db.query(
    `select from ${SHOWN_REMINDERS} r where status = 'handing_over' or (status = 'planned' and next_at < $1)`,
    [new Date(world.now() + 600_000)],
  );
  return rows.length === 0;
}

function peakMegabytes(pid: number): number {
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
