import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { purge } from '../../src/operations/purge.ts';
import { MOVED, OTHER, PHONE, Told } from '../support/told.ts';

const placer = (value: string, namespace: string | null = 'EPIC') => ({ kind: 'placer', namespace, value });
const filler = (value: string, namespace: string | null = null) => ({ kind: 'filler', namespace, value });
const cancelled = { status: 'cancelled', start: undefined } as const;

describe.each(['embedded', 'postgres'] as const)('what only looks like the same (%s)', (kind) => {
  let told: Told;
  beforeAll(async () => {
    told = await Told.open(kind);
  });
  beforeEach(() => told.makeSource());
  afterAll(() => told.close());

  const booked = (reference: string, patient: string, aliases: readonly ReturnType<typeof placer>[], phone = PHONE) =>
    told.appointment(reference, { phone, patientKey: told.key(patient), aliases });

  it('an order that two appointments share cancels neither by itself, and says so', async () => {
    await told.send(booked('F1', '1', [filler('F1'), placer('ORD1')]));
    await told.send(booked('F2', '2', [filler('F2'), placer('ORD1')], OTHER));
    const [answer] = await told.send(
      told.appointment('ORD1', { ...cancelled, patientKey: told.key('2'), aliases: [placer('ORD1')] }),
    );
    expect(answer).toMatchObject({ result: 'refused', problem: { faults: [{ code: 'unknown_reference' }] } });
    expect(await told.all()).toEqual({ F1: 'booked 2', F2: 'booked 2' });
  });

  it('an id leads to the new appointment once the old one is called off', async () => {
    await told.send(booked('F1', '1', [filler('F1'), placer('P')]));
    await told.send(told.appointment('F1', cancelled));
    await told.send(booked('F2', '1', [filler('F2'), placer('P')]));
    await told.send(told.appointment('P', { ...cancelled, aliases: [placer('P')] }));
    expect(await told.all()).toEqual({ F1: 'cancelled 0', F2: 'cancelled 0' });
  });

  it('an alias never leads one patient’s message to another patient’s appointment', async () => {
    await told.send(booked('F1', '1', [filler('F1'), placer('P')]));
    await told.send(told.appointment('P', { ...cancelled, patientKey: told.key('2'), aliases: [placer('P')] }));
    expect(await told.all()).toEqual({ F1: 'booked 2', P: 'cancelled 0' });
  });

  it.each([
    ['two givers of one kind', filler('100', 'SYSA'), filler('100', 'SYSB')],
    ['one’s own and another’s', filler('100', 'EPIC'), placer('100', 'LABKA')],
  ])(
    'the same number from %s is two appointments of two patients, each with what is said of it',
    async (_, first, second) => {
      await told.send(booked('100', '1', [first]));
      await told.send(booked('100', '2', [second], OTHER));
      const qualified = `100^${second.namespace}`;
      expect(await told.all()).toEqual({ 100: 'booked 2', [qualified]: 'booked 2' });
      await told.send(told.appointment('100', { ...cancelled, patientKey: told.key('2'), aliases: [second] }));
      expect(await told.all()).toEqual({ 100: 'booked 2', [qualified]: 'cancelled 0' });
      expect((await told.seen('100')).phone).toBe(PHONE);
    },
  );

  it('a repeat that brings another id makes it known by that one, too', async () => {
    await told.send(booked('P1', '1', [placer('P1')]));
    const [again] = await told.send(booked('F9', '1', [filler('F9'), placer('P1')]));
    expect(again?.result).toBe('duplicate');
    await told.send(told.appointment('F9', { ...cancelled, aliases: [filler('F9')] }));
    expect(await told.all()).toEqual({ P1: 'cancelled 0' });
  });

  describe('of several patients', () => {
    it('an older version that comes late brings nobody back', async () => {
      await told.send(told.group('G', ['1'], { version: 3 }));
      await told.send(told.group('G', ['1', '2'], { version: 2 }));
      expect(await told.all()).toEqual({ G: 'booked 2' });
    });

    it('whoever comes back with the same words is booked again', async () => {
      for (const patients of [['1', '2'], ['1'], ['1', '2']]) await told.send(told.group('G', patients));
      expect(await told.all()).toEqual({ 'G~1': 'booked 2', 'G~2': 'booked 2' });
    });

    it('under a new id in each message they are moved, left and cancelled together by what they share', async () => {
      const aliases = [{ kind: 'urn:x', namespace: 'urn:x', value: 'X' }];
      await told.send(told.group('u1', ['1', '2'], { aliases }));
      await told.send(told.group('u2', ['1', '2'], { aliases, start: MOVED }));
      expect(await told.all()).toEqual({ 'u1~1': 'booked 2', 'u1~2': 'booked 2' });
      expect((await told.seen('u1~2')).start).toBe(MOVED.toISOString());
      await told.send(told.group('u3', ['2', '3'], { aliases, start: MOVED }));
      expect(await told.all()).toEqual({ 'u1~1': 'cancelled 0', 'u1~2': 'booked 2', 'u3~3': 'booked 2' });
      await told.send(told.group('u4', ['2', '3'], { aliases, ...cancelled }));
      expect(await told.all()).toEqual({ 'u1~1': 'cancelled 0', 'u1~2': 'cancelled 0', 'u3~3': 'cancelled 0' });
    });

    it('a message that names no patient cancels it for all of them', async () => {
      const aliases = [{ kind: 'urn:x', namespace: 'urn:x', value: 'X' }];
      await told.send(told.group('u1', ['1', '2'], { aliases }));
      await told.send(told.group('X', [], { aliases, ...cancelled }));
      expect(await told.all()).toEqual({ 'u1~1': 'cancelled 0', 'u1~2': 'cancelled 0' });
    });

    it('a message that names one of them is about that one', async () => {
      const aliases = [{ kind: 'urn:x', namespace: 'urn:x', value: 'X' }];
      await told.send(told.group('u1', ['1', '2'], { aliases }));
      await told.send(told.appointment('X', { ...cancelled, patientKey: told.key('2'), aliases }));
      expect(await told.all()).toEqual({ 'u1~1': 'booked 2', 'u1~2': 'cancelled 0' });
    });
  });

  describe('what comes late', () => {
    it('of a patient changes nothing when something newer was said, by version or by time', async () => {
      await told.send(told.appointment('A', { patientKey: told.key('p') }));
      const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 10, minute));
      await told.send(told.patient('p', { phone: OTHER, version: 3, occurredAt: at(3) }));
      await told.send(told.patient('p', { phone: PHONE, version: 2, occurredAt: at(4) }));
      await told.send(told.patient('p', { phone: PHONE, occurredAt: at(2) }));
      expect((await told.seen('A')).phone).toBe(OTHER);
      await told.send(told.patient('p', { phone: PHONE }));
      expect((await told.seen('A')).phone).toBe(PHONE);
    });

    const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 10, minute));
    const deleted = { status: 'entered-in-error', start: undefined, atReceipt: true } as const;

    it('does not book again what was deleted meanwhile, whatever the clocks say; what came after the deletion does', async () => {
      await told.send(told.appointment('A', { phone: PHONE, version: 1, occurredAt: at(30) }));
      expect(await told.send(told.appointment('A', { ...deleted, occurredAt: at(3) }))).toMatchObject([
        { result: 'accepted' },
      ]);
      await told.send(told.appointment('A', { phone: PHONE, version: 2, occurredAt: at(31) }));
      expect(await told.all()).toEqual({ A: 'entered-in-error 0' });
      await told.send(
        told.appointment('A', deleted),
        told.appointment('A', { phone: PHONE, version: 3, occurredAt: at(2) }),
      );
      expect(await told.all()).toEqual({ A: 'booked 2' });
    });

    it('is told from a deletion by its time where there are no versions', async () => {
      await told.send(told.appointment('A', { phone: PHONE, occurredAt: at(30) }));
      await told.send(told.appointment('A', { ...deleted, occurredAt: at(3) }));
      await told.send(told.appointment('A', { phone: PHONE, occurredAt: at(29) }));
      expect(await told.all()).toEqual({ A: 'entered-in-error 0' });
      await told.send(told.appointment('A', { phone: PHONE, occurredAt: at(31) }));
      expect(await told.all()).toEqual({ A: 'booked 2' });
    });
  });

  it('a test message changes no real appointment', async () => {
    await told.send(told.appointment('A', { phone: PHONE }));
    const [moved] = await told.send(told.appointment('A', { phone: PHONE, start: MOVED, test: true }));
    const [ended] = await told.send(told.appointment('A', { ...cancelled, test: true }));
    expect([moved?.result, ended?.result]).toEqual(['ignored', 'ignored']);
    expect(await told.all()).toEqual({ A: 'booked 2' });
  });

  it('a death that is told before anything is booked holds for what is booked later, also under a merged record', async () => {
    await told.send(told.patient('p', { deceased: true }));
    await told.send(told.patient('q', { formerKeys: [told.key('p')] }));
    const aliases = [filler('A')];
    for (const patient of ['p', 'q'])
      await told.send(told.appointment(patient, { phone: PHONE, patientKey: told.key(patient), aliases: [] }));
    await told.send(told.appointment('A', { phone: PHONE, patientKey: told.key('other'), aliases }));
    expect(await told.all()).toEqual({ A: 'booked 2', p: 'booked 0', q: 'booked 0' });
  });

  it('protection that is told later takes the text of a place away', async () => {
    await told.send(
      told.appointment('A', { phone: PHONE, patientKey: told.key('p'), locationText: 'Hjemme, Skjulevej 3' }),
    );
    await told.send(told.patient('p', { protected: true }));
    expect((await told.seen('A')).location).toBeNull();
  });

  it('nothing is kept of a patient without appointments but a death', async () => {
    await told.send(told.patient('stranger', { phone: PHONE, version: 3 }));
    await told.send(told.patient('dead', { deceased: true }));
    expect([await told.keeps('stranger'), await told.keeps('dead')]).toEqual([false, true]);
  });

  it('what is kept of a patient goes with the citizen’s erasure, and with the retention, but for a death', async () => {
    for (const patient of ['erased', 'old', 'dead']) {
      await told.send(
        told.appointment(patient, { phone: patient === 'erased' ? OTHER : PHONE, patientKey: told.key(patient) }),
      );
      await told.send(told.patient(patient, { language: 'en', deceased: patient === 'dead' || undefined }));
    }
    await told.test.json(200, '/v1/authorities/rh/citizens/erase', { body: { phone: OTHER } });
    const kept = async () => [await told.keeps('erased'), await told.keeps('old'), await told.keeps('dead')];
    expect(await kept()).toEqual([false, true, true]);
    await purge(told.test.deps, { auditRetentionDays: 730 }, new Date('2027-06-01T00:00:00Z'));
    expect(await kept()).toEqual([false, false, true]);
  });
});
