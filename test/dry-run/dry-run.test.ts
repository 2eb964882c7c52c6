import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type AppointmentEvent, EMPTY_EVENT } from '../../src/domain/appointment.ts';
import { type DryRunResult, dryRun } from '../../src/dry-run/dry-run.ts';
import type { IngestElement } from '../../src/formats/format.ts';
import { SourceChanged } from '../../src/intake/accept.ts';
import type { AcceptRequest } from '../../src/intake/envelope.ts';
import { findSourcesWithAuthority } from '../../src/store/sources.ts';
import type { TestApp } from '../support/app.ts';
import { describeDatabases } from '../support/database.ts';
import { receiveReading } from '../support/receive.ts';
import { useApp } from '../support/scenario.ts';

const START = new Date('2026-12-01T08:00:00Z');
const PHONE = '20 12 34 56';

const event = (reference: string, said: Partial<AppointmentEvent> = {}): AppointmentEvent => ({
  ...EMPTY_EVENT,
  status: 'booked',
  test: false,
  reference,
  start: START,
  phone: PHONE,
  ...said,
});
const appointment = (reference: string, said: Partial<AppointmentEvent> = {}): IngestElement => ({
  kind: 'appointment',
  event: event(reference, said),
});

let nth = 0;

/** A source of its own, with what is tried there. */
class Stage {
  readonly app: TestApp;
  readonly id = `stage-${++nth}`;
  token = '';

  constructor(app: TestApp) {
    this.app = app;
  }

  async open(authority: Record<string, unknown> = {}, source: Record<string, unknown> = {}): Promise<this> {
    await this.app.makeAuthority(this.id, authority);
    this.token = (await this.app.makeSource(this.id, this.id, source)).token;
    return this;
  }

  async request(elements: readonly IngestElement[], rest: Partial<AcceptRequest> = {}): Promise<AcceptRequest> {
    const owner = (await findSourcesWithAuthority(this.app.db, [this.id])).get(this.id);
    if (!owner) throw new Error('no source');
    return { source: owner.source, elements, array: false, keys: [], ...rest };
  }

  async dryRun(...elements: IngestElement[]): Promise<DryRunResult> {
    return dryRun(this.app.deps, await this.request(elements), this.app.clock.now);
  }

  /** Takes it in for good. */
  async take(element: IngestElement): Promise<void> {
    await receiveReading(this.app.deps.receiver, { sourceId: this.id }, () => ({ elements: [element], array: false }));
  }
}

/** The references of the appointments that each element is about. */
const touchedBy = ({ elements }: DryRunResult) =>
  elements.map(({ appointments }) => appointments.map(({ reference }) => reference));

/** Every row of every table, apart from what the test itself makes. */
async function everything({ db }: TestApp): Promise<Record<string, unknown>> {
  const tables = [
    'appointment',
    'reminder',
    'reminder_history',
    'appointment_alias',
    'idempotency_key',
    'unmapped_value',
    'audit',
  ];
  const rows = await Promise.all(
    tables.map(
      async (table) => [table, (await sql`select * from ${sql.table(table)} order by 1, 2`.execute(db)).rows] as const,
    ),
  );
  return Object.fromEntries(rows);
}

describeDatabases('a dry run', (_open, kind) => {
  const app = useApp({ kind });
  const stage = (...settings: Parameters<Stage['open']>) => new Stage(app).open(...settings);

  it('returns what acceptance would, and shows the appointment with its reminders and texts', async () => {
    const result = await (await stage()).dryRun(appointment('A-1', { locationText: 'Opgang 4' }));
    const { results, appointments } = result;
    expect(results).toEqual([
      { result: 'accepted', reference: 'A-1', reminders: 2, alreadyHandedOver: [], created: true },
    ]);
    expect(touchedBy(result)).toEqual([['A-1']]);
    expect(appointments).toMatchObject([
      {
        reference: 'A-1',
        status: 'booked',
        start: START,
        phoneReason: null,
        location: { code: null, text: 'Opgang 4' },
        reminders: [
          {
            rule: 'three-days-before',
            template: 'reminder',
            language: 'da',
            status: 'planned',
            reason: null,
            encoding: 'gsm7',
            segments: 1,
          },
          {
            rule: 'day-before',
            status: 'planned',
            text: expect.stringMatching(/Opgang 4.*1\. december|1\. december.*Opgang 4/s),
          },
        ],
      },
    ]);
  });

  it('leaves nothing behind, not even a key, an unmapped code or a count', async () => {
    const mine = await stage();
    await mine.take(appointment('known'));
    const counted = await app.deps.metrics.appointments.get();
    const before = await everything(app);
    const said = {
      aliases: [{ kind: 'filler', namespace: 'HIS', value: '7' }],
      unmapped: [{ field: 'status', value: 'X' } as const],
    };
    const keys = [{ key: 'k', bodyHash: Buffer.from('b') }];
    const elements = [appointment('new', said), appointment('known', { status: 'cancelled' })];
    await dryRun(app.deps, await mine.request(elements, { array: true, keys }), app.clock.now);
    expect(await everything(app)).toEqual(before);
    expect((await app.deps.metrics.appointments.get()).values).toEqual(counted.values);
  });
});

