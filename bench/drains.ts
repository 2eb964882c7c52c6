import { setMaxListeners } from 'node:events';
import { SupplierHttp } from '../src/gateways/http.ts';
import { createDrainingPeer } from './drain-peers.ts';
import { createDutifulWork } from './duties.ts';
import { createBareWork, type Drain, type Send, WITH_DUTIES } from './work.ts';

/** Stores of a drain: its queue, and the database for what a peer's duties read and write. */
export interface Stores {
  /** A database, or Redis for a peer that has none. */
  readonly queue: string;
  readonly database: string;
}

/** @param kind `bare` or a peer, with or without duties */
export async function createDrain(kind: string, stores: Stores, gateway: string, inFlight: number): Promise<Drain> {
  const send = createSend(gateway, inFlight);
  if (kind === 'bare') return createBare(send, inFlight);
  const lanes = kind.startsWith('pg-boss loop') || kind === `pg-boss work${WITH_DUTIES}` ? 2 : 1;
  const each = inFlight / lanes;
  const work = kind.endsWith(WITH_DUTIES)
    ? await createDutifulWork(stores.database, send, each)
    : createBareWork(send, each);
  return createDrainingPeer(kind.replace(WITH_DUTIES, ''), stores.queue, work, inFlight, lanes);
}

const TEXT =
  'Husk din aftale hos Bench tirsdag d. 1. december kl. 9.00. Sted: Opgang 4. Svar STOP for ikke at få flere.';

/** A call as the service makes it, with as many headers and octets as its adapter for Kannel sends. */
function createSend(gateway: string, inFlight: number): Send {
  const http = new SupplierHttp(new URL(gateway), inFlight);
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const headers = {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-Kannel-Username': 'bench',
    'X-Kannel-Password': 'bench',
    'X-Kannel-From': 'Bench',
    'X-Kannel-Coding': '0',
    'X-Kannel-DLR-Mask': '31',
    'X-Kannel-Validity': '1440',
  };
  return async ({ id, to = '+4520100000', text = TEXT }) => {
    const receipts = `http://127.0.0.1:3000/v1/callbacks/kannel/receipts?token=bench&reference=${id}&d=%d&answer=%A&smscId=%F`;
    const own = { ...headers, 'X-Kannel-To': to, 'X-Kannel-DLR-Url': receipts };
    const response = await http.post(own, text, signal);
    if ('mayHaveLeft' in response || !response.body.startsWith('0:'))
      throw new Error(`the gateway responded ${JSON.stringify(response)}`);
  };
}

function createBare(send: Send, inFlight: number): Drain {
  return {
    fill: async () => {},
    async drain(count) {
      let left = count;
      const worker = async () => {
        while (left-- > 0) await send({ id: '01931b1c-0000-7000-8000-000000000000' });
      };
      await Promise.all(Array.from({ length: inFlight }, worker));
    },
  };
}
