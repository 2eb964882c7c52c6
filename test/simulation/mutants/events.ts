import { edit, type Mutant } from './mutant.ts';

const APPLY = 'src/replies/apply.ts';
const TELLS = 'tellSources(trx, reply, now);\n';
const CHANGED = 'n.due_day is not null and n.status <> o.status\n';

/** Breaks of the events that booking systems get. */
export const OUTGOING_EVENTS: readonly Mutant[] = [
  {
    name: 'event-after-commit',
    breaks: 'the event of a reply is recorded in a transaction behind the one that stores it',
    edits: [
      edit(APPLY, `  await ${TELLS}`, ''),
      edit(
        APPLY,
        '  return { meaning, afterCommit };\n',
        `  const recorded = async () => {
    await inTransaction(deps.db, (trx) => ${TELLS.replace(';\n', '')});
    await afterCommit();
  };
  return { meaning, afterCommit: recorded };\n`,
      ),
    ],
    detectedBy: { seed: 7, days: 5 },
  },
  {
    name: 'sequence-before-commit',
    breaks: 'an event has the sequence that it drew before its commit',
    edits: [edit('src/events/events.sql.ts', 'counted.last - p.places + p.place', 'p.ordinal * 2 + p.part')],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'event-without-change',
    breaks: 'a receipt or an outcome that changes nothing makes an event',
    edits: [edit('migrations/0002_functions.sql', CHANGED, 'n.due_day is not null\n')],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'event-though-ended',
    breaks: 'a receipt for a reminder that had ended otherwise makes an event',
    edits: [edit('migrations/0002_functions.sql', CHANGED, 'n.status <> o.status\n')],
    detectedBy: null,
  },
  {
    name: 'opt-out-without-event',
    breaks: 'an opt-out is recorded without an event',
    edits: [edit('src/opt-outs/opt-outs.ts', '  if (result.created) {\n', '  if (!result.created) {\n')],
    detectedBy: { seed: 2, days: 5 },
  },
  {
    name: 'sent-side-by-side',
    breaks: 'an endpoint is sent the events of one appointment whether or not it has taken those before',
    edits: [
      edit(
        'src/events/deliveries.sql.ts',
        'order by n.sequence) = 1 and not exists (',
        'order by n.sequence) > 0 or not exists (',
      ),
    ],
    detectedBy: { seed: 1, days: 5 },
  },
  {
    name: 'any-response-takes',
    breaks: 'whatever an endpoint responds takes its event',
    edits: [edit('src/events/verdict.ts', 'if (status >= 200 && status < 300) return', 'if (status >= 200) return')],
    detectedBy: { seed: 6, days: 5 },
  },
];
