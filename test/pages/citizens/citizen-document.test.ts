import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { reminderWords } from '../../../src/pages/states/state-words.ts';
import { scenario } from '../../support/scenario.ts';
import { insert, update } from '../../support/stored-rows.ts';

const PHONE = '+4522304150';
const NUMBER = '22\u00a030\u00a041\u00a050';

/** Text of the Danish document where the column stands in it. */
type InDocument = string;
/** Why a column is left out of it. */
type LeftOut = { readonly why: string };

const out = (why: string): LeftOut => ({ why });
const ID = out('an id of ours');
const HASH = out('a code that nothing can be read from: the document says that there are such codes');
const KEPT_BOOKS = out('a count or mark by which events are told apart; it says nothing of the citizen');
const BY_STATE = out('the state says it in words');
const OWN = out('says whose the row is');
const TIME = out('the moment of the last change, which stands where it happened');

/** These columns, for one reason. */
const of = (why: LeftOut, ...columns: readonly string[]): Readonly<Record<string, LeftOut>> =>
  Object.fromEntries(columns.map((column) => [column, why]));

/** Every column of the tables that hold something of a citizen. */
const DECIDED: Readonly<Record<string, Readonly<Record<string, InDocument | LeftOut>>>> = {
  appointment: {
    ...of(KEPT_BOOKS, 'version', 'event_at', 'cancel_stamp', 'revision', 'slot'),
    ...of(HASH, 'content_hash', 'seen_events', 'unclear_status', 'patient_key', 'phone_hash'),
    ...{ source_id: 'Source rh', reference: 'C-17', status: 'Booket' },
    ...{ start_at: '1.\u00a0dec.\u00a02026 kl.\u00a009.00', end_at: '1.\u00a0dec.\u00a02026 kl.\u00a009.40' },
    ...{ kind: 'Video', phone_ciphertext: NUMBER, phone_reason: out('none where there is a number') },
    wrong_phone_hash: out('says of the number that the patient is somebody else, whose appointment this is'),
    ...{ language: 'Engelsk', location_code: out('as place_ciphertext, of a visit') },
    ...{ location_text: out('likewise'), place_ciphertext: 'Hjemme i stuen (RUM-9)' },
    ...{ location_printable: out('says whether the place is printed'), department: 'Øreafdelingen' },
    ...{ department_code: 'ØRE-7', contact_phone: '+45\u00a035\u00a045\u00a035\u00a045' },
    ...{ source_mode: out('says how the booking system was set up'), test: 'en prøve' },
    ...{ outcome: 'Borgeren er kommet', outcome_at: '2.\u00a0nov.\u00a02026 kl.\u00a013.00' },
    ...{ group_reference: 'G-44', replaced_by: 'C-18', deceased: 'borgeren er død' },
    announced_start_at: '30.\u00a0nov.\u00a02026 kl.\u00a008.15',
    received_at: '1.\u00a0nov.\u00a02026 kl.\u00a013.00',
    updated_at: '24.\u00a0nov.\u00a02026 kl.\u00a012.00',
    ...{ erased_at: out('one that is erased has no number any more'), id: ID, authority_id: OWN },
  },
  appointment_alias: {
    ...of(OWN, 'source_id', 'authority_id'),
    ...of(HASH, 'kind', 'value'),
    ...{ shared: out('says whether the code is of one appointment'), appointment_id: ID },
  },
  appointment_change: {
    ...of(ID, 'appointment_id', 'id'),
    ...{ at: '3.\u00a0nov.\u00a02026', change: 'fik en ny tid', start_at: '29.\u00a0nov.\u00a02026' },
    slot: KEPT_BOOKS,
  },
  known_patient: {
    ...of(OWN, 'authority_id', 'source_id'),
    ...of(HASH, 'patient_key', 'phone_hash'),
    ...of(KEPT_BOOKS, 'version', 'event_at'),
    ...{ deceased: out('stands on each appointment, too'), protected: 'Navn og adresse er beskyttet' },
    ...{ phone_ciphertext: NUMBER, language: 'Engelsk', kept_at: '14.\u00a0nov.\u00a02026' },
    ...{ updated_at: TIME, id: ID },
  },
  import_file: of(
    out('found by no number: a file that was tried is gone within the hour, and with any erasure'),
    ...['id', 'authority_id', 'source_id', 'person_id', 'content_ciphertext', 'created_at'],
  ),
  department: {
    ...of(HASH, 'key', 'patients'),
    ...{ name: out('a department, seen on five patients'), seen_at: out('likewise'), authority_id: OWN },
  },
  reminder: {
    ...of(ID, 'id', 'appointment_id'),
    ...of(OWN, 'authority_id', 'source_id'),
    ...of(KEPT_BOOKS, 'slot', 'revision', 'tries', 'template_version'),
    ...{ rule: 'Påmindelse »vagt«', template: out('follows from the rule'), language: 'Engelsk' },
    ...{ department: out('that of the appointment, for statistics'), status: 'Planlagt' },
    ...{ reason: 'borgeren er frameldt', due_at: '30.\u00a0nov.\u00a02026 kl.\u00a010.00' },
    ...{ due_day: out('the day of due_at'), expires_at: out('the latest moment to send') },
    ...{ next_at: out('when the machine looks again'), held_reason: 'Venter: et svar er ikke behandlet' },
    ...{ text_ciphertext: 'Der ville have stået: »Skyggens tekst«', encoding: out('of the text') },
    ...{ segments: out('of the text'), created_at: '24.\u00a0nov.\u00a02026 kl.\u00a012.00: Planlagt' },
    ...{ phone_hash: HASH, updated_at: TIME },
  },
  reminder_history: { at: '5.\u00a0nov.\u00a02026', status: 'Erstattet', reminder_id: ID, reason: BY_STATE },
  message: {
    ...of(ID, 'id', 'reminder_id', 'inbound_id'),
    ...of(KEPT_BOOKS, 'template_version', 'attempts'),
    ...of(BY_STATE, 'reason', 'code', 'asked_at'),
    ...of(out('of the text'), 'encoding', 'segments', 'gateway_segments'),
    ...{ template: 'Påmindelse, Dansk', language: 'Påmindelse, Dansk', department: out('for statistics') },
    ...{ due_day: out('for statistics'), gateway: 'gennem simulator' },
    ...{ gateway_message_id: out('an id of the supplier'), sender: 'Sundhed, gennem' },
    ...{ phone_ciphertext: NUMBER, country: out('begins the number') },
    ...{ text_ciphertext: 'Husk din tid hos øre.', status: 'Modtaget' },
    ...{ valid_until: out('the latest moment to send'), next_at: out('when the machine looks again') },
    created_at: out('a moment before it was handed over'),
    handed_over_at: '6.\u00a0nov.\u00a02026 kl.\u00a010.00',
    accepted_at: out('a moment after it was handed over'),
    ...{ delivered_at: 'Modtaget, 6.\u00a0nov.\u00a02026 kl.\u00a010.05', authority_id: OWN },
    ...{ phone_hash: HASH, updated_at: TIME },
  },
  receipt: {
    ...of(ID, 'id', 'message_id', 'callback_id'),
    ...of(BY_STATE, 'state', 'cause', 'code', 'at', 'received_at'),
  },
  staff_answer: {
    ...of(ID, 'message_id', 'appointment_id'),
    ...of(KEPT_BOOKS, 'slot', 'appointment_status', 'start_before'),
    written_by: out('staff are not named'),
  },
  uncertain_message: { ...of(BY_STATE, 'gateway', 'since'), message_id: ID },
  failed_message: { ...of(ID, 'message_id', 'reminder_id'), authority_id: OWN, expires_at: BY_STATE },
  handled_appointment: {
    ...{ handled_at: '8.\u00a0nov.\u00a02026', handled_by: out('staff are not named'), appointment_id: ID },
    ...{ slot: KEPT_BOOKS, authority_id: OWN },
  },
  callback: {
    ...of(out('as inbound_message'), 'gateway', 'kind', 'received_at'),
    ...of(HASH, 'dedupe_key', 'phone_hash'),
    ...of(KEPT_BOOKS, 'applied_at', 'note'),
    raw_ciphertext: out('what inbound_message was read from; one that was not read belongs to no authority yet'),
    id: ID,
  },
  inbound_message: {
    ...of(ID, 'id', 'callback_id'),
    gateway: out('the supplier of the number that was written to'),
    ...{ gateway_message_id: out('an id of the supplier'), phone_ciphertext: NUMBER },
    ...{ recipient_ciphertext: '1204', text_ciphertext: 'Hvad er det her?', meaning: 'Spørgsmål eller andet' },
    ...{ scope: out('whose it is'), received_at: '9.\u00a0nov.\u00a02026' },
    ...{ written_at: out('when it came says it, but for moments'), phone_hash: HASH },
  },
  inbound_authority: {
    ...of(ID, 'inbound_id', 'effects'),
    ...{ needs_person: 'Ikke behandlet endnu', holds: out('the reminders say that they wait') },
    ...{ settled_at: '10.\u00a0nov.\u00a02026', settled_by: 'af en medarbejder', action: 'Intet at gøre' },
    undone_at: out('the decision is open again'),
    answered_message_id: 'Svar på »Husk din tid hos øre.«',
    ...{ taken_at: out('the event of the reply says whether it was delivered'), authority_id: OWN },
    phone_hash: HASH,
  },
  inbound_appointment: {
    ...{ appointment_id: 'Aftale C-17', subject: out('says whether it is certain') },
    ...{ holds: out('the reminders say that they wait'), inbound_id: ID, authority_id: OWN },
    ...{ slot: KEPT_BOOKS, phone_hash: HASH, had_number: KEPT_BOOKS },
  },
  opt_out: {
    ...of(ID, 'id', 'inbound_id'),
    ...{ authority_id: 'Gælder alle myndigheder', phone_ciphertext: NUMBER, reason: 'Ringede og bad om det' },
    ...{ recorded_by: 'af borgeren', recorded_at: '11.\u00a0nov.\u00a02026' },
    ...{ lifted_at: 'Ophævet 12.\u00a0nov.\u00a02026', lifted_by: 'af en medarbejder' },
    ...{ lift_reason: 'Vil have SMS igen', phone_hash: HASH },
  },
  event: {
    ...of(OWN, 'source_id', 'authority_id'),
    ...of(KEPT_BOOKS, 'sequence', 'numbered_at'),
    ...of(ID, 'id', 'appointment_id', 'reminder_id', 'inbound_id'),
    ...of(BY_STATE, 'status', 'reason'),
    ...{ reference: 'C-17', type: 'SMS modtaget', at: '13.\u00a0nov.\u00a02026' },
  },
  event_outbox: {
    ...of(KEPT_BOOKS, 'ordinal', 'at', 'held_until'),
    ...of(ID, 'reminder_id', 'appointment_id', 'inbound_id'),
    ...of(BY_STATE, 'status', 'reason'),
    type: out('becomes an event within a second, or once a decision stands'),
  },
  delivery: {
    ...of(OWN, 'source_id', 'authority_id'),
    ...of(KEPT_BOOKS, 'channel', 'sequence', 'status', 'attempts', 'next_at', 'last_result', 'attempted_at'),
    appointment_id: ID,
  },
  idempotency_key: { ...of(HASH, 'key', 'body_hash'), ...of(KEPT_BOOKS, 'response', 'created_at'), source_id: OWN },
  audit: {
    ...of(ID, 'id', 'target'),
    ...of(out('says what staff did'), 'at', 'actor', 'action', 'recorded_at', 'fold'),
    ...{ recorded_by: out('the user of the database'), before: out('settings, and counts') },
    ...{ after: out('settings, and counts'), authority_id: OWN },
  },
};

