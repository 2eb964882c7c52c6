import { z } from '@hono/zod-openapi';
import { SOURCE_DEFAULTS } from '../../domain/authority.ts';
import { isStorableText } from '../../domain/reference.ts';
import { duration } from './place-and-time.ts';
import { refuseWith } from './text.ts';

/** Headers that have a meaning of their own, so that they can't hold a signature. */
export const RESERVED_HEADER = new RegExp(
  '^(?:webhook-(?:id|timestamp|signature)|authorization|proxy-authorization|cookie|host|content-.*|transfer-encoding|' +
    'connection|idempotency-key|ce-.*)$',
  'i',
);

const scheme = {
  header: z
    .string()
    .max(64)
    .refine(
      (name) => /^[A-Za-z0-9-]+$/.test(name),
      refuseWith('not_a_header', 'Write the name of a header: letters, digits and dashes.'),
    )
    .refine(
      (name) => !RESERVED_HEADER.test(name),
      refuseWith('reserved', 'This header has a meaning of its own: name the one with the signature.'),
    )
    .openapi({ example: 'X-Cal-Signature-256' }),
  algorithm: z.enum(['sha256', 'sha1', 'sha512']).default('sha256'),
  encoding: z.enum(['hex', 'base64']).default('hex'),
  prefix: z
    .string()
    .max(20)
    .refine(
      (value) => /^[!-~]*$/.test(value),
      refuseWith('unprintable', 'A prefix is printable ASCII without blanks, such as sha256=.'),
    )
    .default('')
    .openapi({ description: 'What stands before the signature', example: 'sha256=' }),
  timestamped: z
    .boolean()
    .default(false)
    .describe(
      'true: the header is `t=<seconds>,<prefix><signature>`, over `<seconds>.<body>`, as Calendly writes it; the ' +
        'clocks may differ by five minutes',
    ),
  signedAddress: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable()
    .default(null)
    .openapi({
      description: 'The address that the sender signs in front of the body, as it is set there; null: the body alone',
      example: 'https://sms.example.org/v1/webhooks/rn-square',
    }),
  replayMemory: z
    .boolean()
    .default(false)
    .describe(
      'true: the same signed body is a repeat for 7 days, whoever sends it. For senders whose bodies are never the ' +
        'same, say since they hold a version or a time: such a signature has no time of its own',
    ),
};

/** The length of a secret, at least, like that of a token: 24 random characters of base64 are 144 bits. */
const SHORTEST_SECRET = 24;
/** 24 random characters, of digits too, practically never have fewer different ones among them. */
const LEAST_DIFFERENT = 6;

/** True for a text, long enough, that is one piece over and over, or of hardly any different characters. */
function isPattern(value: string): boolean {
  if (value.length < SHORTEST_SECRET) return false;
  return new Set(value).size < LEAST_DIFFERENT || `${value}${value}`.indexOf(value, 1) < value.length;
}

const secret = z
  .string()
  .min(SHORTEST_SECRET)
  .max(512)
  .refine(
    (value) => !isPattern(value),
    refuseWith('guessable', 'This is a pattern, which can be guessed: make a random one.'),
  )
  .refine(isStorableText, refuseWith('unprintable', 'This holds characters that can not be printed.'))
  .nullable()
  .optional()
  .describe(
    'Its UTF-8 text is the key: 24 characters at least, and random. Never shown. Left out: the one that is set ' +
      'stays, also a shorter one of an earlier version; where none is set, and with null, the key is the text of ' +
      'webhookSecret as shown.',
  );

/** The scheme by which the sender signs, as it is set. */
export const authSchema = z
  .strictObject({ hmac: z.strictObject({ ...scheme, secret }).openapi('HmacSettings') })
  .nullable()
  .default(null)
  .describe(
    'How a system signs that does it otherwise than Standard Webhooks; left out or null: it does not, and ' +
      'its secret is dropped',
  );

/** The scheme by which the sender signs, as it is shown: without its secret. */
export const authShown = z
  .object({
    hmac: z
      .object({ ...scheme, secretSet: z.boolean().describe('Whether it has a secret of its own') })
      .openapi('HmacScheme'),
  })
  .nullable();

/** The address of a source's FHIR server; stored without a slash at its end. */
export const fhirBaseUrl = z
  .string()
  .max(500)
  .refine(
    isBaseUrl,
    refuseWith('not_a_base_url', 'Write an address as https://fhir.example.org/r4: without user, query and fragment.'),
  )
  .transform((value) => new URL(value).href.replace(/(?<!\/)\/+$/, ''))
  .nullable()
  .default(null)
  .openapi({
    type: ['string', 'null'],
    example: 'https://fhir.example.org/r4',
    description: 'The FHIR server that resources are read back from; null: none',
  });

function isBaseUrl(value: string): boolean {
  if (!/^https?:\/\/[!-~]+$/i.test(value) || /[?#@\\]/.test(value) || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}

/** How long a source's Patients are kept before their first appointment. */
export const keepPatients = duration('P7D', SOURCE_DEFAULTS.keepPatients)
  .default(SOURCE_DEFAULTS.keepPatients)
  .describe(
    'FHIR: how long a Patient without an appointment ahead is kept, encrypted, until one refers to it (ISO 8601, ' +
      'P7D at most); PT0S: not at all',
  );

/** The authorization for a source's FHIR server. */
export const fhirAuthorization = z
  .string()
  .max(4096)
  .refine(
    (value) => /^[!-~]+(?: [!-~]+)*$/.test(value),
    refuseWith('not_a_header_value', 'Write the whole header value, such as: Bearer <token>.'),
  )
  .nullable()
  .optional()
  .openapi({
    description:
      'The Authorization header that read-backs carry. Never shown. Left out: the one that is set stays, as ' +
      'long as fhirBaseUrl does; null drops it.',
    example: 'Bearer <token>',
  });
