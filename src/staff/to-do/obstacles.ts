import type { Authority, Pause } from '../../domain/authority.ts';
import { inForce } from '../../domain/authority.ts';
import { DAY_MS } from '../../domain/duration.ts';
import { type OutReason, usedGateways } from '../../domain/gateway-state.ts';
import { workingTimeAgo } from '../../domain/planning/public-holidays.ts';
import { hashesIn, unclearBy } from '../../domain/unclear-status.ts';
import type { DatabaseAccess, GatewayAccess, KeyringAccess, SendingPermission } from '../../runtime/deps.ts';
import { readGatewayStates } from '../../store/gateway-states.ts';
import { listUnmapped } from '../../store/unmapped.ts';
import { type RefusedSender, refusedSenders } from '../gateways/rules.ts';
import {
  type Counted,
  type HeldWordsRow,
  listSourceObstacles,
  type PausedSourceRow,
  type RefusingRow,
  type SilentRow,
  type StoppedEndpointRow,
} from './obstacles.sql.ts';

/** Refusals are shown for a day: older ones are about something that was mended since, or about nothing. */
const REFUSALS_MS = DAY_MS;

/** Words that are listed: one kind of obstacle must not crowd out the others. */
const MOST_WORDS = 20;

/** The lists of obstacles, which readers of some departments don't see. */
type Kind = 'pausedSources' | 'silent' | 'refusing' | 'stoppedEndpoints' | 'unclear';

/** Booking systems of hospitals send something on every working day. */
const SILENCE_MS = DAY_MS;

/** A new source needs some days until its first message. */
const FIRST_MESSAGE_MS = 3 * DAY_MS;

/** A word of a source that may end appointments, and how many of them wait. */
interface UnclearWord {
  readonly source: string;
  readonly name: string;
  /** null: none can be mapped, or it is not listed among the codes of the source. */
  readonly word: string | null;
  readonly count: number;
}

interface OutGateway {
  readonly id: string;
  readonly reason: OutReason;
  readonly since: Date;
}

/** Obstacles to an authority's reminders, or to the events of its booking systems. */
export interface Obstacles {
  /** Nothing is handed over by the whole installation. */
  readonly sendingOff: boolean;
  readonly paused: Pause | null;
  readonly pausedSources: Counted<PausedSourceRow>;
  /** Appointments that wait for a word which their booking system uses, and nobody knows, to be mapped. */
  readonly unclear: Counted<UnclearWord>;
  /** Live sources of which nothing came for a working day, or for three since they were set up. */
  readonly silent: Counted<SilentRow>;
  readonly refusing: Counted<RefusingRow>;
  readonly gatewaysOut: readonly OutGateway[];
  /** None of the authority's gateways is in use: its reminders wait. */
  readonly noGateway: boolean;
  readonly refusedSenders: readonly RefusedSender[];
  readonly stoppedEndpoints: Counted<StoppedEndpointRow>;
}

type ObstaclesDeps = DatabaseAccess & GatewayAccess & KeyringAccess & SendingPermission;

const NONE: Counted<never> = { items: [], total: 0 };

/** Obstacles that may tell of other departments, or that only who sees the whole authority can do something about. */
const UNSEEN_BY_DEPARTMENTS = {
  pausedSources: NONE,
  silent: NONE,
  refusing: NONE,
  stoppedEndpoints: NONE,
  unclear: NONE,
  gatewaysOut: [],
  refusedSenders: [],
};

/**
 * Reads the obstacles to an authority's reminders.
 * @param departments the reader is limited to these, and is told of what holds all SMS back; null: to none
 */
export async function readObstacles(
  deps: ObstaclesDeps,
  authority: Authority,
  departments: readonly string[] | null,
  now: Date,
): Promise<Obstacles> {
  const configured = deps.gateways.map(({ id }) => id);
  const [states, lists] = await Promise.all([
    readGatewayStates(deps.db, configured, now),
    departments === null ? readLists(deps, authority, now) : null,
  ]);
  const own = usedGateways(configured, authority.gateways);
  const used = states.filter(({ gateway }) => own.includes(gateway));
  const all = {
    sendingOff: deps.sending.heldReason() !== null,
    paused: inForce(authority.paused, now) ? authority.paused : null,
    noGateway: !used.some(({ reason }) => reason === null),
  };
  if (lists === null) return { ...all, ...UNSEEN_BY_DEPARTMENTS };
  return {
    ...all,
    ...lists,
    gatewaysOut: used.flatMap(({ gateway: id, reason, since }) => (reason === null ? [] : [{ id, reason, since }])),
    refusedSenders: refusedSenders(deps.gateways, authority),
  };
}

async function readLists(
  deps: DatabaseAccess & KeyringAccess,
  authority: Authority,
  now: Date,
): Promise<Pick<Obstacles, Kind>> {
  const ago = (ms: number) => workingTimeAgo(now, ms, authority.timeZone);
  const { unclear, ...lists } = await listSourceObstacles(deps.db, authority.id, {
    now,
    silentBefore: ago(SILENCE_MS),
    unchangedSince: ago(FIRST_MESSAGE_MS),
    refusedSince: new Date(now.getTime() - REFUSALS_MS),
  });
  return { ...lists, unclear: await readUnclear(deps, authority.id, unclear) };
}

/** The words that hold appointments, each once a source, the one that holds most first. */
async function readUnclear(
  { db, keyring }: DatabaseAccess & KeyringAccess,
  authorityId: string,
  rows: readonly HeldWordsRow[],
): Promise<Counted<UnclearWord>> {
  const words = new Map<string, UnclearWord>();
  const listed = new Map<string, ReadonlyMap<string, string>>();
  for (const { source, name, words: stored, count } of rows) {
    const known = listed.get(source) ?? (await wordsByHash({ db, keyring }, authorityId, source));
    listed.set(source, known);
    const word = hashesIn(stored).flatMap((hash) => known.get(hash) ?? [])[0] ?? null;
    const key = JSON.stringify([source, word]);
    words.set(key, { source, name, word, count: (words.get(key)?.count ?? 0) + count });
  }
  const items = [...words.values()].sort((a, b) => b.count - a.count);
  return { items: items.slice(0, MOST_WORDS), total: items.length };
}

/** The unknown words of a source by the hash that appointments have of them. */
async function wordsByHash(
  { db, keyring }: DatabaseAccess & KeyringAccess,
  authorityId: string,
  sourceId: string,
): Promise<ReadonlyMap<string, string>> {
  const hash = (code: string) => keyring.codeHash(sourceId, code);
  const found = (await listUnmapped(db, authorityId, sourceId)).filter(({ field }) => field === 'status');
  return new Map(found.map(({ value }) => [unclearBy([value], hash).toString('hex'), value]));
}