/** Tables that hold nothing of a citizen. */
const OF_NOBODY = [
  ...[
    'installation',
    'authority',
    'source',
    'source_secret',
    'api_key',
    'template_version',
    'standard_answer',
    'unmapped_value',
  ],
  'refusal',
  ...['source_activity', 'fhir_feed', 'process', 'hand_over_group', 'gateway_state', 'gateway_calls', 'gateway_price'],
  ...[
    'gateway_pace',
    'event_sequence',
    'event_reader',
    'event_endpoint',
    'event_secret',
    'person',
    'account',
    'invitation',
  ],
  ...['person_name', 'recovery_code', 'sign_in_failure', 'session'],
  ...['statistics_delta', 'statistics_day', 'statistics_sum'],
];

const { test, rows, client } = scenario({
  authorities: { rh: { name: 'Regionen', sources: { rh: {} } } },
  people: { client: { role: 'operator' } },
});

const day = (nth: number, time = '12:00') => new Date(`2026-11-${String(nth).padStart(2, '0')}T${time}:00Z`);
const documentIn = async (file: string) =>
  (await client.post('/admin/citizens', { authority: 'rh', phone: '22304150', do: 'document', file })).text();

async function storeAll(): Promise<void> {
  const id = await makeAppointment();
  await rows.reminder('rh', id, { rule: 'vagt', language: 'en', held_reason: 'reply_needs_a_person' });
  const refused = { status: 'suppressed', reason: 'opted_out' } as const;
  const shadow = await rows.reminder('rh', id, { ...refused, rule: 'skygge' });
  const text_ciphertext = test.deps.keyring.cipher.encrypt('rh', 'reminder.text', shadow, 'Skyggens tekst');
  await update(test.db, 'reminder', { id: shadow }, { text_ciphertext });
  const history = { reminder_id: shadow, at: day(5), status: 'superseded', reason: null } as const;
  await insert(test.db, 'reminder_history', history);
  const sent = await rows.reminder('rh', id, { status: 'handed_over', rule: 'sendt' });
  const at = { handed_over_at: day(6, '09:00'), delivered_at: day(6, '09:05') };
  const message = await rows.message('rh', sent, PHONE, { text: 'Husk din tid hos øre.', ...at });
  await storeReplies(id, message);
  const lifted = { lifted_at: day(12), lifted_by: 'administrator', lift_reason: 'Vil have SMS igen' };
  await rows.optOut('rh', PHONE, { reason: 'Ringede og bad om det', recorded_at: day(11), ...lifted });
  await rows.optOut(null, PHONE);
  const kept = { id: crypto.randomUUID(), authority_id: 'rh', source_id: 'rh', patient_key: Buffer.from('p') };
  const { keyring } = test.deps;
  const number = {
    phone_ciphertext: keyring.cipher.encrypt('rh', 'known_patient.phone', kept.id, PHONE),
    phone_hash: keyring.phoneHash(PHONE),
  };
  const patient = { ...kept, ...number, language: 'en', protected: true, deceased: false, kept_at: day(14) };
  await insert(test.db, 'known_patient', { ...patient, updated_at: day(14) });
  const event = { id: crypto.randomUUID(), authority_id: 'rh', appointment_id: id, reference: 'C-17', at: day(13) };
  await sql`insert into event (source_id, sequence, id, authority_id, appointment_id, reference, type, at, numbered_at)
    values ('rh', 1, ${event.id}, 'rh', ${id}, 'C-17', 'reminder.delivered', ${event.at}, ${event.at})`.execute(
    test.db,
  );
  const handled = { appointment_id: id, slot: 0, authority_id: 'rh', handled_at: day(8), handled_by: 'person:x' };
  await insert(test.db, 'handled_appointment', handled);
}

