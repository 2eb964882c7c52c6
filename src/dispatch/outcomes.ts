import { isConnectionFailure } from '../database/transaction.ts';
import type { SendResult } from '../gateways/gateway.ts';
import { storableSegments, storableWord } from '../gateways/reading.ts';
import {
  type CurrentTime,
  type DatabaseAccess,
  type GatewayAccess,
  type Logging,
  type Metering,
  pause,
  type Waiting,
} from '../runtime/deps.ts';
import type { Semaphore } from '../runtime/semaphore.ts';
import { backoffMs } from './gateways/call-results.ts';
import { recoverUnrecorded } from './processes.ts';
import { type SettleRow, settle } from './settle.sql.ts';

/** The try that a result is the outcome of, with what decides whether the reminder goes again, and when. */
export interface Call {
  readonly reminderId: string;
  readonly messageId: string;
  readonly attempts: number;
  readonly expiresAt: Date;
  /** It repeats a hand-over whose outcome is unknown. */
  readonly repeat: boolean;
  /** How long an uncertain hand-over waits before it is repeated; null: it never is. */
  readonly repeatAfterMs: number | null;
  /** Its gateway is out of use by now, and another one of the authority is in use. */
  readonly another: boolean;
}

type ReminderOutcome = Pick<SettleRow, 'reminder_status' | 'reminder_reason' | 'next_at'>;

const UNCHANGED: ReminderOutcome = { reminder_status: null, reminder_reason: null, next_at: null };

/** Derives from a call's result the outcome of the message, and of its reminder where that is to be sent again. */
export function outcomeOf(call: Call, result: SendResult, now: Date, random: number): SettleRow {
  const accepted = result.kind === 'accepted';
  return {
    message_id: call.messageId,
    attempts: call.attempts,
    code: storableWord(accepted ? null : result.code),
    gateway_message_id: storableWord('gatewayMessageId' in result ? (result.gatewayMessageId ?? null) : null),
    gateway_segments: storableSegments(accepted ? result.segments : null),
    reminder_id: call.reminderId,
    ...statusOf(call, result, now, random),
  };
}

function statusOf(
  call: Call,
  result: SendResult,
  now: Date,
  random: number,
): Pick<SettleRow, 'status' | 'reason'> & ReminderOutcome {
  switch (result.kind) {
    case 'accepted':
      return { status: 'accepted', reason: null, ...UNCHANGED };
    case 'rejected':
      // The first try of a repeated hand-over may have arrived all the same.
      return { status: call.repeat ? 'uncertain' : 'rejected', reason: result.reason, ...UNCHANGED };
    case 'uncertain':
      return { status: 'uncertain', reason: null, ...afterUncertain(call, now) };
    case 'retry': {
      const waitMs = call.another && !call.repeat ? 0 : backoffMs(call.attempts, result.retryAfterMs, random);
      const next = new Date(now.getTime() + waitMs);
      return { status: call.repeat ? 'uncertain' : 'not_sent', reason: result.reason, ...afterRetry(call, next) };
    }
  }
}

function afterUncertain({ repeat, repeatAfterMs }: Call, now: Date): ReminderOutcome {
  if (repeat || repeatAfterMs === null) return UNCHANGED;
  return { reminder_status: 'handed_over', reminder_reason: null, next_at: new Date(now.getTime() + repeatAfterMs) };
}

function afterRetry({ repeat, expiresAt }: Call, next: Date): ReminderOutcome {
  if (repeat) return { reminder_status: 'handed_over', reminder_reason: null, next_at: next };
  if (next >= expiresAt) return { reminder_status: 'expired', reminder_reason: 'too_late', next_at: null };
  return { reminder_status: 'planned', reminder_reason: null, next_at: next };
}

type WriterDeps = DatabaseAccess & GatewayAccess & Logging & CurrentTime & Waiting & Metering;

const GATHER_MS = 5;
const RETRY_MS = 1_000;
/** Failures of one outcome alone, for reasons that are not the connection's. */
const MOST_FAILURES = 3;

/** The outcome of a call, with the group that it was started in. */
interface Outcome {
  readonly groupId: string;
  readonly row: SettleRow;
}

/**
 * Records outcomes in bulk, soon after they come: what arrives while a statement runs goes with the next one. While the
 * database is away it keeps them and tries again. An outcome that the database refuses harms no other: its group is
 * left to `recoverUnrecorded`.
 */
