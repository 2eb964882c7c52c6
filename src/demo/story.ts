import type { Clock } from '../clock.ts';
import { HOUR_MS } from '../domain/duration.ts';
import { AUTHORITY, type DemoClient, SOURCE } from './client.ts';

const LEAD_MS = 2 * HOUR_MS;
/** The wait for a state, at the longest: guards against hanging only. */
const TIMEOUT_MS = 120_000;
const POLL_MS = 200;

/** Appointments of the story; `after` is the time until the reminder is due, in seconds. */
const STORY = [
  { id: 'A-1', who: 'Anna', phone: '20 30 41 50', after: 3, language: 'da', ends: 'delivered' },
  { id: 'A-2', who: 'Bob', phone: '20 30 42 50', after: 3, language: 'en', ends: 'delivered' },
  { id: 'A-3', who: 'Carl, whose phone is off', phone: '20 30 43 51', after: 4, language: 'da', ends: 'undelivered' },
  { id: 'A-4', who: 'Dorte', phone: '20 30 44 50', after: 4, language: 'da', ends: 'delivered' },
  { id: 'A-5', who: 'Dorte, after her STOP', phone: '20 30 44 50', after: 14, language: 'da', ends: 'suppressed' },
  { id: 'A-6', who: 'Erik, who cancels', phone: '20 30 45 50', after: 12, language: 'da', ends: 'cancelled' },
  {
    id: 'H-7',
    who: 'Freja, by HL7 v2',
    phone: '20 30 46 50',
    after: 5,
    language: 'da',
    ends: 'delivered',
    format: 'hl7v2',
  },
  {
    id: 'F-8',
    who: 'George, by FHIR',
    phone: '20 30 47 50',
    after: 6,
    language: 'en',
    ends: 'delivered',
    format: 'fhir',
  },
] as const;
type Entry = (typeof STORY)[number] & { readonly format?: 'hl7v2' | 'fhir' };

/**
 * Books, cancels, replies STOP, and prints what happens.
 * @returns deviations from the expected course; empty when there are none
 */
export async function runStory(client: DemoClient, clock: Clock, print: (line: string) => void): Promise<string[]> {
  await setUp(client);
  print(
    'An authority and a booking system are set up: a reminder two hours before the start. Eight appointments are ' +
      'posted:',
  );
  const now = clock.now().getTime();
  const startOf = (entry: Entry) => new Date(now + LEAD_MS + entry.after * 1000);
  const own = STORY.filter((entry: Entry) => entry.format === undefined);
  const { results } = await client.book(own.map((entry) => booking(entry, startOf(entry))));
  own.forEach((entry, index) => {
    print(`  ${entry.id}  ${entry.who}: ${results[index]?.result}, reminder due in ${entry.after} s`);
  });
  for (const entry of STORY) {
    const response = await sendInStandardFormat(client, entry, startOf(entry));
    if (response !== null) print(`  ${entry.id}  ${entry.who}: ${response}, reminder due in ${entry.after} s`);
  }
  await client.book([{ type: 'appointment.cancelled', data: { id: 'A-6' } }]);
  print('  A-6  is cancelled by the booking system');
  const progress = new Progress(client, clock, print);
  await progress.until('A-4', 'delivered');
  const sender = '4512345678';
  print('  +45 20 30 44 50 replies: STOP');
  await client.reply('+4520304450', sender, 'STOP');
  for (const entry of STORY) await progress.until(entry.id, entry.ends);
  return [...progress.failures, ...(await checkAnswer(client, print)), ...(await checkStatistics(client, print))];
}

async function setUp(client: DemoClient): Promise<void> {
  await client.admin('PUT', `/v1/authorities/${AUTHORITY}`, {
    name: 'Demo Hospital',
    sender: '4512345678',
    contactPhone: '35 45 35 45',
    rules: [{ id: 'two-hours-before', template: 'reminder', lead: 'PT2H' }],
    // A post that takes long on a busy machine is a late booking, whose reminder is due half a minute later.
    lateBooking: 'PT1H59M30S',
    sendingWindow: null,
    maxPerNumberPerDay: 50,
  });
  const path = `/v1/authorities/${AUTHORITY}/sources/${SOURCE}`;
  const source = await client.admin<{ secrets: { token: string } }>('PUT', path, {
    name: 'Demo booking system',
    mode: 'live',
  });
  client.sourceToken = source.secrets.token;
}

