import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contender, startContender } from './contenders.ts';
import { JSON_EVENT, type Load, post } from './posts.ts';
import { type Round, report } from './report.ts';
import { freshDatabase } from './service.ts';

const SINGLE: Load = { appointments: 2_000, connections: 64 };
const THOUSANDS: Load = { appointments: 10_000, connections: 2, together: 1_000 };

/** Posts to a service on the embedded database: against one statement a request, and against PostgreSQL. */
export async function benchEmbedded(serverUrl: string, rounds: number): Promise<void> {
  const folders = [
    mkdtempSync(join(tmpdir(), 'easysms-bench-')),
    mkdtempSync(join(tmpdir(), 'easysms-bench-')),
  ] as const;
  try {
    const ours = await startContender('service', folders[0]);
    const oneByOne = await startContender('one by one', folders[1]);
    const postgres = await startContender('service', await freshDatabase(serverUrl));
    await compare([ours, oneByOne, postgres], rounds);
    for (const contender of [ours, oneByOne, postgres]) await contender.stop();
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(
  [ours, oneByOne, postgres]: readonly [Contender, Contender, Contender],
  rounds: number,
): Promise<void> {
  const rate = ({ url, token }: Contender, prefix: string, load: Load) => post(url, JSON_EVENT, token, prefix, load);
  for (const contender of [ours, oneByOne, postgres]) await rate(contender, 'warm', { ...SINGLE, appointments: 1_000 });
  const singles: Round[] = [];
  const thousands: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    singles.push({ limit: await rate(oneByOne, `s${round}`, SINGLE), ours: await rate(ours, `s${round}`, SINGLE) });
    thousands.push({
      limit: await rate(postgres, `t${round}`, THOUSANDS),
      ours: await rate(ours, `t${round}`, THOUSANDS),
    });
  }
  report('embedded database, 64 connections: service / one statement a request', singles, 3);
  report('appointments taken in, 1,000 a request: embedded database / PostgreSQL', thousands, 0.3);
}
