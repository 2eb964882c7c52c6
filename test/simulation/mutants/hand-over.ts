import { edit, type Mutant } from './mutant.ts';

const START = 'src/dispatch/start/start.sql.ts';
const MESSAGES = 'src/dispatch/start/start-messages.sql.ts';
const CHECK = 'src/dispatch/start/start-check.sql.ts';
const SETTLE = 'src/dispatch/settle.sql.ts';
const PROCESSES = 'src/dispatch/processes.sql.ts';
const LOST = `    when r.next_at is null or r.next_at > \${now} or (r.status = 'handed_over') <> x.repeat then 'lost'\n`;
const GUARD = `      where m.status in ('not_sent', 'uncertain')\n      returning m.id`;
const CALLER = 'src/dispatch/gateways/gateway-caller.ts';

/** Breaks of the look, the start, the call and the outcome. */
export const HAND_OVER: readonly Mutant[] = [
  {
    name: 'outcome-overwrites',
    breaks: 'an outcome overwrites whatever stands',
    edits: [
      edit(
        SETTLE,
        `m.status = 'handing_over' or (m.status = 'uncertain' and g.status = 'accepted') as applies`,
        'true as applies',
      ),
    ],
    detectedBy: { seed: 2, days: 5 },
  },
  {
    name: 'outcome-of-another-try',
    breaks: 'an outcome counts for a later try than its own',
    edits: [edit(SETTLE, ' and m.attempts = g.attempts', '')],
    detectedBy: { seed: 5, days: 5 },
  },
  {
    name: 'group-ends-early',
    breaks: "a group's note goes with its first outcome",
    edits: [
      edit(
        'src/dispatch/outcomes.ts',
        'filter(([id, count]) => count === 0 && !this.#refused.has(id))',
        'filter(() => true)',
      ),
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'timeout-not-sent',
    breaks: 'a time-out is taken for "not sent"',
    edits: [
      edit(
        'src/dispatch/outcomes.ts',
        "return { status: 'uncertain', reason: null, ...afterUncertain(call, now) };",
        "return { status: 'not_sent', reason: null, ...afterRetry(call, new Date(now.getTime() + 2_000)) };",
      ),
    ],
    detectedBy: { seed: 2, days: 5 },
  },
  {
    name: 'start-ignores-opt-outs',
    breaks: 'the start looks at no opt-out',
    edits: [
      edit(CHECK, 'when exists (select from opt_out o where', 'when exists (select from opt_out o where false and'),
    ],
    detectedBy: null,
  },
  {
    name: 'start-ignores-replies',
    breaks: 'the start looks at no reply that holds',
    edits: [edit(CHECK, 'and h.holds and', 'and false and')],
    detectedBy: { seed: 8, days: 5 },
  },
  {
    name: 'nothing-holds-a-cancellation',
    breaks: 'a cancellation by SMS holds no reminder, and the start looks at none',
    edits: [
      edit(CHECK, "and h.holds) then 'cancel_held'", "and false) then 'cancel_held'"),
      edit('src/store/replies.ts', "await hold('reply_cancel',", "if (!booked) await hold('reply_cancel',"),
    ],
    detectedBy: { seed: 8, days: 5 },
  },
  {
    name: 'start-ignores-revision',
    breaks: 'the start looks neither at the revision nor at the slot',
    edits: [
      edit(CHECK, 'when r.revision <> x.revision or a.revision <> x.appointment_revision\n      or au', 'when au'),
      edit(CHECK, "    when a.slot <> r.slot then 'changed'\n", ''),
    ],
    detectedBy: { seed: 8, days: 5 },
  },
  {
    name: 'start-ignores-versions',
    breaks: 'the start looks neither at the version of the authority nor at that of the source',
    edits: [edit(CHECK, '\n      or au.version <> x.authority_version or s.version <> x.source_version', '')],
    detectedBy: { seed: 12, days: 5 },
  },
  {
    name: 'start-ignores-waiting-receipts',
    breaks: 'a hand-over is repeated while a receipt waits to be applied',
    edits: [edit(CHECK, 'when x.repeat and exists', 'when false and exists')],
    detectedBy: null,
  },
  {
    name: 'deadline-ignored',
    breaks: 'neither the decision nor the start looks at the deadline',
    edits: [
      edit(
        'src/dispatch/start/prepare.ts',
        "  if (due.expires_at <= now) return ended(due, owner, 'expired', 'too_late');\n",
        '',
      ),
      edit(CHECK, `    when r.expires_at <= \${now} then 'too_late'\n`, ''),
    ],
    detectedBy: { seed: 2, days: 5 },
  },
  {
    name: 'window-ignored',
    breaks: 'the decision does not look at the sending window',
    edits: [
      edit(
        'src/dispatch/start/prepare.ts',
        'if (!isOpen(window, authority.timeZone, now)) {',
        'if (now.getTime() === 0) {',
      ),
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'call-before-commit',
    breaks: 'the call goes out before the start is committed',
    edits: [
      edit(
        'src/dispatch/group-starter.ts',
        'return await startPrepared(this.#deps, options, prepared);',
        `const trx = await this.#deps.db.startTransaction().execute();
      const early = await startPrepared({ ...this.#deps, db: trx }, options, prepared);
      this.#deps.timers.after(100, () => void trx.commit().execute().catch(() => {}));
      return early;`,
      ),
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'group-not-noted',
    breaks: 'the start does not note its group',
    edits: [edit(START, 'having count(*) > 0', 'having false')],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'lost-ignored',
    breaks: 'two processes look at all that is due, and the start does not ask whether it still is',
    edits: [
      edit(CHECK, LOST, ''),
      edit(
        'src/dispatch/processes.ts',
        'return this.#members.length < 2 || nth < 0 ? null',
        'return nth < 1000 ? null',
      ),
    ],
    detectedBy: { seed: 3, days: 5 },
  },
  {
    name: 'cancel-without-lock',
    breaks: 'a cancellation does not wait for a start that is being committed',
    edits: [edit('src/store/reminders.ts', 'order by r.id for update of r`', 'order by r.id`')],
    detectedBy: null,
  },
  {
    name: 'outcome-sent-again',
    breaks: 'a message with an outcome may be sent again',
    edits: [edit(MESSAGES, GUARD, '      returning m.id')],
    detectedBy: null,
  },
  {
    name: 'lost-and-outcome-ignored',
    breaks: 'both: the start neither asks whether it is still due nor whether its message has an outcome',
    edits: [edit(CHECK, LOST, ''), edit(MESSAGES, GUARD, '      returning m.id')],
    detectedBy: { seed: 3, days: 5 },
  },
  {
    name: 'result-of-another',
    breaks: 'the SMS of one call have the result of the first of them',
    many: true,
    edits: [
      edit(CALLER, 'const result = results[nth] ?? ADAPTER_FAILED;', 'const result = results[0] ?? ADAPTER_FAILED;'),
    ],
    detectedBy: { seed: 4, days: 4 },
  },
  {
    name: 'unclear-call-goes-alone',
    breaks: 'each SMS of a call without a clear result goes again at once, by itself',
    many: true,
    edits: [
      edit(
        CALLER,
        "if (result.kind !== 'retry' || !result.alone) return { parcel, result };",
        "if (result.kind === 'accepted' || result.kind === 'rejected') return { parcel, result };",
      ),
    ],
    detectedBy: { seed: 2, days: 4 },
  },
  {
    name: 'late-calls',
    breaks: 'a call is made however long ago its start was',
    edits: [edit(CALLER, "    if (began > (options.lastMs ?? Number.POSITIVE_INFINITY)) return 'too_late';\n", '')],
    detectedBy: null,
  },
  {
    name: 'semaphore-leaks',
    breaks: 'recorded outcomes do not give their place back',
    edits: [
      edit('src/dispatch/outcomes.ts', '      this.#inHand.giveBack(outcomes.length);\n', ''),
      edit('src/dispatch/outcomes.ts', '    this.#inHand.giveBack(1);\n', ''),
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'recovery-plans-again',
    breaks: 'recovery plans again what was started',
    edits: [
      edit(
        PROCESSES,
        `    returning reminder_id, gateway\`.execute(trx);`,
        `    returning reminder_id, gateway\`.execute(trx);
  await sql\`update reminder set status = 'planned', next_at = \${now}
    where status = 'handed_over' and id = any(\${rows.map((row) => row.reminder_id)}::uuid[])\`.execute(trx);`,
      ),
    ],
    detectedBy: { seed: 5, days: 5 },
  },
  {
    name: 'heartbeat-never-lapses',
    breaks: 'a heartbeat never lapses',
    edits: [edit(PROCESSES, 'const GONE_MS = 45_000;', 'const GONE_MS = 45_000_000_000;')],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'heartbeat-lapses-at-once',
    breaks: 'a process counts as gone while it makes calls, and may start all the same',
    edits: [
      edit(PROCESSES, 'const GONE_MS = 45_000;', 'const GONE_MS = 4_000;'),
      edit(CHECK, "    when not exists (select from alive) then 'lapsed'\n", ''),
    ],
    detectedBy: null,
  },
  {
    name: 'unknown-commit-left',
    breaks: 'a start whose response was lost is not undone',
    edits: [
      edit(
        'src/dispatch/group-starter.ts',
        '      this.#unknown.add({ groupId, reminders });\n',
        '      void [groupId, reminders];\n',
      ),
    ],
    detectedBy: null,
  },
  {
    name: 'unknown-commit-not-prevented',
    breaks: 'a start whose response was lost may still be committed after it was looked for',
    edits: [
      edit(
        PROCESSES,
        `  if (reserved.length > 0) return;\n`,
        `  if (reserved.length > 0) return void (await sql\`delete from hand_over_group where id = \${groupId}\`.execute(trx));\n`,
      ),
    ],
    detectedBy: null,
  },
];
