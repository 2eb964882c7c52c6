import { edit, type Mutant } from './mutant.ts';

const MESSAGES = 'src/dispatch/start/start-messages.sql.ts';
const CHECK = 'src/dispatch/start/start-check.sql.ts';
const OUTCOME = 'src/dispatch/outcomes.ts';
const HEALTH = 'src/dispatch/gateways/health.ts';
const PAGES = 'src/dispatch/page-hand-over.ts';
const OTHERS = `        and not exists (select from message o where o.reminder_id = j.reminder_id and o.gateway <> \${gateway}
          and o.status <> 'not_sent')\n`;

/** Breaks of the choice of a gateway and of the failover: each in a world of two gateways. */
export const FAILOVER: readonly Mutant[] = [
  {
    name: 'failover-after-a-timeout',
    breaks: 'what ended without a clear response goes through another gateway that is in use',
    gateways: 2,
    edits: [
      edit(
        OUTCOME,
        "return { status: 'uncertain', reason: null, ...afterUncertain(call, now) };",
        `return call.another && !call.repeat
        ? { status: 'not_sent', reason: null, ...afterRetry(call, now) }
        : { status: 'uncertain', reason: null, ...afterUncertain(call, now) };`,
      ),
    ],
    detectedBy: { seed: 4, days: 5 },
  },
  {
    name: 'failover-of-a-repetition',
    breaks: 'what is to be repeated goes through whichever gateway is in use',
    gateways: 2,
    edits: [
      edit(PAGES, 'const callers = due.repeat ? this.#ofRepeat(due) : owner.callers;', 'const { callers } = owner;'),
      edit(
        'src/dispatch/start/prepare.ts',
        "  if (due.repeat && due.gateway !== gateways.through) return ended(due, owner, 'expired', 'too_late');\n",
        '',
      ),
      edit(MESSAGES, OTHERS, ''),
    ],
    detectedBy: { seed: 4, days: 5 },
  },
  {
    name: 'failover-after-a-late-look-up',
    breaks: 'what a look-up did not find goes through another gateway, whatever was heard of it since it was asked',
    gateways: 2,
    edits: [
      edit('src/receipts/look-up-uncertain.ts', 'const FIRST_AFTER_MS = 60_000;', 'const FIRST_AFTER_MS = 0;'),
      edit(
        'src/receipts/look-up-uncertain.sql.ts',
        `    update reminder set next_at = \${now}, updated_at = \${now}\n`,
        `    update reminder set status = 'planned', next_at = \${now}, updated_at = \${now}\n`,
      ),
      edit(MESSAGES, OTHERS, ''),
    ],
    detectedBy: { seed: 4, days: 5 },
  },
  {
    name: 'probe-with-a-full-batch',
    breaks: 'a gateway that is out gets all its traffic when a probe is due',
    gateways: 2,
    edits: [
      edit(
        HEALTH,
        'return this.inUse && this.#deps.timers.monotonic() >= this.#pausedUntilMs;',
        'return (this.inUse || this.probeDue) && this.#deps.timers.monotonic() >= this.#pausedUntilMs;',
      ),
      edit(
        PAGES,
        "if (caller.health.inUse) return caller.health.open ? this.#throughCaller(caller) : 'later';",
        'if (caller.health.open) return this.#throughCaller(caller);',
      ),
      edit(PAGES, 'if (!gateway.health.probeDue) continue;', 'continue;'),
    ],
    detectedBy: { seed: 7, days: 5 },
  },
  {
    name: 'out-kept-per-process',
    breaks: 'each process goes by what it found out itself, and the start compares nothing',
    gateways: 2,
    edits: [
      edit(
        CHECK,
        `    when coalesce((select version from state), 0) <> \${gatewayVersion}::int then 'gateway_changed'\n`,
        '',
      ),
      edit(
        HEALTH,
        'if (this.#state && at - this.#readAtMs < (this.inUse ? FRESH_MS : FRESH_WHILE_OUT_MS)) return;',
        'if (this.#state) return;',
      ),
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'failover-after-a-recovery',
    breaks: 'what a process left without an outcome goes through another gateway',
    gateways: 2,
    edits: [
      edit(
        'src/dispatch/processes.sql.ts',
        `    returning reminder_id, gateway\`.execute(trx);`,
        `    returning reminder_id, gateway\`.execute(trx);
  await sql\`update reminder set status = 'planned', next_at = \${now}
    where status = 'handed_over' and id = any(\${rows.map((row) => row.reminder_id)}::uuid[])\`.execute(trx);`,
      ),
      edit(MESSAGES, OTHERS, ''),
    ],
    detectedBy: { seed: 1, days: 5 },
  },
];
