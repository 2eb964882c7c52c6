/** The part of the package `smpp` that the simulated SMSC uses; it brings no types of its own. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server } from 'node:net';

  interface ShortMessage {
    readonly udh?: readonly Buffer[];
    readonly message: string | Buffer;
  }

  interface Pdu {
    readonly command_status: number;
    readonly source_addr: string;
    readonly destination_addr: string;
    readonly source_addr_ton: number;
    readonly dest_addr_ton: number;
    readonly data_coding: number;
    readonly esm_class: number;
    readonly registered_delivery: number;
    readonly validity_period: Date | string | null;
    readonly short_message: ShortMessage;
    response(fields?: Readonly<Record<string, unknown>>): Pdu;
  }

  interface Session extends EventEmitter {
    on(event: 'close', listener: () => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: string, listener: (pdu: Pdu) => void): this;
    send(pdu: Pdu): boolean;
    deliver_sm(fields: Readonly<Record<string, unknown>>, answered?: (pdu: Pdu) => void): boolean;
    close(): void;
    destroy(): void;
  }

  const smpp: { createServer(onSession: (session: Session) => void): Server };
  export default smpp;
  export type { Pdu, Session, ShortMessage };
}
