import { edit, type Mutant } from './mutant.ts';

/** Breaks beside the hand-over: of intake, receipts, replies, look-ups and clocks. */
export const INTAKE_AND_RECEIPTS: readonly Mutant[] = [
  {
    name: 'look-ups-off',
    breaks: 'look-ups are off',
    edits: [
      edit(
        'src/worker.ts',
        'if (this.#maySettle()) await lookUpUncertain',
        'if (this.#maySettle() && this.#state.stopping) await lookUpUncertain',
      ),
    ],
    detectedBy: { seed: 4, days: 5 },
  },
  {
    name: 'vague-is-not-found',
    breaks: '"can\'t tell" is believed to mean "not taken"',
    edits: [
      edit(
        'src/receipts/look-up-uncertain.ts',
        "idsOf(lookedUp.filter(({ result }) => result === 'not_found'))",
        "idsOf(lookedUp.filter(({ result }) => typeof result === 'string'))",
      ),
    ],
    detectedBy: { seed: 4, days: 5 },
  },
  {
    name: 'freed-again-and-again',
    breaks: 'what the gateway does not know is freed again and again',
    edits: [
      edit(
        'src/receipts/look-up-uncertain.sql.ts',
        "          and (select count(*) from reminder_history h where h.reminder_id = r.id and h.status = 'uncertain') < 2\n",
        '',
      ),
    ],
    detectedBy: null,
  },
  {
    name: 'repeated-again-and-again',
    breaks: 'recovery has what was repeated repeated again',
    edits: [
      edit(
        'src/dispatch/processes.sql.ts',
        "\n      and (select count(*) from reminder_history h where h.reminder_id = r.id and h.status = 'uncertain') < 2",
        '',
      ),
    ],
    detectedBy: null,
  },
  {
    name: 'acknowledged-without-commit',
    breaks: 'a post is acknowledged though its commit failed',
    edits: [
      edit(
        'src/intake/accept.ts',
        '  return unlessOvertaken(() => inTransaction(deps.db, (trx) => acceptInTransaction(deps, trx, requests, deps.now())));\n',
        `  let given: readonly RequestResult[] | null = null;
  const work = async (trx: Trx) => {
    given = await acceptInTransaction(deps, trx, requests, deps.now());
    return given;
  };
  return inTransaction(deps.db, work).catch((error) => {
    if (given === null) throw error;
    return given;
  });
`,
      ),
    ],
    detectedBy: { seed: 21, days: 5 },
  },
  {
    name: 'month-first-row-by-row',
    breaks: 'of a list that has the month first only the rows are refused that can be read in no other way',
    edits: [
      edit(
        'src/formats/csv/csv.ts',
        '  yield* checkDateOrder(rows, columns, context.source.dateOrder);\n',
        "  if (context.source.dateOrder === 'mdy') yield* checkDateOrder(rows, columns, 'mdy');\n",
      ),
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'bare-number-is-another',
    breaks: 'an id without an issuer leads to no appointment of its patient',
    edits: [
      edit(
        'src/domain/identity/resolve.ts',
        'meant.ofPatient.length === 1 ? meant.ofPatient[0] : undefined',
        'undefined',
      ),
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'unread-appointment-untold',
    breaks: 'an appointment in a message that is not read is acknowledged as if it were stored',
    edits: [
      edit('src/formats/hl7v2/read.ts', 'if (!segment && !isAdmission && !SCHEDULING.has(type))', 'if (!isAdmission)'),
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'unclear-status-is-sent',
    breaks: 'what may have ended, in words that nobody knows, is handed over',
    edits: [
      edit(
        'src/dispatch/start/prepare.ts',
        "  if (due.unclear) return waiting(due, owner, new Date(now.getTime() + UNCLEAR_WAIT_MS), 'status_unclear');\n",
        '',
      ),
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'receipt-acknowledged-unstored',
    breaks: 'a receipt is acknowledged before it is stored',
    edits: [
      edit(
        'src/receipts/accept.ts',
        'if (await this.#store.submit(row)) this',
        'if (await Promise.race([this.#store.submit(row).catch(() => false), true])) this',
      ),
    ],
    detectedBy: { seed: 7, days: 5 },
  },
  {
    name: 'older-version-wins',
    breaks: 'an older version wins',
    edits: [edit('src/domain/event-order.ts', "    if (event.version < before.version) return 'stale';\n", '')],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'receipts-go-back',
    breaks: 'receipts go back',
    edits: [
      edit(
        'src/receipts/receipts.sql.ts',
        "when 'delivered' then 3 when 'rejected' then 3 when 'undelivered' then 2 when 'accepted' then 1 else 0 end),\n    moved",
        'when null then 1 else 0 end),\n    moved',
      ),
    ],
    detectedBy: { seed: 2, days: 5 },
  },
  {
    name: 'receipt-keeps-repeat',
    breaks: 'a receipt leaves the repetition of its hand-over planned, and the start sends it',
    edits: [
      edit(
        'src/receipts/receipts.sql.ts',
        "(r.status in ('planned', 'uncertain') or (r.status = 'handed_over' and r.next_at is not null))",
        'false',
      ),
      edit(
        'src/dispatch/start/start-messages.sql.ts',
        `      where m.status in ('not_sent', 'uncertain')\n      returning m.id`,
        '      returning m.id',
      ),
    ],
    detectedBy: null,
  },
  {
    name: 'clocks-ignored',
    breaks: 'clocks that are apart are ignored',
    edits: [edit('src/sending-state.ts', 'Math.abs(this.aheadMs) > CLOCKS_APART_MS', 'Math.abs(this.aheadMs) > 1e12')],
    detectedBy: { seed: 9, days: 5 },
  },
  {
    name: 'stop-leaves-plans',
    breaks: 'a STOP leaves what is planned, and the start looks at no opt-out',
    edits: [
      edit('src/store/opt-outs.ts', `and \${isToHandOver()}\n      order`, 'and false\n      order'),
      edit(
        'src/dispatch/start/start-check.sql.ts',
        'when exists (select from opt_out o where',
        'when exists (select from opt_out o where false and',
      ),
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'settled-by-an-earlier-word',
    breaks: 'a wrong number that was replaced before the citizen wrote settles the reply',
    edits: [
      edit(
        'src/operations/sweep.sql.ts',
        `
            and h.had_number)`,
        ')',
      ),
    ],
    detectedBy: null,
  },
  {
    name: 'purge-takes-what-holds',
    breaks: 'the purge takes a reply by when it was received, whatever it holds',
    edits: [
      edit(
        'src/operations/purge.sql.ts',
        'where h.inbound_id = p.inbound_id and h.authority_id',
        'where false and h.authority_id',
      ),
      edit('src/operations/purge.sql.ts', 'and not (p.holds and exists (', 'and not (false and exists ('),
    ],
    detectedBy: { seed: 186, days: 30 },
  },
  {
    name: 'zone-not-read',
    breaks: 'the zone beside a start is not read',
    edits: [
      edit('src/formats/json/mapped-times.ts', 'const zone = mapped?.zone ?? sourceZone;', 'const zone = sourceZone;'),
    ],
    vendors: true,
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'phone-country-not-read',
    breaks: 'the country beside a number is not read',
    edits: [
      edit(
        'src/formats/json/mapped-phones.ts',
        'if (!mapped && unread.length === 0) return numbers;',
        'if (unread.length === 0) return numbers;',
      ),
    ],
    vendors: true,
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'old-events-taken',
    breaks: 'an event that neither version nor time orders is taken whenever it comes again',
    edits: [edit('src/intake/repeats.ts', 'isLeft: isRepeat && !hasKey && !event.repeatable', 'isLeft: false')],
    vendors: true,
    detectedBy: { seed: 1, days: 5 },
  },
];
