import { z } from '@hono/zod-openapi';
import { SOURCE_DEFAULTS } from '../../domain/authority.ts';

const DEFAULTS = SOURCE_DEFAULTS;

/** Settings of a source that say how its HL7 v2 and its CSV are read. */
export const protocolSettings = {
  dateOrder: z
    .enum(['dmy', 'mdy'])
    .default(DEFAULTS.dateOrder)
    .describe(
      'CSV: how a date with `/` or `-` is read whose year comes last: `dmy`: 31/12/2026; `mdy`: 12/31/2026. A file ' +
        'with a date that can only be read the other way is refused as a whole',
    ),
  idField: z
    .enum(['filler', 'placer'])
    .default(DEFAULTS.idField)
    .describe('HL7 v2: whether SCH-2 or SCH-1 is the reference; the other one stands in where it is missing'),
  ackMode: z.enum(['original', 'enhanced']).default(DEFAULTS.ackMode).describe('HL7 v2: how messages are acknowledged'),
  unknownEvents: z
    .enum(['accept', 'reject'])
    .default(DEFAULTS.unknownEvents)
    .describe('HL7 v2: what becomes of messages that are about no appointment'),
  orderBy: z
    .enum(['stamp', 'arrival'])
    .default(DEFAULTS.orderBy)
    .describe(
      'HL7 v2: stamp: a booking or a move whose MSH-7 (else EVN-2) is older than what is stored changes nothing. ' +
        'arrival: the last received counts, for systems whose clock is not right',
    ),
  preAdmissions: z
    .enum(['ignore', 'appointment'])
    .default(DEFAULTS.preAdmissions)
    .describe(
      'HL7 v2: appointment: ADT A05 (pre-admission) books an appointment and A38 cancels it: PV1-19 is its id, ' +
        'PV2-8 its start. ignore: their sender is told that nothing was stored',
    ),
  shortIds: z
    .boolean()
    .default(DEFAULTS.shortIds)
    .describe(
      'HL7 v2: whether one to three digits are the id of an appointment in SCH-1 and PV1-19 without an issuer, ' +
        'too: some senders have counters there, which tie appointments of strangers together',
    ),
};
