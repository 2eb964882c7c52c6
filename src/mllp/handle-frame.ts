import { randomUUID } from 'node:crypto';
import type { RefusedAccesses } from '../accounts/refused-access.ts';
import { isConnectionFailure } from '../database/transaction.ts';
import { errorName, Problem } from '../domain/errors.ts';
import type { BodyMemory } from '../runtime/body-memory.ts';
import type { CurrentTime, Logging, Metering } from '../runtime/deps.ts';
import { clientKey } from '../runtime/networks.ts';
import type { OutageLogging } from '../runtime/outage-log.ts';
import { receiveHl7v2, refuseLongHl7v2 } from '../sources/hl7v2.ts';
import type { Receiver } from '../sources/receive.ts';
import type { MllpFrame } from './framing.ts';

/** Dependencies of a connection. */
export interface MllpDeps extends Logging, Metering, CurrentTime, OutageLogging {
  readonly receiver: Receiver;
  readonly refusedAccesses: Pick<RefusedAccesses, 'note'>;
  /** The memory for messages, which request bodies share. */
  readonly bodies: BodyMemory;
}

/** The client of a connection. */
export interface MllpClient {
  /** The source that it speaks for. */
  readonly source: string;
  readonly address: string | undefined;
}

/** Notes for the audit that a client could not prove that it is a source. */
export function noteUnproven({ refusedAccesses }: MllpDeps, address: string | undefined): void {
  const refused = { action: 'authentication.refused', actor: 'anonymous', target: 'mllp', authorityId: null } as const;
  refusedAccesses.note({ ...refused, client: clientKey(address ?? 'unknown') });
}

/** Reaction to a frame. */
export type FrameResponse =
  /** Without framing. */
  | { readonly kind: 'ack'; readonly bytes: Uint8Array }
  | { readonly kind: 'none' }
  /** Breaks off the connection: no ACK can ask for a repetition, but senders repeat what was not acknowledged. */
  | { readonly kind: 'break_off' };

/** Processes a frame. Never rejects; resolves after the commit. */
export async function handleFrame(deps: MllpDeps, client: MllpClient, frame: MllpFrame): Promise<FrameResponse> {
  deps.metrics.stalls.enter('mllp');
  const { response, result } = await respond(deps, client, frame);
  deps.metrics.mllpMessages.inc({ result });
  return response;
}

async function respond(
  deps: MllpDeps,
  client: MllpClient,
  frame: MllpFrame,
): Promise<{ response: FrameResponse; result: string }> {
  const { source: sourceId } = client;
  try {
    if (frame.kind === 'no_room')
      throw new Problem(503, 'busy', 'There is no room for this message beside the others.');
    if (frame.kind === 'garbage') throw new Problem(400, 'not-mllp', 'The bytes received are not an MLLP frame.');
    if (frame.kind === 'too_long') {
      const bytes = await refuseLongHl7v2(deps, sourceId, frame.head);
      return { response: bytes ? { kind: 'ack', bytes } : { kind: 'none' }, result: 'refused' };
    }
    const received = await receiveHl7v2(deps, {
      sourceId,
      credentials: 'connection',
      body: frame.bytes,
      requestId: randomUUID(),
    });
    const accepted = received.results.length > 0 && received.results.every(({ result }) => result !== 'refused');
    return { response: received.kind === 'ack' ? received : { kind: 'none' }, result: accepted ? 'taken' : 'refused' };
  } catch (error) {
    return { response: { kind: 'break_off' }, result: explain(deps, client, error) };
  }
}

/**
 * Logs why there is no acknowledgement. The message of an unknown error may contain data of the sender, so only its
 * name and code are logged.
 */
function explain(deps: MllpDeps, { source, address }: MllpClient, error: unknown): string {
  const { log, metrics } = deps;
  if (error instanceof Problem && error.status === 401) {
    noteUnproven(deps, address);
    log.warn({ source }, 'an MLLP message is for an unknown source: it was not acknowledged');
    return 'unknown_source';
  }
  if (error instanceof Problem && error.status < 500) {
    log.warn({ source, problem: error.code }, 'an MLLP message is not HL7 v2: the connection was closed');
    return 'unreadable';
  }
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (error instanceof Problem || isConnectionFailure(error)) {
    deps.outages.note(
      'an MLLP message could not be stored now: it was not acknowledged, so that the sender repeats it',
      error instanceof Problem ? { problem: error.code } : { problem: 'database', code },
      { source },
    );
    return 'unavailable';
  }
  metrics.failures.inc({ place: 'mllp' });
  log.error(
    { source, error: errorName(error), code },
    'an MLLP message failed: it was not acknowledged, so that the sender repeats it',
  );
  return 'failed';
}
