import { systemClock, systemTimers } from '../src/clock.ts';
import type { Config } from '../src/config/config.ts';
import { openMigratedDatabase } from '../src/database/connect.ts';
import { Dispatcher } from '../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../src/dispatch/gateways/gateway-caller.ts';
import { Cipher } from '../src/domain/keyring.ts';
import type { SmsGateway } from '../src/gateways/gateway.ts';
import { createLogger } from '../src/log.ts';
import { createMetrics } from '../src/runtime/metrics.ts';
import { openInstallation } from '../src/store/installation.ts';
import { loadShippedTemplates } from '../src/templates/index.ts';

/** The service's own dispatcher in this process, by a clock that the benchmark sets. */
export interface InProcess {
  /** Hands over what is due `at` that moment. @returns how many were started */
  drain(at: Date): Promise<number>;
  /** When the first planned reminder is due. */
  firstDue(): Promise<Date>;
  close(): Promise<void>;
}

/**
 * @param createGateway is given the clock that the dispatcher lives by
 * @param others gateways that stand behind it
 */
export async function openInProcess(
  databaseUrl: string,
  config: Pick<Config, 'encryptionKeys' | 'publicUrl'>,
  concurrency: number,
  createGateway: (now: () => Date) => SmsGateway,
  others: readonly SmsGateway[] = [],
): Promise<InProcess> {
  const database = await openMigratedDatabase({ databaseUrl });
  const { db } = database;
  let ahead = 0;
  const now = () => new Date(systemClock.now().getTime() + ahead);
  const { keyring } = await openInstallation(db, new Cipher(config.encryptionKeys), config.publicUrl, now());
  const gateway = createGateway(now);
  const texts = { keyring, templates: loadShippedTemplates() };
  const running = { log: createLogger('fatal'), metrics: createMetrics(), timers: systemTimers, random: Math.random };
  const sending = { heldReason: () => null };
  const deps = {
    db,
    now,
    ...texts,
    ...running,
    gateways: [gateway, ...others] as const,
    concurrency,
    maxPerCall: 20,
    gatewayProbeMs: 30_000,
    sending,
    worker: 'bench',
    version: '1.2.3',
  };
  return {
    async drain(at) {
      ahead = at.getTime() - systemClock.now().getTime();
      const behind = others.map((other) => new GatewayCaller(other, deps));
      const dispatcher = new Dispatcher(deps, new GatewayCaller(gateway, deps), ...behind);
      const { started } = await dispatcher.drain();
      await dispatcher.stop();
      ahead = 0;
      return started;
    },
    async firstDue() {
      const { at } = await db
        .selectFrom('reminder')
        .select(({ fn }) => fn.min('next_at').as('at'))
        .where('status', '=', 'planned')
        .executeTakeFirstOrThrow();
      return at ?? new Date(Number.NaN);
    },
    async close() {
      await gateway.close();
      await database.close();
    },
  };
}

/** Accepts every SMS at once, so that only the dispatcher and the database take time. */
export function acceptingGateway(): SmsGateway {
  return {
    id: 'bench',
    capabilities: { reference: 'none', maxPerSecond: null, maxSegments: 6, ownOptOutList: false },
    send: async () => ({ kind: 'accepted', gatewayMessageId: null, segments: null }),
    verify: () => false,
    readReceipts: () => [],
    readInbound: () => [],
    acknowledge: () => ({ status: 200, body: '' }),
    close: async () => {},
  };
}
