import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '../database/tables.ts';
import { HOUR_MS } from '../domain/duration.ts';
import { type CallCounts, type GatewayState, type OutReason, PROBES } from '../domain/gateway-state.ts';

/**
 * The longest wait that a state may ask for, longer than any gateway asks us to wait: a later moment was written by a
 * clock that was wrong.
 */
export const LONGEST_AHEAD_MS = 2 * HOUR_MS;

function toState(row: Selectable<Database['gateway_state']>): GatewayState {
  const { gateway, version, since, reason, note, probe_at: probeAt } = row;
  return { gateway, version, since, reason, note, probeAt };
}

/** The states of these gateways, in no order. Those without a row get one: in use since `now`. */
export async function readGatewayStates(db: Db, gateways: readonly string[], now: Date): Promise<GatewayState[]> {
  const read = () => db.selectFrom('gateway_state').selectAll().where('gateway', 'in', gateways).execute();
  const rows = await read();
  if (rows.length === gateways.length) return rows.map(toState);
  await db
    .insertInto('gateway_state')
    .values(gateways.map((gateway) => ({ gateway, since: now, reason: null, note: null })))
    .onConflict((conflict) => conflict.column('gateway').doNothing())
    .execute();
  return (await read()).map(toState);
}

interface StateChange {
  readonly gateway: string;
  /** The state that the decision was made from: where it has changed since, nothing happens. */
  readonly version: number;
  readonly reason: OutReason;
  readonly probeAt: Date;
}

/**
 * Takes a gateway out of use, or, where it is out, notes a probe that failed. It waits for starts that are under way.
 * @returns undefined where somebody else came first
 */
export async function leaveGateway(
  db: Db,
  { gateway, version, reason, probeAt }: StateChange,
  now: Date,
): Promise<GatewayState | undefined> {
  const { rows } = await sql<Selectable<Database['gateway_state']>>`
    update gateway_state set version = version + 1, since = case when reason is null then ${now} else since end,
      reason = ${reason}, note = null, probe_at = ${probeAt}, probes = 0
    where gateway = ${gateway} and version = ${version} and reason is distinct from 'staff'
    returning *`.execute(db);
  return rows[0] && toState(rows[0]);
}

/**
 * Takes the next probe of a gateway that is out: the caller may start one message there, and no other process may until
 * `nextAt`.
 * @returns undefined where no probe is due, or another process took it
 */
export async function takeProbe(db: Db, gateway: string, nextAt: Date, now: Date): Promise<GatewayState | undefined> {
  const ahead = new Date(now.getTime() + LONGEST_AHEAD_MS);
  const { rows } = await sql<Selectable<Database['gateway_state']>>`
    update gateway_state set version = version + 1, probe_at = ${nextAt}
    where gateway = ${gateway} and reason is not null and (probe_at <= ${now} or probe_at > ${ahead})
    returning *`.execute(db);
  return rows[0] && toState(rows[0]);
}

/**
 * Notes a probe that got through, or, with `count` 0, one that was not used: the next one may follow at once. After
 * `PROBES` in a row the gateway is in use again; one that staff took out only staff bring back.
 * @param probe.version that of the state which `takeProbe` returned
 * @returns undefined where the state has changed since the probe was taken
 */
export async function passProbe(
  db: Db,
  probe: Pick<GatewayState, 'gateway' | 'version'>,
  count: 0 | 1,
  now: Date,
): Promise<GatewayState | undefined> {
  const { gateway, version } = probe;
  const back = sql`probes + ${count}::smallint >= ${PROBES}::int`;
  const { rows } = await sql<Selectable<Database['gateway_state']>>`
    update gateway_state set version = version + 1, since = case when ${back} then ${now} else since end,
      reason = case when ${back} then null else reason end,
      probe_at = case when ${back} then null else ${now}::timestamptz end,
      probes = case when ${back} then 0 else probes + ${count}::smallint end
    where gateway = ${gateway} and version = ${version} and reason <> 'staff'
    returning *`.execute(db);
  return rows[0] && toState(rows[0]);
}

/**
 * Takes a gateway out of use, or brings it back, because staff say so; run in a transaction. It waits for starts that
 * are under way.
 * @param out null: it is to be in use
 * @returns the state before, and after: the same where it is so already, which stops no start that is under way
 */
export async function setGatewayState(
  trx: Db,
  gateway: string,
  out: { readonly note: string } | null,
  now: Date,
): Promise<{ before: GatewayState; after: GatewayState }> {
  await readGatewayStates(trx, [gateway], now);
  const before = await trx
    .selectFrom('gateway_state')
    .selectAll()
    .where('gateway', '=', gateway)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const unchanged = out ? before.reason === 'staff' && before.note === out.note : before.reason === null;
  if (unchanged) return { before: toState(before), after: toState(before) };
  const after = await trx
    .updateTable('gateway_state')
    .set((eb) => ({
      version: eb('version', '+', 1),
      since: now,
      reason: out && 'staff',
      note: out?.note ?? null,
      probe_at: null,
      probes: 0,
    }))
    .where('gateway', '=', gateway)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { before: toState(before), after: toState(after) };
}

