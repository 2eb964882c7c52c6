import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import smpp, { type Pdu, type Session } from 'smpp';

/** One submit_sm as it was on the wire. */
export interface Submitted {
  readonly from: string;
  readonly to: string;
  /** 5 alphanumeric, 1 international, 3 or 0 short. */
  readonly fromType: number;
  /** 0: the GSM-7 alphabet. 8: UTF-16. */
  readonly coding: number;
  readonly text: string;
  /** Of a long text in parts. */
  readonly part: { readonly reference: number; readonly nth: number; readonly of: number } | null;
  readonly receiptAsked: boolean;
  readonly validUntil: Date | null;
}

export interface Inbound {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** How it is written on the wire; `octets`: 8-bit data of no alphabet, from Latin-1. */
  readonly mode?: 'gsm7' | 'ucs2' | 'parts' | 'octets';
}

/**
 * What a number's last two digits make of an SMS: the SMSC's refusals, and the receipts that follow an acceptance. …63
 * is never answered, the receipt of …60 comes before the answer, and that of …65 says all in its TLVs.
 */
const REFUSALS: Readonly<Record<string, number>> = { '54': 0x0b, '62': 0x14, '67': 0x45 };
const RECEIPTS: Readonly<Record<string, readonly string[]>> = {
  '51': ['UNDELIV 001'],
  '52': ['EXPIRED 027'],
  '53': ['REJECTD 034'],
  '56': [],
  '57': ['UNKNOWN 255'],
  '58': ['ENROUTE 000', 'DELIVRD 000'],
  '59': ['DELIVRD 000', 'DELIVRD 000'],
  '61': ['DELETED 000'],
  '66': ['ACCEPTD 000'],
};
const DELIVERED: readonly string[] = ['DELIVRD 000'];
const THROTTLED = 0x58;
const RECEIPT_AFTER_MS = 100;

/** A carrier's SMSC over SMPP 3.4, on this machine only. */
export class SimulatedSmsc {
  readonly seen: Submitted[] = [];
  readonly #sessions = new Set<Session>();
  readonly #throttled = new Map<string, number>();
  readonly #server = smpp.createServer((session) => this.#welcome(session));
  #lastId = 1_700_000_000;

  /** @returns the port */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** A citizen's SMS. Resolves when whoever is bound has taken responsibility for it. */
  async deliver({ from, to, text, mode = 'gsm7' }: Inbound): Promise<void> {
    const fields = { source_addr: from, source_addr_ton: 1, source_addr_npi: 1, destination_addr: to, esm_class: 0 };
    if (mode === 'parts') {
      const parts = text.match(/[\s\S]{1,153}/g) ?? [];
      for (const [index, message] of parts.entries()) {
        const udh = Buffer.from([5, 0, 3, 77, parts.length, index + 1]);
        await this.#deliver({ ...fields, esm_class: 0x40, data_coding: 0, short_message: { udh, message } });
      }
    } else if (mode === 'octets') {
      await this.#deliver({ ...fields, data_coding: 4, short_message: { message: Buffer.from(text, 'latin1') } });
    } else await this.#deliver({ ...fields, data_coding: mode === 'ucs2' ? 8 : 0, short_message: text });
  }

  #deliver(fields: Readonly<Record<string, unknown>>): Promise<void> {
    const [session] = this.#sessions;
    if (!session) throw new Error('nobody is bound to the SMSC');
    return new Promise((resolve, reject) => {
      session.deliver_sm(fields, ({ command_status: status }) => {
        if (status === 0) resolve();
        else reject(new Error(`deliver_sm was refused with ${status}`));
      });
    });
  }

  #welcome(session: Session): void {
    session.on('error', () => session.destroy());
    session.on('close', () => this.#sessions.delete(session));
    session.on('bind_transceiver', (pdu) => {
      this.#sessions.add(session);
      session.send(pdu.response({ system_id: 'SMSC' }));
    });
    session.on('enquire_link', (pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu) => {
      session.send(pdu.response());
      session.close();
    });
    session.on('submit_sm', (pdu) => this.#submit(session, pdu));
  }

  #submit(session: Session, pdu: Pdu): void {
    this.seen.push(read(pdu));
    const ending = pdu.destination_addr.slice(-2);
    // A text may ask for any status: the table of refusals is longer than the digits.
    const asked = /^status=0x([0-9a-f]+)/i.exec(String(pdu.short_message.message))?.[1];
    const refusal = asked === undefined ? REFUSALS[ending] : Number.parseInt(asked, 16);
    if (refusal !== undefined) return void session.send(pdu.response({ command_status: refusal }));
    if (ending === '55' && this.#throttles(pdu.destination_addr))
      return void session.send(pdu.response({ command_status: THROTTLED }));
    if (ending === '63') return;
    const id = String(++this.#lastId);
    if (ending === '60') {
      this.#report(pdu, id, 'DELIVRD 000');
      return void session.send(pdu.response({ message_id: id }));
    }
    session.send(pdu.response({ message_id: id }));
    if (pdu.registered_delivery === 0) return;
    const receipts = RECEIPTS[ending] ?? DELIVERED;
    receipts.forEach((receipt, nth) => {
      setTimeout(() => this.#report(pdu, id, receipt), RECEIPT_AFTER_MS * (nth + 1)).unref();
    });
  }

  #throttles(to: string): boolean {
    const times = (this.#throttled.get(to) ?? 0) + 1;
    this.#throttled.set(to, times);
    return times <= 2;
  }

  #report(pdu: Pdu, id: string, receipt: string): void {
    const [stat, err] = receipt.split(' ');
    const [session] = this.#sessions;
    const dates = 'submit date:2611250800 done date:2611250801';
    const inTlvs = pdu.destination_addr.endsWith('65');
    session?.deliver_sm({
      ...(inTlvs ? { receipted_message_id: id, message_state: 2 } : {}),
      source_addr: pdu.destination_addr,
      source_addr_ton: 1,
      source_addr_npi: 1,
      destination_addr: pdu.source_addr,
      dest_addr_ton: pdu.source_addr_ton,
      esm_class: 0x04,
      data_coding: 0,
      short_message: inTlvs
        ? ''
        : `id:${id} sub:001 dlvrd:${stat === 'DELIVRD' ? '001' : '000'} ${dates} stat:${stat} err:${err} text:Husk din tid`,
    });
  }
}

function read(pdu: Pdu): Submitted {
  const { udh, message } = pdu.short_message;
  const [kind, , reference = 0, of = 0, nth = 0] = udh?.[0] ?? [];
  return {
    from: pdu.source_addr,
    to: pdu.destination_addr,
    fromType: pdu.source_addr_ton,
    coding: pdu.data_coding,
    text: message.toString(),
    part: kind === 0 ? { reference, nth, of } : null,
    receiptAsked: pdu.registered_delivery !== 0,
    validUntil: pdu.validity_period instanceof Date ? pdu.validity_period : null,
  };
}
