import { largeCallbacks } from '../test/stalls/callbacks.ts';
import { FORM_ROUTES, largeForms } from '../test/stalls/forms.ts';
import { type LargeRequest, LargeRequests } from '../test/stalls/large-requests.ts';
import { type StallingService, startStallingService } from '../test/stalls/stalling-service.ts';
import { reportFigure, say } from './report.ts';
import { freshDatabase } from './service.ts';

const MOST_MS = 100;
/** How many of the longest are looked at in a process that has done nothing else. */
const COLD = 12;

/**
 * How long a request of 1 MiB keeps everything else waiting: the worst bodies of every format, form and callback that
 * are known, in a process that has answered them before, and the longest of them in new processes.
 */
export async function benchStalls(serverUrl: string, rounds: number): Promise<void> {
  const requests = new LargeRequests();
  const all = ({ session, url }: StallingService): readonly LargeRequest[] => [
    ...requests.all(),
    ...largeCallbacks(),
    ...largeForms(FORM_ROUTES, session, url),
  ];
  const open = async () => startStallingService(await freshDatabase(serverUrl));
  const stalls = new Map<string, number[]>();
  const warm = await open();
  for (let round = 0; round <= rounds; round++)
    for (const request of all(warm)) {
      const stall = await warm.stallOf(request);
      // The first time is that of a process that still compiles.
      if (round > 0) stalls.set(request.name, [...(stalls.get(request.name) ?? []), stall]);
    }
  await warm.stop();
  const worst = [...stalls].sort(([, a], [, b]) => Math.max(...b) - Math.max(...a)).slice(0, COLD);
  for (const [name, each] of worst) reportFigure(`longest stall, warm: ${name}`, each, 'ms', MOST_MS);
  const cold: (readonly [name: string, ms: number])[] = [];
  for (const [name] of worst) {
    const service = await open();
    const request = all(service).find((each) => each.name === name);
    if (request) cold.push([name, await service.stallOf(request)]);
    await service.stop();
  }
  for (const [name, ms] of cold)
    reportFigure(`longest stall, first request of a process: ${name}`, [ms], 'ms', MOST_MS);
  say(`     of ${stalls.size} requests of up to 1 MiB`);
}
