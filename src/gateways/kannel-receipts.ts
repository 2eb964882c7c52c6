import type { DeliveryCause, DeliveryEvent, DeliveryState } from './gateway.ts';

type Delivery = Pick<DeliveryEvent, 'state' | 'cause' | 'code'>;

/** Causes for a command_status that is more specific than a refusal (SMPP 3.4 §5.1.3). */
const NACK_CAUSES: Readonly<Record<string, DeliveryCause>> = {
  '0x0000000b': 'invalid_number',
  '0x0000000a': 'sender',
  '0x00000048': 'sender',
  '0x00000049': 'sender',
  '0x00000008': 'network',
  '0x00000014': 'network',
  '0x00000058': 'network',
  '0x00000064': 'network',
};

/** States by `stat` in the text of a receipt (SMPP 3.4, appendix B). */
const STATS: Readonly<Record<string, { state: DeliveryState; cause: DeliveryCause | null }>> = {
  DELIVRD: { state: 'delivered', cause: null },
  UNDELIV: { state: 'undelivered', cause: 'network' },
  EXPIRED: { state: 'undelivered', cause: 'expired' },
  REJECTD: { state: 'undelivered', cause: 'rejected' },
  DELETED: { state: 'undelivered', cause: 'rejected' },
  ENROUTE: { state: 'accepted', cause: null },
  ACCEPTD: { state: 'accepted', cause: null },
  UNKNOWN: { state: 'unknown', cause: null },
};

/**
 * State of a message by a receipt.
 * @param d Kannel's delivery code
 * @param smscResponse response of the SMSC
 */
export function readDelivery(d: string, smscResponse: string): Delivery {
  switch (d) {
    case '1':
      return { state: 'delivered', cause: null, code: codeOf(smscResponse) ?? 'd=1' };
    case '2': {
      const stat = /\bstat:(\w+)/.exec(smscResponse)?.[1]?.toUpperCase();
      const known = stat === undefined ? ({ state: 'undelivered', cause: 'network' } as const) : STATS[stat];
      return { ...(known ?? { state: 'unknown', cause: null }), code: codeOf(smscResponse) ?? 'd=2' };
    }
    case '4':
    case '8':
      return { state: 'accepted', cause: null, code: codeOf(smscResponse) ?? `d=${d}` };
    case '16': {
      const status = /0x[0-9a-f]{8}/i.exec(smscResponse)?.[0].toLowerCase();
      const cause =
        status === undefined
          ? /retries exceeded/i.test(smscResponse)
            ? 'network'
            : 'rejected'
          : (NACK_CAUSES[status] ?? 'rejected');
      return { state: 'undelivered', cause, code: status ?? 'NACK' };
    }
    default:
      return { state: 'unknown', cause: null, code: 'unknown' };
  }
}

/** `stat` and `err` of a receipt. The rest of its text begins the SMS, and is not shown to anyone. */
function codeOf(smscResponse: string): string | null {
  const stat = /\bstat:([a-z]{1,10})/i.exec(smscResponse)?.[1];
  const err = /\berr:(\w{1,6})\b/.exec(smscResponse)?.[1];
  return stat ? `${stat}${err ? ` ${err}` : ''}` : null;
}
