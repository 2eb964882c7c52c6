import { receiveHl7v2 } from '../../src/sources/hl7v2.ts';
import type { SharedDatabase } from './database.ts';
import type { Judge } from './judge.ts';
import type { Requests } from './requests.ts';
import { DAY, HOUR, MINUTE } from './settings.ts';
import type { Timeline } from './timeline.ts';

interface World {
  readonly timeline: Timeline;
  readonly requests: Requests;
  readonly database: SharedDatabase;
  readonly judge: Judge;
}

/** A message of the hospital: what it says of an appointment, by which ids, and how many minutes after the first. */
interface Message {
  readonly event: string;
  readonly ids: string;
  readonly minute: number;
  /** The day of the appointment, counted from today. */
  readonly day: number;
}

/** Orders in which the messages about one appointment come, each with the day that stands in the end; null: none. */
const LIVES: readonly { readonly order: readonly string[]; readonly stands: number | null }[] = [
  { order: ['book', 'move', 'cancel'], stands: null },
  { order: ['move', 'book', 'cancel'], stands: null },
  { order: ['cancel', 'move', 'book'], stands: null },
  { order: ['book', 'move', 'ask', 'admit'], stands: 9 },
  { order: ['ask', 'move', 'admit', 'book'], stands: 9 },
];

/** SCH-1 alone at first, SCH-1 and SCH-2 later; two more are requests and admissions, of which nothing is read. */
function messagesOf(nth: number): Readonly<Record<string, Message>> {
  const [alone, both] = [`W-${nth}`, `W-${nth}|F-${nth}`];
  return {
    book: { event: 'SIU^S12', ids: alone, minute: 0, day: 8 },
    move: { event: 'SIU^S13', ids: both, minute: 1, day: 9 },
    cancel: { event: 'SIU^S15', ids: nth % 2 === 0 ? alone : both, minute: 2, day: 9 },
    ask: { event: 'SRM^S04', ids: both, minute: 3, day: 9 },
    admit: { event: 'ADT^A04', ids: both, minute: 3, day: 9 },
  };
}

/**
 * Has a hospital name its appointments by SCH-1 alone at first, and by SCH-2 too once there is one, in several orders:
 * of each there is one appointment, which stands as the newest message says, and who sends what is not read is told so.
 * It comes after all else, so that the dice fall as if it did not.
 */
export async function checkHospital({ timeline, requests, database, judge }: World): Promise<void> {
  const { now } = timeline;
  for (const [nth, { order }] of LIVES.entries()) {
    for (const [place, name] of order.entries()) {
      const message = messagesOf(nth)[name] as Message;
      const body = Buffer.from(written(message, nth, now));
      const send = () =>
        requests.ask<string>(
          `hospital ${nth} ${name}`,
          async ({ receiver, deps }) => {
            const request = { sourceId: 'beta', credentials: 'connection', body } as const;
            const ack = await receiveHl7v2({ receiver, now: deps.now }, request);
            return ack.kind === 'ack' ? Buffer.from(ack.bytes).toString() : '';
          },
          (ack) => {
            if (!ack.includes('\rMSA|AA|')) judge.violation(`the hospital was refused ${name}: ${ack}`);
            if (ack.includes('|W|nothing_stored|') !== !message.event.startsWith('SIU'))
              judge.violation(`the hospital was not told what became of ${message.event}`);
          },
          { late: true },
        );
      timeline.after(place * 10 * MINUTE, send);
    }
  }
  await timeline.runUntil(now + 2 * HOUR);
  const stored = database.inspect<{ reference: string; start_at: Date; status: string }>(
    "select reference, start_at, status from appointment where reference like any (array['W-%', 'F-%'])",
    [],
  );
  if (stored === null) return;
  for (const [nth, { stands }] of LIVES.entries()) {
    const own = stored.filter(({ reference }) => reference.endsWith(`-${nth}`));
    const booked = own.filter(({ status }) => status === 'booked').map(({ start_at: at }) => at.getTime());
    const expected = stands === null ? [] : [startOf(stands, now)];
    if (own.length !== 1 || String(booked) !== String(expected))
      judge.violation(`of the hospital's appointment ${nth} there are ${own.length}, booked ${booked.length} times`);
  }
}

/** Noon of that day. */
function startOf(day: number, now: number): number {
  return Math.floor(now / DAY) * DAY + day * DAY + 12 * HOUR;
}

/** An instant, to the minute, as HL7 v2 writes it. */
export function hl7Time(at: number): string {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]|\..*/g, '');
  return `${digits.slice(0, 12)}+0000`;
}

function written({ event, ids, minute, day }: Message, nth: number, now: number): string {
  const made = hl7Time(now - HOUR + minute * MINUTE);
  return [
    `MSH|^~\\&|PAS|H|SMS|H|${made}||${event}|${event}-${nth}|P|2.5.1`,
    `SCH|${ids}${'|'.repeat(ids.includes('|') ? 9 : 10)}^^^${hl7Time(startOf(day, now))}`,
    // Without a number: which SMS go is judged elsewhere.
    `PID|1||P-${nth}^^^H^MR`,
    'AIL|1||AMB1',
  ].join('\r');
}