export class OutcomeWriter {
  readonly #deps: WriterDeps;
  readonly #inHand: Semaphore;
  #waiting: Outcome[] = [];
  #running: Promise<void> | null = null;
  /** How many outcomes of a group are still to be recorded. */
  readonly #open = new Map<string, number>();
  /** Groups with an outcome that was given up, and with outcomes that are still to come. */
  readonly #refused = new Set<string>();
  /** Groups of `#refused` that have no outcome to come: what stands without one is uncertain. */
  readonly #unrecorded = new Set<string>();

  /** @param inHand gets a place back for each outcome that is committed, or given up */
  constructor(deps: WriterDeps, inHand: Semaphore) {
    this.#deps = deps;
    this.#inHand = inHand;
  }

  /** True while an outcome is to come or to be recorded, or was given up and is to be settled. */
  get anyOpen(): boolean {
    return this.#open.size > 0 || this.#unrecorded.size > 0;
  }

  /** Announces a group of so many hand-overs, whose row goes with its last outcome. */
  expect(groupId: string, count: number): void {
    if (count > 0) this.#open.set(groupId, count);
  }

  /** Takes the outcome of one hand-over of an announced group; it is recorded soon, with others. */
  add(groupId: string, row: SettleRow): void {
    this.#waiting.push({ groupId, row });
    this.#running ??= this.#run();
  }

  /** Resolves when everything that was added is recorded. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Makes uncertain what stands without an outcome that could not be recorded. @throws where the database is away */
  async settleUnrecorded(): Promise<void> {
    const groupIds = [...this.#unrecorded];
    await recoverUnrecorded(this.#deps, groupIds, this.#deps.now());
    for (const id of groupIds) this.#unrecorded.delete(id);
  }

  async #run(): Promise<void> {
    await pause(this.#deps.timers, GATHER_MS);
    while (this.#waiting.length > 0) {
      const outcomes = this.#waiting;
      this.#waiting = [];
      const refused = await this.#settle(outcomes);
      if (refused) for (const outcome of outcomes) await this.#settleAlone(outcome);
    }
    this.#running = null;
  }

  /** @returns true when the database refused one of them; while it is away they wait on */
  async #settle(outcomes: Outcome[]): Promise<boolean> {
    try {
      const left = this.#leftAfter(outcomes);
      const ended = [...left].filter(([id, count]) => count === 0 && !this.#refused.has(id)).map(([id]) => id);
      await settle(
        this.#deps.db,
        outcomes.map(({ row }) => row),
        ended,
        this.#deps.now(),
      );
      for (const [id, count] of left) this.#keep(id, count);
      this.#inHand.giveBack(outcomes.length);
      return false;
    } catch (error) {
      this.#report(error, outcomes.length + this.#waiting.length);
      if (!isConnectionFailure(error)) return true;
      this.#waiting.unshift(...outcomes);
      await pause(this.#deps.timers, RETRY_MS);
      return false;
    }
  }

  /** How many of each group are open once these are recorded. */
  #leftAfter(outcomes: readonly Outcome[]): Map<string, number> {
    const left = new Map<string, number>();
    for (const { groupId } of outcomes)
      left.set(groupId, (left.get(groupId) ?? this.#open.get(groupId) ?? Number.POSITIVE_INFINITY) - 1);
    return left;
  }

  #keep(groupId: string, count: number): void {
    if (count > 0) return void this.#open.set(groupId, count);
    this.#open.delete(groupId);
    if (this.#refused.delete(groupId)) this.#unrecorded.add(groupId);
  }

  async #settleAlone(outcome: Outcome): Promise<void> {
    for (let failures = 0; failures < MOST_FAILURES; failures++) {
      // An outcome that still waits for the connection is no failure of its own.
      if (!(await this.#settle([outcome]))) return;
      await pause(this.#deps.timers, RETRY_MS / MOST_FAILURES);
    }
    // The group's row stays until it is recovered, which is not before the last of its calls has ended.
    this.#refused.add(outcome.groupId);
    for (const [id, count] of this.#leftAfter([outcome])) this.#keep(id, count);
    this.#inHand.giveBack(1);
  }

  #report(error: unknown, outcomes: number): void {
    this.#deps.metrics.failures.inc({ place: 'settle' });
    this.#deps.log.error(
      { outcomes, error: error instanceof Error ? error.message : 'unknown' },
      'outcomes could not be recorded yet',
    );
  }
}
