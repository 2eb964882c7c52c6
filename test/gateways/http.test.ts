import { afterEach, describe, expect, it } from 'vitest';
import { SupplierHttp } from '../../src/gateways/http.ts';
import { serveHttp } from './servers.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

describe('calls that wait for a connection', () => {
  it('are never written once they were given up', async () => {
    const paths: string[] = [];
    let answer: () => void = () => {};
    const server = await serveHttp((request, response) => {
      paths.push(String(request.headers['x-call']));
      answer = () => void response.end('taken');
      if (paths.length > 1) answer();
    });
    const http = new SupplierHttp(new URL(server.url), 1);
    opened.push(server, http);
    const call = (name: string, signal = AbortSignal.timeout(60_000)) => http.post({ 'X-Call': name }, '', signal);

    const first = call('first');
    const controller = new AbortController();
    const second = call('second', controller.signal);
    const third = call('third');
    controller.abort();
    expect(await second).toEqual({ mayHaveLeft: false, code: 'aborted' });
    while (paths.length === 0) await new Promise((resolve) => setImmediate(resolve));
    answer();
    expect(await first).toMatchObject({ status: 200, body: 'taken' });
    expect(await third).toMatchObject({ status: 200, body: 'taken' });
    expect(paths).toEqual(['first', 'third']);
  });

  it('end when it is closed, and report that nothing was sent', async () => {
    let calls = 0;
    const server = await serveHttp(() => {
      calls++;
    });
    opened.push(server);
    const http = new SupplierHttp(new URL(server.url), 1);
    const waiting = [1, 2].map(() => http.post({}, '', AbortSignal.timeout(60_000)));
    while (calls === 0) await new Promise((resolve) => setImmediate(resolve));
    await http.close();
    expect(
      (await Promise.all(waiting)).map((outcome) => 'mayHaveLeft' in outcome && outcome.mayHaveLeft).sort(),
    ).toEqual([false, true]);
    expect(await http.post({}, '', AbortSignal.timeout(60_000))).toMatchObject({ mayHaveLeft: false });
  });
});
