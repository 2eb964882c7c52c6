import { remarkOn } from './commits.ts';
import type { Experiment } from './experiment.ts';
import type { KeptRun, KeptRuns } from './results.ts';
import { FEARS, INVARIANTS, type Outcome, violationsOf } from './verdict.ts';

const INTRODUCTION = `# Reliability: what is promised, and what was measured

This page is written by \`npm run prove -- --write …\`; the figures stand in [reliability.json](reliability.json). How an experiment works:
[test/reliability](../test/reliability/README.md).

## The promise

EasySMS never knowingly sends a reminder twice. If it cannot know whether the gateway took a message (a crash or a time-out in those
milliseconds, of twice \`EASYSMS_CONCURRENCY\` at the most), it does not guess: it marks it *uncertain*, asks the gateway where it can be asked or waits for the receipt, and only then repeats
it, under the same reference and once: where the gateway is sure that it never took it, or where it can't be asked, the receipt is still missing after
the hold time, the policy says \`resend\` and the appointment is still ahead. With a gateway that refuses a known reference or can be asked
the number of doubles is 0; under \`resend\` with any other it is the share of uncertain messages times the share of missing receipts; under \`hold\`
it is 0, and what stays uncertain is shown to staff. A cancellation, a move or a STOP that was answered with 2xx wins over every reminder not yet handed
over; the answer says whether one had already left. An appointment that was answered with 2xx survives a kill of the process (the embedded
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
