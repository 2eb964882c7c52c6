import { type Contender, missing, openStore, startContender } from './contenders.ts';
import { turned } from './costs.ts';
import { perThing } from './database-time.ts';
import {
  FHIR_PUT,
  HL7_SIU,
  JSON_EVENT,
  JSON_KEYED,
  JSON_VERSIONED,
  JSON_WHOLE,
  type Load,
  type Posting,
  post,
} from './posts.ts';
import { medianOf, type Round, report, say } from './report.ts';
import { freshDatabase } from './service.ts';
import { WITH_DUTIES } from './work.ts';

const SINGLE: Load = { appointments: 6_000, connections: 64 };
const WARM: Load = { appointments: 3_000, connections: 64 };

/** Our own JSON against the same route without a database. */
export async function benchIngest(serverUrl: string, rounds: number): Promise<void> {
  const service = await startContender('service', await freshDatabase(serverUrl));
  const ceiling = await startContender('ceiling', '');
  const compared = await measureAll([{ contender: service }, { contender: ceiling }], rounds);
  tell('ingest, 64 connections: service / the same route without a database', compared, 0.3);
  await stop([service, ceiling]);
}

/** Job queues behind the same route, each with what is aimed at and what is posted. */
const PEERS = [
  ['pg-boss insert', 3.3, JSON_EVENT],
  ['pg-boss send', 6.5, JSON_EVENT],
  ['graphile-worker', 9, JSON_EVENT],
  ['bullmq', 1.1, JSON_EVENT],
  [`pg-boss insert${WITH_DUTIES}`, 4, JSON_VERSIONED],
  [`graphile-worker${WITH_DUTIES}`, 4, JSON_VERSIONED],
  [`bullmq${WITH_DUTIES}`, 4, JSON_VERSIONED],
] as const;

/** Each stores two jobs an appointment: alone, or with the appointment and what taking one in comes to. */
export async function benchPeers(serverUrl: string, rounds: number): Promise<void> {
  const service = await startContender('service', await freshDatabase(serverUrl));
  for (const [name, aim, posting] of PEERS) {
    const reason = missing(name);
    if (reason) {
      say(`–    ${name}: ${reason}`);
      continue;
    }
    const store = await openStore(name, serverUrl);
    const peer = await startContender(name, store.database, store);
    const compared = await measureAll(
      [
        { contender: service, posting },
        { contender: peer, posting },
      ],
      rounds,
    );
    tell(`ingest, 64 connections: service / ${name}, two jobs an appointment`, compared, aim);
    await stop([peer]);
    await store.close();
  }
  await stop([service]);
}

/** Posts of hospitals' own formats against the same appointments as JSON. */
export async function benchFormats(serverUrl: string, rounds: number): Promise<void> {
  const contender = await startContender('service', await freshDatabase(serverUrl));
  const all: readonly Posting[] = [JSON_WHOLE, JSON_KEYED, HL7_SIU, FHIR_PUT];
  const measures = await measureAll(
    all.map((posting) => ({ contender, posting })),
    rounds,
  );
  await stop([contender]);
  const of = (posting: Posting) => measures[all.indexOf(posting)] ?? [];
  for (const [ours, limit] of [
    [HL7_SIU, JSON_WHOLE],
    [HL7_SIU, JSON_KEYED],
    [FHIR_PUT, JSON_WHOLE],
  ] as const)
    tell(`posts of one appointment: ${ours.name} / ${limit.name}`, [of(ours), of(limit)], 0.75);
}

async function stop(contenders: readonly Contender[]): Promise<void> {
  for (const contender of contenders) await contender.stop();
}

interface Measure {
  /** Appointments a second. */
  readonly rate: number;
  /** Processor time of the server's process, and of its stores, µs an appointment. */
  readonly node: number;
  readonly store: number;
}

/** In turns, each round beginning with another one. */
async function measureAll(
  all: readonly { readonly contender: Contender; readonly posting?: Posting }[],
  rounds: number,
): Promise<readonly (readonly Measure[])[]> {
  const measures = all.map((): Measure[] => []);
  // The first posts of a process are slow.
  for (const { contender, posting } of all) await measured(contender, WARM, posting);
  for (let round = 0; round < rounds; round++)
    for (const [index, { contender, posting }] of turned([...all.entries()], round))
      measures[index]?.push(await measured(contender, SINGLE, posting));
  return measures;
}

/** Tells apart what is posted to the same server. */
let series = 0;

async function measured({ url, token, used }: Contender, load: Load, posting: Posting = JSON_EVENT): Promise<Measure> {
  const before = used();
  const rate = await post(url, posting, token, `s${series++}`, load);
  const after = used();
  return {
    rate,
    ...perThing({ node: after.node - before.node, store: after.store - before.store }, load.appointments),
  };
}

function tell(what: string, [ours = [], limit = []]: readonly (readonly Measure[])[], aim: number): void {
  const rounds = ours.map(({ rate }, round): Round => ({ ours: rate, limit: limit[round]?.rate ?? Number.NaN }));
  report(what, rounds, aim);
  const cost = (measures: readonly Measure[]) =>
    (['node', 'store'] as const).map((part) => medianOf(measures.map((each) => each[part])).toFixed(0)).join(' + ');
  say(`     processor time of process and stores, µs a post: ${cost(ours)} / ${cost(limit)}`);
}
