import { type Cost, costLine, timeOf, turned } from './costs.ts';
import { Installation } from './installation.ts';
import { type Round, reportAtMost, say } from './report.ts';
import { putSource } from './service.ts';
import { startSupplier } from './supplier.ts';

/**
 * The cost for a hand-over of telling a booking system of it: with an endpoint that takes each event at once, and where
 * nobody listens, in turns.
 */
export async function benchListening(serverUrl: string, rounds: number, reminders: number): Promise<void> {
  const supplier = await startSupplier(0);
  // Its own supplier, so that no event is taken for an SMS.
  const endpoint = await startSupplier(0);
  const { host } = new URL(endpoint.origin);
  const told = await Installation.open(serverUrl, supplier, { ...supplier.env, EASYSMS_ALLOWED_ADDRESSES: host });
  await putSource(told.url, 'bench', { events: { url: `http://${host}/events` } });
  const untold = await Installation.open(serverUrl, supplier, supplier.env);
  const costs: readonly Cost[][] = [[], []];
  for (const installation of [told, untold]) {
    await installation.postAndHandOver(reminders);
    await installation.measureRest();
    installation.pause();
  }
  for (let round = 0; round < rounds; round++)
    for (const [nth, installation] of turned([...[told, untold].entries()], round)) {
      installation.resume();
      costs[nth]?.push(await installation.postAndHandOver(reminders));
      installation.pause();
    }
  for (const installation of [told, untold]) await installation.stop();
  for (const each of [supplier, endpoint]) await each.stop();
  const [within = [], without = []] = costs;
  const ratios = within.map((cost, round): Round => ({ ours: timeOf(cost), limit: timeOf(without[round] ?? cost) }));
  reportAtMost('processor time of a hand-over: an endpoint listens / nobody does', ratios, undefined, 'µs');
  say(`     told: ${costLine(within)}`);
  say(`     untold: ${costLine(without)}`);
}
