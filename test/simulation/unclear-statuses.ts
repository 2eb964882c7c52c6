import { receiveHl7v2 } from '../../src/sources/hl7v2.ts';
import { putSource } from '../../src/staff/sources/sources.ts';
import type { SharedDatabase } from './database.ts';
import { hl7Time } from './hospital.ts';
import type { Judge } from './judge.ts';
import type { Requests } from './requests.ts';
import { sourceSettings } from './set-up.ts';
import { HOUR, MINUTE, type Setting } from './settings.ts';
import type { Timeline } from './timeline.ts';

interface World {
  readonly timeline: Timeline;
  readonly requests: Requests;
  readonly database: SharedDatabase;
  readonly judge: Judge;
  readonly setting: Setting;
}

interface Life {
  /** What the hospital says in SCH-25; null: nothing that is unknown. */
  readonly word: string | null;
  /** True where the first message says so already. */
  readonly fromTheFirst: boolean;
  /** What makes it clear: a message, or what the word is mapped to; null: nothing does. */
  readonly cleared: { readonly event: string; readonly code: string } | { readonly means: string } | null;
  /** The status in the end. */
  readonly status: string;
  /** Whether its reminder goes in the end. */
  readonly goes: boolean;
}

const LIVES: readonly Life[] = [
  { word: null, fromTheFirst: true, cleared: null, status: 'booked', goes: true },
  { word: 'Cancelled - late', fromTheFirst: false, cleared: null, status: 'booked', goes: false },
  { word: 'Cncl', fromTheFirst: true, cleared: null, status: 'booked', goes: false },
  { word: 'Ikke aflyst', fromTheFirst: false, cleared: { event: 'S14', code: 'Booked' }, status: 'booked', goes: true },
  { word: 'Declined', fromTheFirst: true, cleared: { event: 'S15', code: '' }, status: 'cancelled', goes: false },
  { word: 'CX', fromTheFirst: false, cleared: { means: 'booked' }, status: 'booked', goes: true },
  { word: 'LWBS', fromTheFirst: false, cleared: { means: 'cancelled' }, status: 'cancelled', goes: false },
  { word: 'Void', fromTheFirst: true, cleared: { means: 'ignore' }, status: 'entered-in-error', goes: false },
];

const AUTHORITY = 'beta';
const UNCLEAR = 'a status that may be an end';

/**
 * Has a hospital say of its appointments, in words that nobody knows, what may be their end: nothing is sent about one
 * until a message with a known status comes or the word is mapped, and then each goes on as that says. It comes after
 * all else, so that the dice fall as if it did not.
 */
export async function checkUnclearStatuses(world: World): Promise<void> {
  const { timeline, database, judge } = world;
  const { now } = timeline;
  // The reminder a day before is due in two hours, and it is cleared in four.
  const start = Math.floor(now / HOUR) * HOUR + 28 * HOUR;
  for (const [nth, life] of LIVES.entries()) {
    const phone = `+4520129${String(700 + nth)}`;
    const post = { reference: `U-${nth}`, start, phone, place: '', order: 1 } as const;
    judge.posted({ authority: AUTHORITY, reference: post.reference, posts: [] }, { ...post, type: 'booked' });
    const say = (
      minute: number,
      event: string,
      code: string,
      answered: (ack: string, isFirst: boolean) => void = () => {},
    ) =>
      timeline.after(minute * MINUTE, () => {
        const body = written({ ...post, nth, event, code, made: now - HOUR + minute * MINUTE });
        send(world, `unclear ${nth} ${event}`, body, answered);
      });
    const { word, fromTheFirst, cleared } = life;
    if (word === null || !fromTheFirst) say(0, 'S12', 'Booked');
    if (word === null) continue;
    say(10, fromTheFirst ? 'S12' : 'S14', word, (ack, isFirst) => {
      if (isFirst && !ack.includes('|W|unknown_status|'))
        judge.violation(`the hospital was not told that ${word} is unknown`);
      judge.forbid(UNCLEAR, AUTHORITY, phone);
    });
    if (cleared === null) continue;
    timeline.after(4 * HOUR, () => {
      judge.lift(AUTHORITY, phone, UNCLEAR);
      if (life.status === 'cancelled') judge.posted(judgedOf(world, nth), { ...post, order: 2, type: 'cancelled' });
    });
    if ('event' in cleared) say(4 * 60, cleared.event, cleared.code);
  }
  timeline.after(4 * HOUR, () => mapWords(world));
  await timeline.runUntil(now + 6 * HOUR);
  // Clear appointments get theirs before the deadline, also where the supplier is out for a while.
  for (let hour = 7; hour < 28 && goingLives(database).some(({ sent }) => !sent); hour++)
    await timeline.runUntil(now + hour * HOUR);
  const stored = storedLives(database);
  if (stored === null) return;
  for (const [nth, { status, goes, word }] of LIVES.entries()) {
    const found = stored.find(({ reference }) => reference === `U-${nth}`);
    const ended = status !== 'booked';
    if (found?.status !== status || found.sent !== goes || (ended && found.waiting))
      judge.violation(`what the hospital called ${word} stands as ${JSON.stringify(found)}`);
  }
}

