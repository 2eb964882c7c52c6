import { remarkOn } from './commits.ts';
import type { Experiment } from './experiment.ts';
import { FEARS, INVARIANTS, type Outcome, violationsOf } from './verdict.ts';

/** The result of a run of one experiment, as it is kept. */
export interface KeptRun {
  readonly form: 'short' | 'long';
  readonly seed: number;
  readonly commit: string;
  readonly seconds: number;
  readonly outcomes: readonly Outcome[];
}

export type KeptRuns = Readonly<Record<string, Partial<Record<'short' | 'long', KeptRun>>>>;

const INTRODUCTION = `# Reliability: what is promised, and what was measured

This page is written by \`npm run prove -- --write …\`; the figures stand in [reliability.json](reliability.json). How an experiment works:
[test/reliability](../test/reliability/README.md).

## The promise

EasySMS never knowingly sends a reminder twice. If it cannot know whether the gateway took a message (a crash or a time-out in those
milliseconds, of twice \`EASYSMS_CONCURRENCY\` at the most), it does not guess: it marks it *uncertain*, asks the gateway where it can be asked or waits for the receipt, and only then repeats
it, under the same reference and once: where the gateway is sure that it never took it, or where it can't be asked, the receipt is still missing after
the hold time, the policy says \`resend\` and the appointment is still ahead. With a gateway that refuses a known reference or can be asked
the number of doubles is 0; under \`resend\` with any other it is the share of uncertain messages times the share of missing receipts; under \`hold\`
it is 0, and what stays uncertain is shown to staff. A cancellation, a move or a STOP that got a 2xx wins over every reminder not yet handed
over; the response says whether one had already left. An appointment that got a 2xx survives a kill of the process (the embedded
database is for one process, and not for power cuts).

## What others publish

Read in their documents and sources; **published by them, not measured here**.

| | delivery | after a worker dies | what a repeat is known by |
|---|---|---|---|
| GOV.UK Notify | at least once: looks at the state, posts, then marks | the queue delivers again; what is older than an hour is queued again by a sweep | the caller's reference, optional, not unique |
| NHS Notify | refuses a known \`messageReference\` (422) for up to 9 months | not published | the caller's reference, required |
| graphile-worker | at least once | the job stays locked for 4 hours | \`job_key\`, in the queue only |
| pg-boss | "exactly once" of the claim, not of its effect | expires after 15 minutes, and is done again | \`singletonKey\`, in the queue only |
| River, Oban | at least once | rescued after an hour | unique jobs |
| BullMQ | at least once in the worst case | counts as stalled after 30 s | \`jobId\` |
| Temporal | at least once of an activity | heartbeats and time-outs | the workflow's id |
| **EasySMS** | at most once where the gateway refuses a known reference or can be asked, and under \`hold\` | what was not started goes with the next look of any process; what was started is uncertain once the heartbeat is 45 s old | the message's own id, kept over all tries |
`;

