import type { SourceSettings } from '../../src/domain/authority.ts';
import { Problem } from '../../src/domain/errors.ts';
import type { IngestResult } from '../../src/formats/format.ts';
import { readWebhook } from '../../src/formats/index.ts';
import { ingestContext } from './ingest.ts';
import { finished } from './steps.ts';

export interface Sent {
  readonly type?: string;
  /** By their names in small letters. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly settings?: Partial<SourceSettings>;
}

/** What is made of a body that a source with these settings posts to the webhook. */
export function readPosted(
  body: unknown,
  { type = 'application/json', headers = {}, settings = {} }: Sent = {},
): IngestResult {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  const request = { contentType: type, header: (name: string) => headers[name], body: bytes };
  return finished(readWebhook(request, ingestContext(settings)));
}

/** What it is refused with: the status and each fault with its pointer. */
export function refusalOf(work: () => unknown): {
  readonly status: number;
  readonly faults: readonly string[];
  readonly message: string;
} {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return {
      status: error.status,
      faults: error.faults.map(({ pointer, code }) => `${pointer} ${code}`),
      message: error.message,
    };
  }
  throw new Error('it was taken');
}
