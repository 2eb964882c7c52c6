import { type Contender, missing, openStore, startContender } from './contenders.ts';
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

/**
 * Our own JSON against the same route without a database, at several numbers of connections; with the processor time
 * that a post costs.
 */
export async function benchIngest(serverUrl: string, rounds: number): Promise<void> {
  const service = await startContender('service', await freshDatabase(serverUrl));
  const ceiling = await startContender('ceiling', '');
  await warm([service, ceiling]);
  for (const [connections, aim] of [[64, 0.3] as const, [256, undefined] as const, [1, undefined] as const]) {
    const load = { connections, appointments: connections === 1 ? 1_000 : SINGLE.appointments };
    const costs: [ours: number, limit: number][] = [];
    const results: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const limit = await measured(ceiling, `c${connections}-${round}`, load);
      const ours = await measured(service, `s${connections}-${round}`, load);
      results.push({ ours: ours.rate, limit: limit.rate });
      costs.push([ours.cost, limit.cost]);
    }
    const cost = [0, 1].map((side) => Math.round(medianOf(costs.map((each) => each[side] ?? 0))));
    report(`ingest, ${connections} connections: service / the same route without a database`, results, aim);
    say(`     processor time of the process, µs a post: ${cost.join(' / ')}`);
  }
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
  await warm([service]);
  for (const [name, aim, posting] of PEERS) {
    const reason = missing(name);
    if (reason) {
      say(`–    ${name}: ${reason}`);
      continue;
    }
    const store = await openStore(name, serverUrl);
    const peer = await startContender(name, store.database, store.queue);
    await warm([peer]);
    await comparePeer(service, peer, rounds, { name, aim, posting });
    await stop([peer]);
    await store.close();
  }
  await stop([service]);
}

async function comparePeer(
  service: Contender,
  peer: Contender,
  rounds: number,
  { name, aim, posting }: { readonly name: string; readonly aim: number; readonly posting: Posting },
): Promise<void> {
  const measures: [ours: Measure, limit: Measure][] = [];
  for (let round = 0; round < rounds; round++) {
    const limit = await measured(peer, `p${round}`, SINGLE, posting);
    measures.push([await measured(service, `${name}${round}`, SINGLE, posting), limit]);
  }
  const results = measures.map(([ours, limit]): Round => ({ ours: ours.rate, limit: limit.rate }));
  report(`ingest, 64 connections: service / ${name}, two jobs an appointment`, results, aim);
  const cost = [0, 1].map((side) => Math.round(medianOf(measures.map((each) => each[side]?.cost ?? 0))));
  say(`     processor time of the process, µs a post: ${cost.join(' / ')}`);
}

/** A thousand appointments a request against one a request. */
export async function benchBatch(serverUrl: string, rounds: number): Promise<void> {
  const service = await startContender('service', await freshDatabase(serverUrl));
  await warm([service]);
  const results: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const together = await measured(service, `t${round}`, { appointments: 20_000, connections: 2, together: 1_000 });
    results.push({ ours: together.rate, limit: (await measured(service, `o${round}`, SINGLE)).rate });
  }
  report('appointments taken in: 1,000 a request / one a request', results);
  await stop([service]);
}

/** Posts of hospitals' own formats against the same appointments as JSON, in turns. */
export async function benchFormats(serverUrl: string, rounds: number): Promise<void> {
  const service = await startContender('service', await freshDatabase(serverUrl));
  const all: readonly Posting[] = [JSON_WHOLE, JSON_KEYED, HL7_SIU, FHIR_PUT];
  const measures = new Map<Posting, Measure[]>(all.map((posting) => [posting, []]));
  for (const posting of all) await post(service.url, posting, service.token, `w${all.indexOf(posting)}`, WARM);
  for (let round = 0; round < rounds; round++) {
    for (const posting of all)
      measures.get(posting)?.push(await measured(service, `${all.indexOf(posting)}-${round}`, SINGLE, posting));
  }
  await stop([service]);
  const of = (posting: Posting) => measures.get(posting) ?? [];
  for (const [ours, limit] of [
    [HL7_SIU, JSON_WHOLE],
    [HL7_SIU, JSON_KEYED],
    [FHIR_PUT, JSON_WHOLE],
  ] as const) {
    const results = of(ours).map(
      ({ rate }, round): Round => ({ ours: rate, limit: of(limit)[round]?.rate ?? Number.NaN }),
    );
    report(`posts of one appointment: ${ours.name} / ${limit.name}`, results, 0.75);
  }
  const costs = all.map((posting) => `${posting.name} ${Math.round(medianOf(of(posting).map(({ cost }) => cost)))}`);
  say(`     processor time of the process, µs a post: ${costs.join(', ')}`);
}

/** The first posts of a process are slow. */
async function warm(contenders: readonly Contender[]): Promise<void> {
  for (const { url, token } of contenders) await post(url, JSON_EVENT, token, 'warm', WARM);
}

async function stop(contenders: readonly Contender[]): Promise<void> {
  for (const contender of contenders) await contender.stop();
}

interface Measure {
  /** Appointments a second. */
  readonly rate: number;
  /** Processor time of the server's process, µs an appointment. */
  readonly cost: number;
}

async function measured(
  { url, token, cpu }: Contender,
  prefix: string,
  load: Load,
  posting = JSON_EVENT,
): Promise<Measure> {
  const before = await cpu();
  const rate = await post(url, posting, token, prefix, load);
  return { rate, cost: ((await cpu()) - before) / load.appointments };
}
