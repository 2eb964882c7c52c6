import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHl7v2 } from '../../src/formats/hl7v2/read.ts';
import { adt, parse, segment, siu } from '../formats/hl7v2/message.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { receiveReading } from '../support/receive.ts';

const NEW_PHONE = '+4520123457';

describe.each(['embedded', 'postgres'] as const)('patients that the first release stored (%s)', (kind) => {
  let test: TestApp;
  let sources = 0;
  let messages = 0;
  beforeAll(async () => {
    test = await openTestApp(kind);
    await test.makeAuthority('rh');
  });
  afterAll(() => test.close());

  async function send(source: string, text: string): Promise<void> {
    // A second message with the same control id would be a repetition.
    const body = Buffer.from(text.replace('|C-1|', `|C-${++messages}|`));
    const { answers } = await receiveReading(test.deps.receiver, { sourceId: source, body }, (context) =>
      readHl7v2(parse(body), context),
    );
    expect(answers).toMatchObject([{ result: 'accepted' }]);
  }
  const stored = (source: string) =>
    test.db.selectFrom('appointment').selectAll().where('source_id', '=', source).executeTakeFirstOrThrow();

  /** A booking whose patient has the key that the first release made of an id with its issuer. */
  async function bookedBefore(id: string): Promise<string> {
    const source = `epj-${++sources}`;
    await test.makeSource('rh', source);
    await send(source, siu({ pid: { 3: id } }));
    const patient_key = test.deps.keyring.patientKey(source, id.replace(/\^NNDNK$/, ''), { asGiven: true });
    await test.db.updateTable('appointment').set({ patient_key }).where('source_id', '=', source).execute();
    return source;
  }

  describe.each(['150385-1234^^^CPR^NNDNK', '1503851234^^^CPR^NNDNK', '150385-1234'])('as %s', (id) => {
    it('get the number that an A31 brings', async () => {
      const source = await bookedBefore(id);
      await send(source, adt('A31', segment('PID', { 3: id, 13: NEW_PHONE })));
      expect((await stored(source)).phone_hash).toEqual(test.deps.keyring.phoneHash(NEW_PHONE));
    });

    it('are remembered as dead when an A31 says so', async () => {
      const source = await bookedBefore(id);
      await send(source, adt('A31', segment('PID', { 3: id, 30: 'Y' })));
      expect(await stored(source)).toMatchObject({ deceased: true });
    });

    it('keep their number when an appointment moves and the message has none', async () => {
      const source = await bookedBefore(id);
      const moved = { 11: '^^^202612020900^202612020930' };
      await send(source, siu({ sch: moved, pid: { 3: id, 13: '' } }, 'S13'));
      const { phone_hash, start_at } = await stored(source);
      expect(phone_hash).toEqual(test.deps.keyring.phoneHash('+4520123456'));
      expect(start_at?.toISOString()).toBe('2026-12-02T08:00:00.000Z');
    });
  });
});
