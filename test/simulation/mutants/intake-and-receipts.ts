import type { Mutant } from './mutant.ts';

/** Breaks beside the hand-over: of intake, receipts, replies, look-ups and clocks. */
export const INTAKE_AND_RECEIPTS: readonly Mutant[] = [
  {
    name: 'look-ups-off',
    breaks: 'look-ups are off',
    edits: [
      {
        file: 'src/worker.ts',
        from: 'if (this.#maySettle()) await lookUpUncertain',
        to: 'if (this.#maySettle() && this.#state.stopping) await lookUpUncertain',
      },
    ],
    detectedBy: { seed: 4, days: 5 },
  },
  {
    name: 'vague-is-not-found',
    breaks: '"can\'t tell" is believed to mean "not taken"',
    edits: [
      {
        file: 'src/receipts/look-up-uncertain.ts',
        from: "idsOf(lookedUp.filter(({ result }) => result === 'not_found'))",
        to: "idsOf(lookedUp.filter(({ result }) => typeof result === 'string'))",
      },
    ],
    detectedBy: { seed: 4, days: 5 },
  },
  {
    name: 'freed-again-and-again',
    breaks: 'what the gateway does not know is freed again and again',
    edits: [
      {
        file: 'src/receipts/look-up-uncertain.sql.ts',
        from: "          and (select count(*) from reminder_history h where h.reminder_id = r.id and h.status = 'uncertain') < 2\n",
        to: '',
      },
    ],
    detectedBy: null,
  },
  {
    name: 'repeated-again-and-again',
    breaks: 'recovery has what was repeated repeated again',
    edits: [
      {
        file: 'src/dispatch/processes.sql.ts',
        from: "\n      and (select count(*) from reminder_history h where h.reminder_id = r.id and h.status = 'uncertain') < 2",
        to: '',
      },
    ],
    detectedBy: null,
  },
  {
    name: 'acknowledged-without-commit',
    breaks: 'a post is acknowledged though its commit failed',
    edits: [
      {
        file: 'src/intake/accept.ts',
        from: '  return unlessOvertaken(() => inTransaction(deps.db, (trx) => acceptInTransaction(deps, trx, requests, deps.now())));\n',
        to: `  let given: readonly RequestResult[] | null = null;
  const work = async (trx: Transaction<Database>) => {
    given = await acceptInTransaction(deps, trx, requests, deps.now());
    return given;
  };
  return inTransaction(deps.db, work).catch((error) => {
    if (given === null) throw error;
    return given;
  });
`,
      },
    ],
    detectedBy: { seed: 21, days: 5 },
  },
  {
    name: 'month-first-row-by-row',
    breaks: 'of a list that has the month first only the rows are refused that can be read in no other way',
    edits: [
      {
        file: 'src/formats/csv/csv.ts',
        from: '  yield* checkDateOrder(rows, columns, context.source.dateOrder);\n',
        to: "  if (context.source.dateOrder === 'mdy') yield* checkDateOrder(rows, columns, 'mdy');\n",
      },
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'bare-number-is-another',
    breaks: 'an id without an issuer leads to no appointment of its patient',
    edits: [
      {
        file: 'src/domain/identity/resolve.ts',
        from: 'meant.ofPatient.length === 1 ? meant.ofPatient[0] : undefined',
        to: 'undefined',
      },
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'unread-appointment-untold',
    breaks: 'an appointment in a message that is not read is acknowledged as if it were stored',
    edits: [
      {
        file: 'src/formats/hl7v2/read.ts',
        from: 'if (!segment && !isAdmission && !SCHEDULING.has(type))',
        to: 'if (!isAdmission)',
      },
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'unclear-status-is-sent',
    breaks: 'what may have ended, in words that nobody knows, is handed over',
    edits: [
      {
        file: 'src/dispatch/start/prepare.ts',
        from: "  if (due.unclear) return waiting(due, owner, new Date(now.getTime() + UNCLEAR_WAIT_MS), 'status_unclear');\n",
        to: '',
      },
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'receipt-acknowledged-unstored',
    breaks: 'a receipt is acknowledged before it is stored',
    edits: [
      {
        file: 'src/receipts/accept.ts',
        from: 'if (await this.#store.submit(row)) this',
        to: 'if (await Promise.race([this.#store.submit(row).catch(() => false), true])) this',
      },
    ],
    detectedBy: { seed: 7, days: 5 },
  },
  {
    name: 'older-version-wins',
    breaks: 'an older version wins',
    edits: [
      {
        file: 'src/domain/event-order.ts',
        from: "    if (event.version < before.version) return 'stale';\n",
        to: '',
      },
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'receipts-go-back',
    breaks: 'receipts go back',
    edits: [
      {
        file: 'src/receipts/receipts.sql.ts',
        from: "when 'delivered' then 3 when 'rejected' then 3 when 'undelivered' then 2 when 'accepted' then 1 else 0 end),\n    moved",
        to: 'when null then 1 else 0 end),\n    moved',
      },
    ],
    detectedBy: { seed: 2, days: 5 },
  },
  {
    name: 'receipt-keeps-repeat',
    breaks: 'a receipt leaves the repetition of its hand-over planned, and the start sends it',
    edits: [
      {
        file: 'src/receipts/receipts.sql.ts',
        from: "(r.status in ('planned', 'uncertain') or (r.status = 'handed_over' and r.next_at is not null))",
        to: 'false',
      },
      {
        file: 'src/dispatch/start/start-messages.sql.ts',
        from: `      where m.status in ('not_sent', 'uncertain')\n      returning m.id`,
        to: '      returning m.id',
      },
    ],
    detectedBy: null,
  },
  {
    name: 'clocks-ignored',
    breaks: 'clocks that are apart are ignored',
    edits: [
      {
        file: 'src/sending-state.ts',
        from: 'Math.abs(this.aheadMs) > CLOCKS_APART_MS',
        to: 'Math.abs(this.aheadMs) > 1e12',
      },
    ],
    detectedBy: { seed: 9, days: 5 },
  },
  {
    name: 'stop-leaves-plans',
    breaks: 'a STOP leaves what is planned, and the start looks at no opt-out',
    edits: [
      {
        file: 'src/store/opt-outs.ts',
        from: `and \${isToHandOver()}\n      order`,
        to: 'and false\n      order',
      },
      {
        file: 'src/dispatch/start/start-check.sql.ts',
        from: 'when exists (select from opt_out o where',
        to: 'when exists (select from opt_out o where false and',
      },
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'settled-by-an-earlier-word',
    breaks: 'a wrong number that was replaced before the citizen wrote settles the reply',
    edits: [
      {
        file: 'src/operations/sweep.sql.ts',
        from: `
            and exists (select from event e where e.appointment_id = a.id and e.inbound_id = s.inbound_id
              and e.type = 'citizen.wrong_number'))`,
        to: ')',
      },
    ],
    detectedBy: null,
  },
  {
    name: 'purge-takes-what-holds',
    breaks: 'the purge takes a reply by when it was received, whatever it holds',
    edits: [
      {
        file: 'src/operations/purge.sql.ts',
        from: 'where h.inbound_id = p.inbound_id and h.authority_id',
        to: 'where false and h.authority_id',
      },
      {
        file: 'src/operations/purge.sql.ts',
        from: 'and not (p.holds and exists (',
        to: 'and not (false and exists (',
      },
    ],
    detectedBy: { seed: 186, days: 30 },
  },
  {
    name: 'zone-not-read',
    breaks: 'the zone beside a start is not read',
    edits: [
      {
        file: 'src/formats/json/mapped-times.ts',
        from: 'const zone = mapped?.zone ?? sourceZone;',
        to: 'const zone = sourceZone;',
      },
    ],
    vendors: true,
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'phone-country-not-read',
    breaks: 'the country beside a number is not read',
    edits: [
      {
        file: 'src/formats/json/mapped-phones.ts',
        from: 'if (!mapped && unread.length === 0) return numbers;',
        to: 'if (unread.length === 0) return numbers;',
      },
    ],
    vendors: true,
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'old-events-taken',
    breaks: 'an event that neither version nor time orders is taken whenever it comes again',
    edits: [
      {
        file: 'src/intake/repeats.ts',
        from: 'isLeft: isRepeat && !hasKey && !event.repeatable',
        to: 'isLeft: false',
      },
    ],
    vendors: true,
    detectedBy: { seed: 1, days: 5 },
  },
];