/** @returns the response to a hospital's system; null for an appointment in our own JSON */
async function sendInStandardFormat(client: DemoClient, entry: Entry, start: Date): Promise<string | null> {
  if (entry.format === 'hl7v2') {
    const time = start.toISOString().replace(/\.\d+Z|[-:T]/g, '');
    const segments = [
      `MSH|^~\\&|EPJ|DEMO|EASYSMS|DEMO|${time}+0000||SIU^S12^SIU_S12|${entry.id}|P|2.5.1||||||UNICODE UTF-8`,
      `SCH||${entry.id}^EPJ|||||||||^^^${time}+0000||||||||||||||Booked`,
      `PID|1||P-7^^^DEMO^MR||||||||||${entry.phone}^PRN^CP||${entry.language}`,
    ];
    const ack = await client.send('hl7v2', 'application/hl7-v2', segments.join('\r'));
    return `ACK ${/MSA\|(\w\w)/.exec(ack)?.[1]}`;
  }
  if (entry.format !== 'fhir') return null;
  const patient = {
    resourceType: 'Patient',
    id: 'p8',
    telecom: [{ system: 'phone', use: 'mobile', value: entry.phone }],
  };
  const outcome = await client.send(
    'fhir',
    'application/fhir+json',
    JSON.stringify({
      resourceType: 'Appointment',
      id: entry.id,
      status: 'booked',
      start: start.toISOString(),
      contained: [{ ...patient, communication: [{ language: { coding: [{ code: entry.language }] } }] }],
      participant: [{ actor: { reference: '#p8' }, status: 'accepted' }],
    }),
  );
  return (JSON.parse(outcome) as { resourceType: string }).resourceType;
}

function booking(entry: Entry, start: Date) {
  return {
    type: 'appointment.booked',
    data: {
      id: entry.id,
      start: start.toISOString(),
      patient: { phone: entry.phone, language: entry.language },
      location: { text: 'Opgang 4, 3. sal' },
    },
  };
}

/** Polls the appointments until they reach the expected states, and prints each change once. */
class Progress {
  readonly failures: string[] = [];
  readonly #client: DemoClient;
  readonly #clock: Clock;
  readonly #print: (line: string) => void;
  readonly #printed = new Map<string, string>();

  constructor(client: DemoClient, clock: Clock, print: (line: string) => void) {
    this.#client = client;
    this.#clock = clock;
    this.#print = print;
  }

  async until(reference: string, status: string): Promise<void> {
    const end = this.#clock.monotonic() + TIMEOUT_MS;
    let last = 'nothing';
    while (this.#clock.monotonic() < end) {
      for (const entry of STORY) await this.#poll(entry.id);
      last = this.#printed.get(reference) ?? last;
      if (last === status) return;
      await new Promise((resolve) => {
        setTimeout(resolve, POLL_MS);
      });
    }
    this.failures.push(`${reference} should end as ${status} and is ${last}`);
  }

  async #poll(reference: string): Promise<void> {
    for (const reminder of await this.#client.reminders(reference)) {
      const before = this.#printed.get(reference);
      if (before === reminder.status || reminder.status === 'handing_over') continue;
      this.#printed.set(reference, reminder.status);
      if (reminder.status === 'planned') continue;
      if (reminder.text !== null && (before === 'planned' || before === undefined))
        this.#print(`  SMS  ${reference}: “${reminder.text}”`);
      this.#print(
        `       ${reference} is ${reminder.status}${reminder.reason === null ? '' : ` (${reminder.reason})`}`,
      );
    }
  }
}

async function checkAnswer(client: DemoClient, print: (line: string) => void): Promise<string[]> {
  const { items } = await client.admin<{ items: { template: string; text: string | null }[] }>(
    'GET',
    `/v1/authorities/${AUTHORITY}/messages`,
  );
  const answer = items.find((message) => message.template === 'opt-out-confirmed');
  if (!answer) return ['the STOP got no answer'];
  print(`  SMS  the answer to STOP: “${answer.text}”`);
  return [];
}

async function checkStatistics(client: DemoClient, print: (line: string) => void): Promise<string[]> {
  const { total } = await client.admin<{ total: Record<string, number> }>(
    'GET',
    `/v1/authorities/${AUTHORITY}/statistics?by=day`,
  );
  const counted = ['delivered', 'undelivered', 'suppressed', 'cancelled', 'optOuts', 'segments'];
  print(`  Statistics: ${counted.map((name) => `${name} ${total[name]}`).join(', ')}`);
  const expected: Record<string, number> = {
    delivered: 5,
    undelivered: 1,
    suppressed: 1,
    cancelled: 1,
    optOuts: 1,
    planned: 0,
  };
  return Object.entries(expected).flatMap(([name, count]) =>
    total[name] === count ? [] : [`statistics show ${name} ${total[name]}, not ${count}`],
  );
}
