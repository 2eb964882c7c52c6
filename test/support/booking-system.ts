import { beforeEach } from 'vitest';
import type { AppointmentEvent, PatientEvent } from '../../src/domain/appointment.ts';
import type { IngestElement } from '../../src/formats/format.ts';
import type { EventResult } from '../../src/intake/envelope.ts';
import { Receiver } from '../../src/sources/receive.ts';
import { openTestApp, type TestApp } from './app.ts';
import { type OpenTransaction, waitingForLock } from './contention.ts';
import { eventWith } from './ingest.ts';
import { receiveReading } from './receive.ts';
import { useOpened } from './scenario.ts';

export const START = new Date('2026-12-08T08:00:00Z');
export const MOVED = new Date('2026-12-09T08:00:00Z');
export const PHONE = '+4520123456';
export const OTHER = '+4520123457';

/** An appointment as the administration reads it. */
export interface Seen {
  status: string;
  start: string | null;
  version: number | null;
  phone: string | null;
  location: { text: string | null } | null;
  reminders: { rule: string; status: string; reason: string | null; slot: number }[];
}

/** Results of elements, in their order. */
export const resultsIn = (results: readonly EventResult[]) => results.map(({ result }) => result);

/** A booking system whose events come taken apart already, with a database of its own that shows what becomes of them. */
export class BookingSystem {
  readonly test: TestApp;
  #source = '';
  #sources = 0;
  #elsewhere: Receiver | undefined;

  private constructor(test: TestApp) {
    this.test = test;
  }

  static async open(kind: 'embedded' | 'postgres'): Promise<BookingSystem> {
    const test = await openTestApp(kind);
    await test.makeAuthority('rh');
    return new BookingSystem(test);
  }

  /** From here on another source speaks. */
  async makeSource(settings: Record<string, unknown> = {}): Promise<void> {
    this.#source = `epj-${++this.#sources}`;
    await this.test.makeSource('rh', this.#source, settings);
  }

  get source(): string {
    return this.#source;
  }

  key(patient: string): Buffer {
    return this.test.deps.keyring.patientKey(this.#source, patient);
  }

  appointment(reference: string, rest: Partial<AppointmentEvent> = {}): IngestElement {
    return { kind: 'appointment', event: eventWith({ reference, start: START, ...rest }) };
  }

  patient(id: string, rest: Partial<PatientEvent> = {}): IngestElement {
    const silent = { formerKeys: [], phone: undefined, language: undefined, deceased: undefined };
    return { kind: 'patient', patient: { patientKey: this.key(id), ...silent, ...rest } };
  }

  /** One appointment of these patients, as FHIR has it: `aliases` where its id is that of the message only. */
  group(id: string, patients: readonly string[], rest: Partial<AppointmentEvent> = {}): IngestElement {
    const { aliases, ...said } = rest;
    const several = patients.length > 1;
    const members = patients.map((patient) =>
      eventWith({
        reference: several ? `${id}~${patient}` : id,
        start: START,
        phone: PHONE,
        patientKey: this.key(patient),
        ...said,
        ...{ permanent: several || aliases === undefined, aliases: aliases ?? [] },
        ...(several && { group: id }),
      }),
    );
    const nobody = eventWith({
      reference: id,
      start: START,
      ...said,
      permanent: aliases === undefined,
      aliases: aliases ?? [],
    });
    return {
      kind: 'group',
      group: { id, members: members.length > 0 ? members : [nobody], rest: 'cancelled', ...(aliases && { aliases }) },
    };
  }

  send(...elements: IngestElement[]): Promise<readonly EventResult[]> {
    return this.#sendTo(this.test.deps.receiver, elements);
  }

  /** Sends to another process of EasySMS on the same database. */
  sendElsewhere(...elements: IngestElement[]): Promise<readonly EventResult[]> {
    this.#elsewhere ??= new Receiver(this.test.deps);
    return this.#sendTo(this.#elsewhere, elements);
  }

  /**
   * Sends from two processes: the first has looked and found what is stored, and has not committed, when the second
   * comes. @param held what the first one waits for before it commits
   */
  async atOnce(held: OpenTransaction<unknown>, first: IngestElement, second: IngestElement): Promise<string[]> {
    const one = this.send(first);
    await waitingForLock(this.test.db, 1);
    const two = this.sendElsewhere(second);
    await Promise.race([two, waitingForLock(this.test.db, 2)]);
    await held.rollback();
    return [...resultsIn(await one), ...resultsIn(await two)];
  }

  async #sendTo(receiver: Receiver, elements: IngestElement[]): Promise<readonly EventResult[]> {
    const read = () => ({ elements, array: elements.length > 1 });
    return (await receiveReading(receiver, { sourceId: this.#source }, read)).results;
  }

  seen(reference: string): Promise<Seen> {
    return this.test.json<Seen>(
      200,
      `/v1/authorities/rh/appointments/${this.#source}/${encodeURIComponent(reference)}`,
    );
  }

  async isUnknown(reference: string): Promise<boolean> {
    return (
      (await this.test.request(`/v1/authorities/rh/appointments/${this.#source}/${encodeURIComponent(reference)}`))
        .status === 404
    );
  }

  async planned(reference: string): Promise<number> {
    return (await this.seen(reference)).reminders.filter(({ status }) => status === 'planned').length;
  }

  /** Of the source's appointments, with how many reminders each has planned. */
  async all(): Promise<Record<string, string>> {
    const rows = await this.test.db
      .selectFrom('appointment as a')
      .select(['a.reference', 'a.status'])
      .select((row) =>
        row
          .selectFrom('reminder as r')
          .select(row.fn.countAll().as('count'))
          .whereRef('r.appointment_id', '=', 'a.id')
          .where('r.status', '=', 'planned')
          .as('planned'),
      )
      .where('a.source_id', '=', this.#source)
      .execute();
    const entries = rows.map(({ reference, status, planned }) => [reference, `${status} ${planned}`] as const);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Whether anything is kept of a patient beside the appointments. */
  async keeps(patient: string): Promise<boolean> {
    const rows = await this.test.db
      .selectFrom('known_patient')
      .select('patient_key')
      .where('source_id', '=', this.#source)
      .execute();
    return rows.some(({ patient_key }) => patient_key.equals(this.key(patient)));
  }

  close(): Promise<void> {
    return this.test.close();
  }
}

/** One for the tests of a suite, with a new source for each. */
export function useBookingSystem(kind: 'embedded' | 'postgres'): BookingSystem {
  const system = useOpened(() => BookingSystem.open(kind));
  beforeEach(() => system.makeSource());
  return system;
}