describe('what a dry run shows', () => {
  const app = useApp();
  const stage = (...settings: Parameters<Stage['open']>) => new Stage(app).open(...settings);

  it('masks the number, also one that an earlier message brought', async () => {
    const source = await stage();
    await source.take(appointment('A-1'));
    const { appointments } = await source.dryRun(
      appointment('A-1', { phone: undefined, start: new Date('2026-12-08T08:00:00Z') }),
    );
    expect(appointments[0]?.phone).toMatch(/•/);
    expect(JSON.stringify(appointments)).not.toContain('20123456');
  });

  it('is told why nothing is sent', async () => {
    const { results, appointments } = await (await stage()).dryRun(appointment('A-1', { phone: '35 45 35 45 9' }));
    expect(results).toMatchObject([{ result: 'accepted', reminders: 0, reasons: ['invalid_number'] }]);
    expect(appointments[0]?.reminders.map(({ status, reason }) => [status, reason])).toEqual([
      ['suppressed', 'invalid_number'],
      ['suppressed', 'invalid_number'],
    ]);
  });

  it('shows what a shadow source would keep back, with its text', async () => {
    const { appointments } = await (await stage({}, { mode: 'shadow' })).dryRun(appointment('A-1'));
    expect(appointments[0]?.reminders).toMatchObject([
      { status: 'suppressed', reason: 'shadow', text: expect.stringContaining('december') },
      { status: 'suppressed', reason: 'shadow' },
    ]);
  });

  it('prints a place as the settings of the source have it', async () => {
    const source = await stage({}, {});
    const said = { locationCode: 'AMB4', locationText: 'AMB4 K12', locationPrintable: false };
    const { appointments } = await source.dryRun(appointment('A-1', said));
    expect(appointments[0]?.reminders[0]?.text).not.toContain('AMB4');
  });

  it('shows what a move ends beside what it plans', async () => {
    const source = await stage();
    await source.take(appointment('A-1'));
    const { appointments } = await source.dryRun(appointment('A-1', { start: new Date('2026-12-08T08:00:00Z') }));
    expect(appointments[0]?.reminders.map(({ rule, status, text }) => [rule, status, text !== null])).toEqual([
      ['three-days-before', 'superseded', false],
      ['day-before', 'superseded', false],
      ['three-days-before', 'planned', true],
      ['day-before', 'planned', true],
    ]);
  });

  it('sees each element after the ones before it', async () => {
    const elements = [appointment('A-1'), appointment('A-1', { status: 'cancelled' })];
    const result = await (await stage()).dryRun(...elements);
    const { results, appointments } = result;
    expect(results).toMatchObject([{ reminders: 2 }, { reminders: 0 }]);
    expect(appointments).toMatchObject([{ reference: 'A-1', status: 'cancelled' }]);
    expect(touchedBy(result)).toEqual([['A-1'], ['A-1']]);
  });

  it('shows every member of a group', async () => {
    const members = [
      event('G~1', { group: 'G', patientKey: Buffer.from('1') }),
      event('G~2', { group: 'G', patientKey: Buffer.from('2') }),
    ];
    const result = await (await stage()).dryRun({
      kind: 'group',
      group: { id: 'G', members, rest: 'cancelled' },
    });
    const { results } = result;
    expect(results).toMatchObject([{ result: 'accepted', reference: 'G', reminders: 4 }]);
    expect(touchedBy(result)).toEqual([['G~1', 'G~2']]);
  });

  it('shows what a word about a patient changes', async () => {
    const source = await stage();
    const patientKey = Buffer.from('p');
    await source.take(appointment('A-1', { patientKey, phone: undefined }));
    app.clock.now = new Date(app.clock.now.getTime() + 1000);
    const patient = { patientKey, formerKeys: [], phone: PHONE, language: undefined, deceased: undefined };
    const result = await source.dryRun({ kind: 'patient', patient });
    const { appointments } = result;
    expect(touchedBy(result)).toEqual([['A-1']]);
    expect(appointments[0]?.reminders.map(({ status }) => status)).toEqual(['planned', 'planned']);
  });

  it('leaves out what is refused or ignored', async () => {
    const elements: IngestElement[] = [
      { kind: 'ignored', why: 'no_event' },
      appointment('A-1', { start: undefined }),
      appointment('A-2', { onlyKnown: true }),
    ];
    const result = await (await stage()).dryRun(...elements);
    const { results, appointments } = result;
    expect(results.map(({ result }) => result)).toEqual(['ignored', 'refused', 'refused']);
    expect([appointments, touchedBy(result)]).toEqual([[], [[], [], []]]);
  });

  it('is made anew when the source changed meanwhile', async () => {
    const source = await stage();
    const request = await source.request([appointment('A-1')]);
    const changed = { ...request, source: { ...request.source, version: 999 } };
    await expect(dryRun(app.deps, changed, app.clock.now)).rejects.toBeInstanceOf(SourceChanged);
  });
});