async function makeAppointment(): Promise<string> {
  const details = {
    announced_start_at: new Date('2026-11-30T07:15:00Z'),
    received_at: day(1),
    outcome: 'arrived',
    outcome_at: day(2),
  } as const;
  const id = await rows.appointment('rh', PHONE, {
    ...{ reference: 'C-17', kind: 'video', language: 'en', department: 'Øreafdelingen', department_code: 'ØRE-7' },
    ...{ contact_phone: '+4535453545', end_at: new Date('2026-12-01T08:40:00Z'), test: true, group_reference: 'G-44' },
    ...{ replaced_by: 'C-18', deceased: true, ...details },
  });
  const place = JSON.stringify(['RUM-9', 'Hjemme i stuen']);
  const place_ciphertext = test.deps.keyring.cipher.encrypt('rh', 'appointment.place', id, place);
  await update(test.db, 'appointment', { id }, { place_ciphertext });
  const moved = { appointment_id: id, at: day(3), change: 'moved', start_at: day(29), slot: 0 } as const;
  const replaced = { ...moved, change: 'replaced', start_at: null } as const;
  await insert(test.db, 'appointment_change', [replaced, moved, replaced]);
  return id;
}

async function storeReplies(appointment: string, message: string): Promise<void> {
  const settled = await rows.cancellation('rh', PHONE, appointment, { text: 'Hvad er det her?' });
  const meant = { meaning: 'other', received_at: day(9) } as const;
  await update(test.db, 'inbound_message', { id: settled }, meant);
  const decided = { settled_at: day(10), settled_by: 'administrator', action: 'ignore' } as const;
  const own = test.db.updateTable('inbound_authority').set({ ...decided, answered_message_id: message });
  await own.where('inbound_id', '=', settled).execute();
  await rows.reply(['rh'], PHONE, 'Stop det');
}

