import { describe, expect, it } from 'vitest';
import { purge } from '../../src/operations/purge.ts';
import { MOVED, OTHER, PHONE, useBookingSystem } from '../support/booking-system.ts';

const placer = (value: string, namespace: string | null = 'EPIC') => ({ kind: 'placer', namespace, value });
const filler = (value: string, namespace: string | null = null) => ({ kind: 'filler', namespace, value });
const cancelled = { status: 'cancelled', start: undefined } as const;

describe.each(['embedded', 'postgres'] as const)('what only looks like the same (%s)', (kind) => {
  const system = useBookingSystem(kind);

  const booked = (reference: string, patient: string, aliases: readonly ReturnType<typeof placer>[], phone = PHONE) =>
    system.appointment(reference, { phone, patientKey: system.key(patient), aliases });

  it('an order that two appointments share cancels neither by itself, and says so', async () => {
    await system.send(booked('F1', '1', [filler('F1'), placer('ORD1')]));
    await system.send(booked('F2', '2', [filler('F2'), placer('ORD1')], OTHER));
    const [answer] = await system.send(
      system.appointment('ORD1', { ...cancelled, patientKey: system.key('2'), aliases: [placer('ORD1')] }),
    );
    expect(answer).toMatchObject({ result: 'refused', problem: { faults: [{ code: 'unknown_reference' }] } });
    expect(await system.all()).toEqual({ F1: 'booked 2', F2: 'booked 2' });
  });

  it('an id leads to the new appointment once the old one is called off', async () => {
    await system.send(booked('F1', '1', [filler('F1'), placer('P')]));
    await system.send(system.appointment('F1', cancelled));
    await system.send(booked('F2', '1', [filler('F2'), placer('P')]));
    await system.send(system.appointment('P', { ...cancelled, aliases: [placer('P')] }));
    expect(await system.all()).toEqual({ F1: 'cancelled 0', F2: 'cancelled 0' });
  });

  it('an alias never leads one patient’s message to another patient’s appointment', async () => {
    await system.send(booked('F1', '1', [filler('F1'), placer('P')]));
    await system.send(system.appointment('P', { ...cancelled, patientKey: system.key('2'), aliases: [placer('P')] }));
    expect(await system.all()).toEqual({ F1: 'booked 2', P: 'cancelled 0' });
  });

  it.each([
    ['two givers of one kind', filler('100', 'SYSA'), filler('100', 'SYSB')],
    ['one’s own and another’s', filler('100', 'EPIC'), placer('100', 'LABKA')],
  ])(
    'the same number from %s is two appointments of two patients, each with what is said of it',
    async (_, first, second) => {
      await system.send(booked('100', '1', [first]));
      await system.send(booked('100', '2', [second], OTHER));
      const qualified = `100^${second.namespace}`;
      expect(await system.all()).toEqual({ 100: 'booked 2', [qualified]: 'booked 2' });
      await system.send(system.appointment('100', { ...cancelled, patientKey: system.key('2'), aliases: [second] }));
      expect(await system.all()).toEqual({ 100: 'booked 2', [qualified]: 'cancelled 0' });
      expect((await system.seen('100')).phone).toBe(PHONE);
    },
  );

  it('a repeat that brings another id makes it known by that one, too', async () => {
    await system.send(booked('P1', '1', [placer('P1')]));
    const [again] = await system.send(booked('F9', '1', [filler('F9'), placer('P1')]));
    expect(again?.result).toBe('duplicate');
    await system.send(system.appointment('F9', { ...cancelled, aliases: [filler('F9')] }));
    expect(await system.all()).toEqual({ P1: 'cancelled 0' });
  });

  describe('of several patients', () => {
    it('an older version that comes late brings nobody back', async () => {
      await system.send(system.group('G', ['1'], { version: 3 }));
      await system.send(system.group('G', ['1', '2'], { version: 2 }));
      expect(await system.all()).toEqual({ G: 'booked 2' });
    });

    it('whoever comes back with the same words is booked again', async () => {
      for (const patients of [['1', '2'], ['1'], ['1', '2']]) await system.send(system.group('G', patients));
      expect(await system.all()).toEqual({ 'G~1': 'booked 2', 'G~2': 'booked 2' });
    });

    it('under a new id in each message they are moved, left and cancelled together by what they share', async () => {
      const aliases = [{ kind: 'urn:x', namespace: 'urn:x', value: 'X' }];
      await system.send(system.group('u1', ['1', '2'], { aliases }));
      await system.send(system.group('u2', ['1', '2'], { aliases, start: MOVED }));
      expect(await system.all()).toEqual({ 'u1~1': 'booked 2', 'u1~2': 'booked 2' });
      expect((await system.seen('u1~2')).start).toBe(MOVED.toISOString());
      await system.send(system.group('u3', ['2', '3'], { aliases, start: MOVED }));
      expect(await system.all()).toEqual({ 'u1~1': 'cancelled 0', 'u1~2': 'booked 2', 'u3~3': 'booked 2' });
      await system.send(system.group('u4', ['2', '3'], { aliases, ...cancelled }));
      expect(await system.all()).toEqual({ 'u1~1': 'cancelled 0', 'u1~2': 'cancelled 0', 'u3~3': 'cancelled 0' });
    });

    it('a message that names no patient cancels it for all of them', async () => {
      const aliases = [{ kind: 'urn:x', namespace: 'urn:x', value: 'X' }];
      await system.send(system.group('u1', ['1', '2'], { aliases }));
      await system.send(system.group('X', [], { aliases, ...cancelled }));
      expect(await system.all()).toEqual({ 'u1~1': 'cancelled 0', 'u1~2': 'cancelled 0' });
    });

    it('a message that names one of them is about that one', async () => {
      const aliases = [{ kind: 'urn:x', namespace: 'urn:x', value: 'X' }];
      await system.send(system.group('u1', ['1', '2'], { aliases }));
      await system.send(system.appointment('X', { ...cancelled, patientKey: system.key('2'), aliases }));
      expect(await system.all()).toEqual({ 'u1~1': 'booked 2', 'u1~2': 'cancelled 0' });
    });
  });

  describe('what comes late', () => {
    it('of a patient changes nothing when something newer was said, by version or by time', async () => {
      await system.send(system.appointment('A', { patientKey: system.key('p') }));
      const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 10, minute));
      await system.send(system.patient('p', { phone: OTHER, version: 3, occurredAt: at(3) }));
      await system.send(system.patient('p', { phone: PHONE, version: 2, occurredAt: at(4) }));
      await system.send(system.patient('p', { phone: PHONE, occurredAt: at(2) }));
      expect((await system.seen('A')).phone).toBe(OTHER);
      await system.send(system.patient('p', { phone: PHONE }));
      expect((await system.seen('A')).phone).toBe(PHONE);
    });

    const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 10, minute));
    const deleted = { status: 'entered-in-error', start: undefined, atReceipt: true } as const;

    it('does not book again what was deleted meanwhile, whatever the clocks say; what came after the deletion does', async () => {
      await system.send(system.appointment('A', { phone: PHONE, version: 1, occurredAt: at(30) }));
      const answer = await system.send(system.appointment('A', { ...deleted, occurredAt: at(3) }));
      expect(answer).toMatchObject([{ result: 'accepted' }]);
      await system.send(system.appointment('A', { phone: PHONE, version: 2, occurredAt: at(31) }));
      expect(await system.all()).toEqual({ A: 'entered-in-error 0' });
      await system.send(
        system.appointment('A', deleted),
        system.appointment('A', { phone: PHONE, version: 3, occurredAt: at(2) }),
      );
      expect(await system.all()).toEqual({ A: 'booked 2' });
    });

    it('is told from a deletion by its time where there are no versions', async () => {
      await system.send(system.appointment('A', { phone: PHONE, occurredAt: at(30) }));
      await system.send(system.appointment('A', { ...deleted, occurredAt: at(3) }));
      await system.send(system.appointment('A', { phone: PHONE, occurredAt: at(29) }));
      expect(await system.all()).toEqual({ A: 'entered-in-error 0' });
      await system.send(system.appointment('A', { phone: PHONE, occurredAt: at(31) }));
      expect(await system.all()).toEqual({ A: 'booked 2' });
    });
  });

  it('a test message changes no real appointment', async () => {
    await system.send(system.appointment('A', { phone: PHONE }));
    const [moved] = await system.send(system.appointment('A', { phone: PHONE, start: MOVED, test: true }));
    const [ended] = await system.send(system.appointment('A', { ...cancelled, test: true }));
    expect([moved?.result, ended?.result]).toEqual(['ignored', 'ignored']);
    expect(await system.all()).toEqual({ A: 'booked 2' });
  });

  it('a death that is told before anything is booked holds for what is booked later, also under a merged record', async () => {
    await system.send(system.patient('p', { deceased: true }));
    await system.send(system.patient('q', { formerKeys: [system.key('p')] }));
    const aliases = [filler('A')];
    for (const patient of ['p', 'q'])
      await system.send(system.appointment(patient, { phone: PHONE, patientKey: system.key(patient), aliases: [] }));
    await system.send(system.appointment('A', { phone: PHONE, patientKey: system.key('other'), aliases }));
    expect(await system.all()).toEqual({ A: 'booked 2', p: 'booked 0', q: 'booked 0' });
  });

  it('protection that is told later takes the text of a place away', async () => {
    await system.send(
      system.appointment('A', { phone: PHONE, patientKey: system.key('p'), locationText: 'Hjemme, Skjulevej 3' }),
    );
    await system.send(system.patient('p', { protected: true }));
    expect((await system.seen('A')).location).toBeNull();
  });

  it('nothing is kept of a patient without appointments but a death', async () => {
    await system.send(system.patient('stranger', { phone: PHONE, version: 3 }));
    await system.send(system.patient('dead', { deceased: true }));
    expect([await system.keeps('stranger'), await system.keeps('dead')]).toEqual([false, true]);
  });

  it('what is kept of a patient goes with the citizen’s erasure, and with the retention, but for a death', async () => {
    for (const patient of ['erased', 'old', 'dead']) {
      await system.send(
        system.appointment(patient, { phone: patient === 'erased' ? OTHER : PHONE, patientKey: system.key(patient) }),
      );
      await system.send(system.patient(patient, { language: 'en', deceased: patient === 'dead' || undefined }));
    }
    await system.test.json(200, '/v1/authorities/rh/citizens/erase', { body: { phone: OTHER } });
    const kept = async () => [await system.keeps('erased'), await system.keeps('old'), await system.keeps('dead')];
    expect(await kept()).toEqual([false, true, true]);
    await purge(system.test.deps, { auditRetentionDays: 730 }, new Date('2027-06-01T00:00:00Z'));
    expect(await kept()).toEqual([false, false, true]);
  });
});
