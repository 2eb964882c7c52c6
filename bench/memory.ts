import { startBuilt } from './built.ts';
import { JSON_EVENT, post } from './posts.ts';
import { reportFigure, say } from './report.ts';
import { multiply, openStock } from './rows.ts';
import { dropDatabase } from './service.ts';
import { startSupplier } from './supplier.ts';

/**
 * The most memory that a process has had in hand (resident), start included: one that takes appointments in, one that
 * hands reminders over.
 */
export async function benchMemory(serverUrl: string, rounds: number, each: number): Promise<void> {
  const taking: number[] = [];
  const arrays: number[] = [];
  const handing: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const peaks = await intake(serverUrl, each);
    if (!peaks) return say('–    memory: only Linux tells');
    taking.push(peaks.singles);
    arrays.push(peaks.arrays);
    handing.push(await dispatch(serverUrl, each));
  }
  reportFigure(`memory of a process that took in ${each} appointments over 64 connections`, taking, 'MB', 150);
  reportFigure('and then as many again, 1,000 a request', arrays, 'MB');
  reportFigure(`memory of a process that handed over ${each} reminders`, handing, 'MB', 180);
}

async function intake(serverUrl: string, appointments: number): Promise<{ singles: number; arrays: number } | null> {
  const { databaseUrl, env, token } = await openStock(serverUrl);
  const service = await startBuilt(env);
  await post(service.url, JSON_EVENT, token, 's', { appointments, connections: 64 });
  const singles = service.peakMb();
  await post(service.url, JSON_EVENT, token, 'a', { appointments, connections: 2, together: 1_000 });
  const arrays = service.peakMb();
  await service.stop();
  await dropDatabase(serverUrl, databaseUrl);
  return singles === null || arrays === null ? null : { singles, arrays };
}

async function dispatch(serverUrl: string, reminders: number): Promise<number> {
  const { databaseUrl, env } = await openStock(serverUrl);
  const supplier = await startSupplier(0);
  await multiply(databaseUrl, { count: reminders, due: new Date(), everyMs: 0 });
  const worker = await startBuilt({ ...env, ...supplier.env, EASYSMS_ROLE: 'worker' });
  await supplier.taken(reminders);
  const peak = worker.peakMb() ?? Number.NaN;
  await worker.stop();
  await supplier.stop();
  await dropDatabase(serverUrl, databaseUrl);
  return peak;
}
