import { expect, it } from 'vitest';
import { readWebhook } from '../../../src/formats/index.ts';
import { SOURCE_ADDRESSES } from '../../../src/http/source-addresses.ts';
import { messageFormat } from '../../../src/sources/dry-run/dry-run-message.ts';
import { ingestContext } from '../../support/ingest.ts';

const WEBHOOK = '/v1/webhooks/:source';
/** Takes messages of every format. */
const DRY_RUN = '/v1/sources/:source/test';
/** The content types that booking systems send to each of the other addresses. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  [WEBHOOK]: 'application/json',
  '/v1/fhir/:source/*': 'application/fhir+json',
  '/v1/hl7v2/:source': 'application/hl7-v2',
  '/v1/sources/:source/imports': 'text/csv',
};

it('every address of booking systems stands here with what is sent to it', () => {
  expect([...Object.keys(CONTENT_TYPES), DRY_RUN].sort()).toEqual(Object.keys(SOURCE_ADDRESSES).sort());
});

it('a message without its address gets its dry run as what its content type says, for each address another', () => {
  const formats = Object.values(CONTENT_TYPES).map((type) =>
    messageFormat(new Uint8Array(), (name) => (name === 'content-type' ? type : undefined)),
  );
  expect(new Set(formats).size).toBe(formats.length);
});

it.each(Object.entries(CONTENT_TYPES).filter(([address]) => address !== WEBHOOK))(
  'the webhook names %s to whoever sends it %s',
  (address, contentType) => {
    const content = { contentType, header: () => undefined, body: new Uint8Array() };
    const named = address.replace('/*', '').replace(':source', '{source}');
    expect(() => readWebhook(content, ingestContext()).next()).toThrow(named);
  },
);