it('has every column of every table that holds something of a citizen, or a reason why not', async () => {
  const { rows: found } = await sql<{ table: string; columns: string[] }>`
    select table_name as table, array_agg(column_name::text order by column_name) as columns
    from information_schema.columns where table_schema = 'public' group by 1 order by 1`.execute(test.db);
  const tables = found.filter(({ table }) => !OF_NOBODY.includes(table) && !table.startsWith('kysely_'));
  const decided = Object.entries(DECIDED).map(([table, columns]) => ({ table, columns: Object.keys(columns).sort() }));
  const ordered = (list: readonly { table: string; columns: readonly string[] }[]) =>
    list.map(({ table, columns }) => `${table}: ${[...columns].sort().join(' ')}`).sort();
  expect(ordered(tables)).toEqual(ordered(decided));
});

it('says in words what each column holds, in the language that was chosen', async () => {
  await storeAll();
  const danish = (await documentIn('da')).replaceAll('&#39;', '’');
  const missing = Object.entries(DECIDED).flatMap(([table, columns]) =>
    Object.entries(columns).flatMap(([column, text]) =>
      typeof text === 'string' && !danish.includes(text) ? [`${table}.${column}: ${text}`] : [],
    ),
  );
  expect(missing).toEqual([]);
  // Whoever gets the file has nobody to ask what a state means.
  const { means } = reminderWords('da', { status: 'suppressed', reason: 'opted_out' });
  expect(danish).toContain(means);
  const changes = [...danish.matchAll(/3\.\u00a0nov\.\u00a02026[^:<]*: (Aftalen fik [^<]*)/g)].map(
    ([, words]) => words,
  );
  const renumbered = 'Aftalen fik et nyt nummer i bookingsystemet';
  expect(changes).toEqual([renumbered, expect.stringContaining('fik en ny tid'), `${renumbered}: C-18`]);
  const text = danish.replace(/<[^>]*>/g, ' ');
  expect(text).not.toMatch(/opted_out|reply_needs|superseded|handed_over|reminder\.delivered|undefined|\bnull\b/);
  const data = await client.post('/admin/citizens', { authority: 'rh', phone: '22304150', do: 'data' });
  const json = await data.text();
  // As in the document, staff are not named.
  expect([json.includes('administrator'), json.includes('"staff"'), json.includes('"citizen"')]).toEqual([
    ...[false, true, true],
  ]);
  expect(JSON.parse(json)).toMatchObject({
    // Programs read it, unlike the document.
    appointments: [{ contactPhone: '+4535453545' }],
    details: [
      {
        source: 'rh',
        reference: 'C-17',
        departmentCode: 'ØRE-7',
        group: 'G-44',
        replacedBy: 'C-18',
        deceased: true,
        ...{ announcedStart: '2026-11-30T07:15:00.000Z', handled: [day(8).toISOString()] },
        changes: [
          { at: day(3).toISOString(), change: 'replaced', startBefore: null },
          { at: day(3).toISOString(), change: 'moved', startBefore: day(29).toISOString() },
          { at: day(3).toISOString(), change: 'replaced', startBefore: null },
        ],
        events: [{ type: 'reminder.delivered', at: day(13).toISOString() }],
      },
    ],
  });
  const english = (await documentIn('en')).replace(/<[^>]*>/g, ' ');
  for (const each of [
    'Kind Video',
    'English',
    'Opt-outs',
    'Messages to the booking system',
    'In reply to “Husk din tid',
  ])
    expect(english.replace(/\s+/g, ' ')).toContain(each);
  expect(english).not.toMatch(/Påmindelse |Ophævet|Planlagt|Sprog/);
});
