import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IngestResult } from '../../src/formats/format.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { eventWith } from '../support/ingest.ts';

describe('a source whose settings change while a request is on the way', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp();
    await app.makeAuthority('rh');
    await app.makeSource('rh', 'epj');
  });
  afterAll(() => app.close());

  /** Sends an appointment, and changes the source so many times after it was authenticated. */
  const send = (reference: string, changes: number) => {
    let left = changes;
    const read = async (): Promise<IngestResult> => {
      if (left-- > 0)
        await app.json(200, '/v1/authorities/rh/sources/epj', {
          method: 'PUT',
          body: { name: `EPJ ${reference} ${left}` },
        });
      return {
        elements: [{ kind: 'appointment', event: eventWith({ reference, start: new Date('2026-12-08T09:00:00Z') }) }],
        array: false,
      };
    };
    return app.deps.receiver.receive({ sourceId: 'epj', credentials: 'connection', body: new Uint8Array(), read });
  };

  it('is read anew', async () => {
    expect((await send('A-1', 2)).answers).toMatchObject([{ result: 'accepted', reference: 'A-1' }]);
  });

  it('that never rest is asked for the request once more, and nothing is stored', async () => {
    await expect(send('A-2', 3)).rejects.toMatchObject({ status: 503, code: 'busy', retryAfterSeconds: 1 });
    expect(await app.db.selectFrom('appointment').select('reference').execute()).toEqual([{ reference: 'A-1' }]);
  });
});
