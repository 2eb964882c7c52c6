import type { IngestContext, IngestFormat, IngestResult } from '../format.ts';
import type { Steps } from '../steps.ts';
import { readCalCom } from './cal-com.ts';
import { readMapped } from './mapping.ts';

/** JSON of a vendor, for sources whose settings have a mapping. */
export const vendorJson: IngestFormat = {
  id: 'mapping',
  accepts: (_request, { source }) => source.mapping !== null,
  read: ({ body }, context) => readVendor(body, context),
};

/**
 * Reads a vendor's JSON.
 * @param timestamp of the envelope, for events without one
 * @throws Problem 422 as `readMapped` does
 */
export function readVendor(body: unknown, context: IngestContext, timestamp?: string): Steps<IngestResult> {
  const { mapping } = context.source;
  if (mapping === null) throw new Error('the source has no mapping');
  return mapping === 'cal.com' ? readCalCom(body, context, timestamp) : readMapped(body, mapping, context, timestamp);
}
