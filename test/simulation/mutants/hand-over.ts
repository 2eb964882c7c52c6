import type { Mutant } from './mutant.ts';

const START = 'src/dispatch/start/start.sql.ts';
const MESSAGES = 'src/dispatch/start/start-messages.sql.ts';
const CHECK = 'src/dispatch/start/start-check.sql.ts';
const SETTLE = 'src/dispatch/settle.sql.ts';
const PROCESSES = 'src/dispatch/processes.sql.ts';
const LOST = `    when r.next_at is null or r.next_at > \${now} or (r.status = 'handed_over') <> x.repeat then 'lost'\n`;
const GUARD = `      where m.status in ('not_sent', 'uncertain')\n      returning m.id`;

/** Breaks of the look, the start, the call and the outcome. */
export const HAND_OVER: readonly Mutant[] = [
  {
    name: 'outcome-overwrites',
    breaks: 'an outcome overwrites whatever stands',
    edits: [
      {
        file: SETTLE,
        from: `m.status = 'handing_over' or (m.status = 'uncertain' and g.status = 'accepted') as applies`,
        to: 'true as applies',
      },
    ],
    detectedBy: { seed: 2, days: 5 },
  },
  {
    name: 'outcome-of-another-try',
    breaks: 'an outcome counts for a later try than its own',
    edits: [{ file: SETTLE, from: ' and m.attempts = g.attempts', to: '' }],
    detectedBy: { seed: 5, days: 5 },
  },
  {
    name: 'group-ends-early',
    breaks: "a group's note goes with its first outcome",
    edits: [
      {
        file: 'src/dispatch/outcomes.ts',
        from: 'filter(([id, count]) => count === 0 && !this.#refused.has(id))',
        to: 'filter(() => true)',
      },
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'timeout-not-sent',
    breaks: 'a time-out is taken for "not sent"',
    edits: [
      {
        file: 'src/dispatch/outcomes.ts',
        from: "return { status: 'uncertain', reason: null, ...afterUncertain(call, now) };",
        to: "return { status: 'not_sent', reason: null, ...afterRetry(call, new Date(now.getTime() + 2_000)) };",
      },
    ],
    detectedBy: { seed: 2, days: 5 },
  },
  {
    name: 'start-ignores-opt-outs',
    breaks: 'the start looks at no opt-out',
    edits: [
      {
        file: CHECK,
        from: 'when exists (select from opt_out o where',
        to: 'when exists (select from opt_out o where false and',
      },
    ],
    detectedBy: null,
  },
  {
    name: 'start-ignores-replies',
    breaks: 'the start looks at no reply that holds',
    edits: [{ file: CHECK, from: 'and h.holds and', to: 'and false and' }],
    detectedBy: { seed: 8, days: 5 },
  },
  {
    name: 'nothing-holds-a-cancellation',
    breaks: 'a cancellation by SMS holds no reminder, and the start looks at none',
    edits: [
      { file: CHECK, from: "and h.holds) then 'cancel_held'", to: "and false) then 'cancel_held'" },
      {
        file: 'src/store/replies.ts',
        from: "await hold('reply_cancel',",
        to: "if (!booked) await hold('reply_cancel',",
      },
    ],
    detectedBy: { seed: 8, days: 5 },
  },
  {
    name: 'start-ignores-revision',
    breaks: 'the start looks neither at the revision nor at the slot',
    edits: [
      {
        file: CHECK,
        from: 'when r.revision <> x.revision or a.revision <> x.appointment_revision\n      or au',
        to: 'when au',
      },
      { file: CHECK, from: "    when a.slot <> r.slot then 'changed'\n", to: '' },
    ],
    detectedBy: { seed: 8, days: 5 },
  },
  {
    name: 'start-ignores-versions',
    breaks: 'the start looks neither at the version of the authority nor at that of the source',
    edits: [
      {
        file: CHECK,
        from: '\n      or au.version <> x.authority_version or s.version <> x.source_version',
        to: '',
      },
    ],
    detectedBy: { seed: 12, days: 5 },
  },
  {
    name: 'start-ignores-waiting-receipts',
    breaks: 'a hand-over is repeated while a receipt waits to be applied',
    edits: [{ file: CHECK, from: 'when x.repeat and exists', to: 'when false and exists' }],
    detectedBy: null,
  },
  {
    name: 'deadline-ignored',
    breaks: 'neither the decision nor the start looks at the deadline',
    edits: [
      {
        file: 'src/dispatch/start/prepare.ts',
        from: "  if (due.expires_at <= now) return ended(due, owner, 'expired', 'too_late');\n",
        to: '',
      },
      { file: CHECK, from: `    when r.expires_at <= \${now} then 'too_late'\n`, to: '' },
    ],
    detectedBy: { seed: 2, days: 5 },
  },
  {
    name: 'window-ignored',
    breaks: 'the decision does not look at the sending window',
    edits: [
      {
        file: 'src/dispatch/start/prepare.ts',
        from: 'if (!isOpen(authority.sendingWindow, authority.timeZone, now)) {',
        to: 'if (now.getTime() === 0) {',
      },
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'call-before-commit',
    breaks: 'the call goes out before the start is committed',
    edits: [
      {
        file: 'src/dispatch/group-starter.ts',
        from: 'return await startPrepared(this.#deps, options, prepared);',
        to: `const trx = await this.#deps.db.startTransaction().execute();
      const early = await startPrepared({ ...this.#deps, db: trx }, options, prepared);
      this.#deps.timers.after(100, () => void trx.commit().execute().catch(() => {}));
      return early;`,
      },
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'group-not-noted',
    breaks: 'the start does not note its group',
    edits: [{ file: START, from: 'having count(*) > 0', to: 'having false' }],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'lost-ignored',
    breaks: 'two processes look at all that is due, and the start does not ask whether it still is',
    edits: [
      { file: CHECK, from: LOST, to: '' },
      {
        file: 'src/dispatch/processes.ts',
        from: 'return this.#members.length < 2 || nth < 0 ? null',
        to: 'return nth < 1000 ? null',
      },
    ],
    detectedBy: { seed: 3, days: 5 },
  },
  {
    name: 'cancel-without-lock',
    breaks: 'a cancellation does not wait for a start that is being committed',
    edits: [
      {
        file: 'src/store/reminders.ts',
        from: 'order by r.id for update of r`',
        to: 'order by r.id`',
      },
    ],
    detectedBy: null,
  },
  {
    name: 'outcome-sent-again',
    breaks: 'a message with an outcome may be sent again',
    edits: [{ file: MESSAGES, from: GUARD, to: '      returning m.id' }],
    detectedBy: null,
  },
  {
    name: 'lost-and-outcome-ignored',
    breaks: 'both: the start neither asks whether it is still due nor whether its message has an outcome',
    edits: [
      { file: CHECK, from: LOST, to: '' },
      { file: MESSAGES, from: GUARD, to: '      returning m.id' },
    ],
    detectedBy: { seed: 3, days: 5 },
  },
  {
    name: 'late-calls',
    breaks: 'a call is made however long ago its start was',
    edits: [
      {
        file: 'src/dispatch/gateways/gateway-caller.ts',
        from: "      if (began > lastMs) return notCalled('too_late');\n",
        to: '',
      },
    ],
    detectedBy: null,
  },
  {
    name: 'semaphore-leaks',
    breaks: 'recorded outcomes do not give their place back',
    edits: [
      {
        file: 'src/dispatch/outcomes.ts',
        from: '      this.#inHand.giveBack(outcomes.length);\n',
        to: '',
      },
      { file: 'src/dispatch/outcomes.ts', from: '    this.#inHand.giveBack(1);\n', to: '' },
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'recovery-plans-again',
    breaks: 'recovery plans again what was started',
    edits: [
      {
        file: PROCESSES,
        from: `    returning reminder_id, gateway\`.execute(trx);`,
        to: `    returning reminder_id, gateway\`.execute(trx);
  await sql\`update reminder set status = 'planned', next_at = \${now}
    where status = 'handed_over' and id = any(\${rows.map((row) => row.reminder_id)}::uuid[])\`.execute(trx);`,
      },
    ],
    detectedBy: { seed: 5, days: 5 },
  },
  {
    name: 'heartbeat-never-lapses',
    breaks: 'a heartbeat never lapses',
    edits: [{ file: PROCESSES, from: 'const GONE_MS = 45_000;', to: 'const GONE_MS = 45_000_000_000;' }],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'heartbeat-lapses-at-once',
    breaks: 'a process counts as gone while it makes calls, and may start all the same',
    edits: [
      { file: PROCESSES, from: 'const GONE_MS = 45_000;', to: 'const GONE_MS = 4_000;' },
      { file: CHECK, from: "    when not exists (select from alive) then 'lapsed'\n", to: '' },
    ],
    detectedBy: null,
  },
  {
    name: 'unknown-commit-left',
    breaks: 'a start whose response was lost is not undone',
    edits: [
      {
        file: 'src/dispatch/group-starter.ts',
        from: '      this.#unknown.add({ groupId, reminders });\n',
        to: '      void [groupId, reminders];\n',
      },
    ],
    detectedBy: null,
  },
  {
    name: 'unknown-commit-not-prevented',
    breaks: 'a start whose response was lost may still be committed after it was looked for',
    edits: [
      {
        file: PROCESSES,
        from: `  if (reserved.length > 0) return;\n`,
        to: `  if (reserved.length > 0) return void (await sql\`delete from hand_over_group where id = \${groupId}\`.execute(trx));\n`,
      },
    ],
    detectedBy: null,
  },
];
