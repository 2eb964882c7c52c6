import type { ReceiptAcceptor } from '../receipts/accept.ts';
import type { Deps } from '../runtime/deps.ts';
import type { Receiver } from '../sources/receive.ts';

export type { HttpEnv } from './env.ts';

/** What the routes are made with: the verbs' dependencies and what only HTTP needs. */
export interface HttpDeps extends Deps {
  /**
   * `db` for administrators, over connections of their own: however long they wait for it, nothing that comes in or
   * goes out does.
   */
  readonly adminPool?: Deps['db'];
  /** Bearer token of the installation's administrator. */
  readonly adminToken: string;
  /** One for all ways in. */
  readonly receiver: Receiver;
  readonly receipts: ReceiptAcceptor;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly readiness: () => Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }>;
  /** null: the simulator is not among the gateways. */
  readonly simulator: SimulatedPhones | null;
  /** The embedded database is used. */
  readonly embedded: boolean;
  /** The listen address is a loopback address. */
  readonly loopback: boolean;
  readonly role: 'all' | 'api' | 'worker';
  /** How long one request may ask a booking system's FHIR server, in milliseconds. */
  readonly fhirTimeMs?: number;
  /** Reads again from the database whether it belongs to this installation. */
  readonly refreshBinding: () => Promise<void>;
}

/** The phones of the simulator gateway, as its page shows them. */
export interface SimulatedPhones {
  /**
   * Oldest first. `phone` is the citizen's number, `sender` what it came from or went to; `state` is null before a
   * receipt.
   */
  phone(): readonly {
    readonly id: string;
    readonly phone: string;
    readonly sender: string;
    readonly direction: 'received' | 'written';
    readonly text: string;
    readonly at: Date;
    readonly state: string | null;
  }[];
  /** A citizen writes an SMS. */
  reply(reply: { readonly from: string; readonly to: string; readonly text: string }): Promise<void>;
}
