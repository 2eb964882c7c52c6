import type { IngestContext, IngestResult } from '../../src/formats/format.ts';
import type { AcceptedResults, Receiver, SourceRequest } from '../../src/sources/receive.ts';

/** Takes in what `read` makes of a request, as the formats do. */
export function receiveReading(
  receiver: Receiver,
  request: Pick<SourceRequest, 'sourceId'> & Partial<SourceRequest>,
  read: (context: IngestContext) => IngestResult | Promise<IngestResult>,
): Promise<AcceptedResults> {
  const sent: SourceRequest = { credentials: 'connection', body: new Uint8Array(), ...request };
  return receiver.retryIfSourceChanged(sent.sourceId, async () => {
    const context = await receiver.authenticate(sent);
    return receiver.accept(context, await read(context), sent);
  });
}
