import type { ReceiptAcceptor } from '../receipts/accept.ts';
import type { Deps } from '../runtime/deps.ts';
import type { Receiver } from '../sources/receive.ts';

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
  /** Reads anew whether the database is this installation's own, which sending waits for. */
  readonly lookAgain: () => Promise<void>;
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

export type Role = 'viewer' | 'operator' | 'administrator';

/** Who asks: the installation's administrator, or the holder of a key of one authority. */
export interface Actor {
  readonly kind: 'installation' | 'key';
  /** As it stands in the audit: `administrator`, or `key:<prefix> <name>`. */
  readonly name: string;
  /** The installation's administrator has every right of `administrator`, in every authority. */
  readonly role: Role;
  /** null: every authority. */
  readonly authorityId: string | null;
}

/** What middleware leaves for the handlers. */
export interface HttpEnv {
  Variables: {
    requestId: string;
    /** Set on routes that `requireRole` guards. */
    actor: Actor;
  };
}