/** Where a judge has another form than in the first release, and why it asks no less. */
const COMPARED = `## What the judges ask since the redesign

The hand-over was made anew, and the first release's experiments were carried over. What they ask in addition stands in the sentence of each; where a judge took another form, this
table says why it asks no less. C is \`EASYSMS_CONCURRENCY\`.

| judge | of the first release | of now | why it asks no less |
|---|---|---|---|
| what a crash may leave uncertain: R1, R4, R8, R31, \`test/dispatch/dispatcher.test.ts\` | C at most are started without an outcome; R1 adds C up over all kills | 2 C at most of one process, in R1 looked at after each kill; nothing is uncertain that no kill found started | C was what is started, in two halves that took turns, so that about half of it was calls in flight; it is the calls in flight now. Twice these were started then, and are now. For one value of C the number is twice the old one: whoever wants that sets half. Each process is counted by itself, so that none is charged for what stands since an earlier kill, and is allowed what it was before |
| R1: what no kill found started | 120 s, the same as for everything | 5 s in which a worker lives, without exception | the time between two workers, in which nothing of EasySMS runs, is left out of the 5 s; the lateness in the table has all of it. 300 kills and 79 reminders due in a second, where it was 200 and 40 |
| R1: a gateway that can be asked | waits until nothing is uncertain | until nothing is that one kill at most found started | what a second kill found in its repetition stays with staff, since nothing is repeated twice. The expectation said so then, too; 16 reminders were in hand at kills, and it never came to that |
| R3 | what was claimed goes later | what was not started goes before any heartbeat lapses; 21 points, not 12 | it asks more |
| R1: what a kill found started | looked at right after it | once PostgreSQL has ended the sessions of what was killed | a start that was under way is committed a moment later; it counted at no kill, and what became uncertain by it twice was taken for a fault |
| R5 | the parts of the short form at once | one after another; each process does a quarter of its share at least, and the gateway is called once for each | what it asks of a part is the same and more; twelve processes at once measured how busy two cores are |
| R20 | \`uncertain\` is an end in every order; 5 sets of three | only where a recovery takes part; 11 sets | it asks more |
| R24 | asks for readiness once, a second into the standstill | until there is no response, for half of it | no fixed wait is left |
| R31 | the deadly reminder is alone, and three workers die | it is among 30 that are due with it, and four die at most; those that they had started may be uncertain, every later one is sent | nothing says which of a group was deadly before a try is counted for each: the first death is one more. Nobody was beside it then |
| R36 | nothing is repeated | under \`resend\` what nobody heard of is, once, after its hold and by its own gateway | that gateway stays in use behind the other, and the policy says so; nothing goes through both, as before |
| simulation: messages of a slot | one | one at each gateway, and one at another only where the response to each call before it was “not taken” | failover is new; whatever could make two SMS is a violation as before |
| simulation: a call before its commit | its message stands in a transaction that is open | the same unless a group that was committed before has it; and each call stands in a group | a later change of the row is no start |
| simulation: lost reminders; retention; a wrong number | all that are due, undisturbed; from the start; until staff settle it | without those that the minimum gap ends, and updates of what was called off; from the last update where it was called off; or until the booking system has replaced the number | these are rules of the product that the judge did not know, found by seeds 3, 137, 495, 577 and 583 ([simulation](simulation.md)); the mutant \`settled-by-an-earlier-word\` is noticed as before |
| simulation: an SMS about a cancellation behind a later post | a violation | none where that post is an update that says no status, or a booking that came behind such an update and is stale: the appointment is cancelled still | a rule of the product, which \`statuses.ts\` had and the check of calls had not (seed 917); another number or start is a violation as before |
| simulation: what came in at the end; retention; lost reminders | nothing waits when the world ends; gone within seven days after its retention; twenty undisturbed minutes | a receipt or a cancellation of the last minute may wait; three days more for each purge that failed with its connection since, and one that fails otherwise is a violation; minutes in which a gateway was out and the simulation left out ticks are no undisturbed ones | the world ends at an instant (seeds 58 and 431); a purge that failed is run again, here each third day (88); a process ticks each second, and only the simulation leaves ticks out where those before came to nothing (245) |
| fixed waits in experiments | milliseconds | counted work: jobs that ran, posts that were acknowledged, sessions that are gone | it waits for what it waited for |
| timed tests | milliseconds | counted work, or growth with the input (\`test/support/growth.ts\`) | milliseconds told of the machine, and failed on a busy one. A byte counts as taking 2 ns at least, the pace of memory, and a dictionary of keys may take three times as long for twice the keys, since it outgrows the processor's cache; a quadratic reader planted in HL7 v2 is still noticed, at twice the limit. A reader that takes less than 2 ns a byte is noticed once it takes 4 at the large size, which for one of 0.3 ns is thirteen times as long. Figures are in \`bench/\` |
`;

/** The page, from the runs that were kept. */
export function renderPage(kept: KeptRuns, experiments: readonly Experiment[]): string {
  const fears = INVARIANTS.map((name) => `| ${name} | ${FEARS[name]} |`).join('\n');
  const parts = experiments.flatMap((experiment) => {
    const runs = Object.values(kept[experiment.name] ?? {});
    return runs.length > 0 ? [section(experiment, runs)] : [];
  });
  return `${INTRODUCTION}
## What is looked for

After every run the gateway's own book is joined with the database and the script of what was posted. Each of these is counted; one is too many.

| | |
|---|---|
${fears}

The short form of an experiment moves the clocks of database, workers and gateway on together where something must lapse; the long form takes its time.
A run that is marked **before the redesign** tells what the hand-over of the first release did: of that of now it proves nothing.

${COMPARED}
${parts.join('\n')}`;
}

function section({ name, title, says }: Experiment, runs: readonly KeptRun[]): string {
  return `## ${name}: ${title}\n\n${says}\n\n${runs.map((run) => runText(name, run)).join('\n')}`;
}

function runText(name: string, run: KeptRun): string {
  const command = `npm run prove -- ${name} --${run.form} --seed ${run.seed}`;
  const rows = run.outcomes.map(row).join('\n');
  return `\`${command}\`, commit ${run.commit}${remarkOn(run.commit)}, ${run.seconds} s

| part | reminders | taken | repeated by policy | uncertain (not taken) | quarantined, expired, stuck | late p50 / p99 / max | violations |
|---|---|---|---|---|---|---|---|
${rows}
`;
}

function row(outcome: Outcome): string {
  const { part, verdict, counts, failures } = outcome;
  const counted = Object.entries(counts).map(([what, count]) => `${what} ${count}`);
  const told = [part, ...counted].join('; ');
  const broken = failures.map((failure) => `not met: ${failure.split('\n')[0]}`).join('; ');
  if (!verdict) return `| ${told} | | | | | | | ${broken || 0} |`;
  const late = verdict.lateness
    ? [verdict.lateness.p50, verdict.lateness.p99, verdict.lateness.max].map((s) => s.toFixed(1)).join(' / ')
    : '';
  const cells = [
    told,
    verdict.reminders,
    verdict.taken,
    verdict.repeated,
    `${verdict.uncertain} (${verdict.uncertainNotTaken})`,
    `${verdict.quarantined}, ${verdict.expired}, ${verdict.stuck}`,
    late === '' ? '' : `${late} s`,
    `${violationsOf(outcome)}${broken ? `; ${broken}` : ''}`,
  ];
  return `| ${cells.join(' | ')} |`;
}