/** True where one authority at most uses a gateway. */
export async function hasOneUser(db: Db, gateway: string): Promise<boolean> {
  const { rows } = await sql`select 1 from authority
    where coalesce(settings -> 'gateways', '[]'::jsonb) = '[]'::jsonb
      or settings -> 'gateways' @> to_jsonb(${gateway}::text) limit 2`.execute(db);
  return rows.length < 2;
}

/** Steps in which calls are counted. */
const STEP_MS = 10_000;
const KEPT_MS = HOUR_MS;

/** Adds calls of this process to those of all of them. */
export async function addCalls(db: Db, gateway: string, counts: CallCounts, now: Date): Promise<void> {
  const began = new Date(Math.floor(now.getTime() / STEP_MS) * STEP_MS);
  const { calls, throttled, unreachable, uncertain, refused, latencyMs } = counts;
  await sql`
    insert into gateway_calls as c (gateway, began, calls, throttled, unreachable, uncertain, refused, latency_ms)
    values (${gateway}, ${began}, ${calls}, ${throttled}, ${unreachable}, ${uncertain}, ${refused},
      ${Math.round(latencyMs)})
    on conflict (gateway, began) do update set calls = c.calls + excluded.calls,
      throttled = c.throttled + excluded.throttled, unreachable = c.unreachable + excluded.unreachable,
      uncertain = c.uncertain + excluded.uncertain, refused = c.refused + excluded.refused,
      latency_ms = c.latency_ms + excluded.latency_ms`.execute(db);
  await db
    .deleteFrom('gateway_calls')
    .where('gateway', '=', gateway)
    .where('began', '<', new Date(now.getTime() - KEPT_MS))
    .execute();
}

/** The calls of all processes by gateway, counted in steps from `since` on; a gateway without any lacks. */
export async function countCalls(db: Db, since: Date): Promise<Map<string, CallCounts>> {
  const { rows } = await sql<
    Record<'gateway' | 'calls' | 'throttled' | 'unreachable' | 'uncertain' | 'refused' | 'latency', string>
  >`
    select gateway, sum(calls) as calls, sum(throttled) as throttled, sum(unreachable) as unreachable,
      sum(uncertain) as uncertain, sum(refused) as refused, sum(latency_ms) as latency
    from gateway_calls where began >= ${since} group by gateway`.execute(db);
  return new Map(
    rows.map(({ gateway, calls, throttled, unreachable, uncertain, refused, latency }) => [
      gateway,
      {
        calls: Number(calls),
        throttled: Number(throttled),
        unreachable: Number(unreachable),
        uncertain: Number(uncertain),
        refused: Number(refused),
        latencyMs: Number(latency),
      },
    ]),
  );
}

/** Turns at a gateway: `granted` calls, the first at `first` and the others one after another at its rate. */
export interface Turns {
  readonly first: Date;
  /** 0: none is free before the horizon. */
  readonly granted: number;
}

/** A turn further ahead than any process asks for was assigned by a clock that was wrong. */
const LONGEST_PACE_MS = 60_000;

/**
 * Gives turns at a gateway to this process, which no other process gets then.
 * @param asked.count how many at the most
 * @param asked.until the last moment that a turn may be at
 */
export async function takeTurns(
  db: Db,
  asked: { readonly gateway: string; readonly perSecond: number; readonly count: number; readonly until: Date },
  now: Date,
): Promise<Turns> {
  const { gateway, perSecond, count, until } = asked;
  const ahead = new Date(now.getTime() + LONGEST_PACE_MS);
  const take = () =>
    sql<{ first: Date; granted: number }>`
    with free as materialized (
      select case when next_at between ${now} and ${ahead} then next_at else ${now}::timestamptz end as first
      from gateway_pace where gateway = ${gateway} for update),
    given as materialized (
      select first, case when first > ${until} then 0 else least(${count}::int,
        1 + floor(extract(epoch from (${until}::timestamptz - first)) * ${perSecond}::float8)::int) end as granted
      from free)
    update gateway_pace p
    set next_at = given.first + given.granted / ${perSecond}::float8 * interval '1 second'
    from given where p.gateway = ${gateway} returning given.first, given.granted`.execute(db);
  const { rows } = await take();
  if (rows[0]) return rows[0];
  await sql`insert into gateway_pace (gateway, next_at) values (${gateway}, ${now})
    on conflict (gateway) do nothing`.execute(db);
  return (await take()).rows[0] ?? { first: until, granted: 0 };
}