interface StoredLife {
  readonly reference: string;
  readonly status: string;
  readonly sent: boolean;
  readonly waiting: boolean;
}

function storedLives(database: SharedDatabase): readonly StoredLife[] | null {
  return database.inspect<StoredLife>(
    `select a.reference, a.status,
      exists (select from message m join reminder r on r.id = m.reminder_id
        where r.appointment_id = a.id and r.template = 'reminder') as sent,
      exists (select from reminder r
        where r.appointment_id = a.id and r.template = 'reminder' and r.status = 'planned') as waiting
    from appointment a where a.reference like 'U-_'`,
    [],
  );
}

/** The lives whose reminder is to go in the end. */
function goingLives(database: SharedDatabase): readonly StoredLife[] {
  return (storedLives(database) ?? []).filter(({ reference }) => LIVES[Number(reference.slice(2))]?.goes);
}

const judgedOf = ({ judge }: World, nth: number) =>
  (judge.appointments.get(`U-${nth}`) as NonNullable<ReturnType<typeof judge.appointments.get>>).booked;

/** @param answered is called with the ACK, and whether it was the first try: a repetition of what was taken has no warnings */
function send(
  { requests, judge }: World,
  label: string,
  body: string,
  answered: (ack: string, isFirst: boolean) => void,
): void {
  let tries = 0;
  requests.ask<string>(
    label,
    async ({ receiver, deps }) => {
      tries++;
      const request = { sourceId: AUTHORITY, credentials: 'connection', body: Buffer.from(body) } as const;
      const ack = await receiveHl7v2({ receiver, now: deps.now }, request);
      return ack.kind === 'ack' ? Buffer.from(ack.bytes).toString() : '';
    },
    (ack) => {
      if (!ack.includes('\rMSA|AA|')) judge.violation(`the hospital was refused ${label}: ${ack}`);
      answered(ack, tries === 1);
    },
    { late: true },
  );
}

/** An administrator says what words mean. */
function mapWords({ requests, setting }: World): void {
  const statusMap = Object.fromEntries(
    LIVES.flatMap(({ word, cleared }) => (word && cleared && 'means' in cleared ? [[word, cleared.means]] : [])),
  );
  requests.ask(
    'map unclear',
    async ({ deps, receiver }) => {
      const settings = { ...sourceSettings(setting, AUTHORITY), statusMap };
      await putSource(deps, { authorityId: AUTHORITY, id: AUTHORITY, actor: 'simulation', settings }, deps.now());
      await receiver.releaseMapped(AUTHORITY);
    },
    () => {},
    { late: true },
  );
}

interface Said {
  readonly nth: number;
  readonly reference: string;
  readonly start: number;
  readonly phone: string;
  readonly event: string;
  readonly code: string;
  readonly made: number;
}

function written({ nth, reference, start, phone, event, code, made }: Said): string {
  return [
    `MSH|^~\\&|PAS|H|SMS|H|${hl7Time(made)}||SIU^${event}|${event}-U-${nth}-${made}|P|2.5.1`,
    `SCH||${reference}^PAS${'|'.repeat(9)}^^^${hl7Time(start)}${'|'.repeat(14)}${code}`,
    `PID|1||U-${nth}^^^H^MR||||||||||${phone}^PRN^CP`,
    'AIL|1||AMB1',
  ].join('\r');
}
