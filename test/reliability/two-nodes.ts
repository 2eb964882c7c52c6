import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openMigratedDatabase } from '../../src/database/connect.ts';
import { ordinaryUser } from '../support/postgres-server.ts';
import { PostgresNode } from './postgres-node.ts';
import { openRelay, type Relay } from './relay.ts';
import { until } from './world.ts';
import { installWorldClock } from './world-clock.ts';

const DATABASE = 'easysms';
const COMMIT_ONCE_APPLIED = `begin; set local synchronous_commit = remote_apply;
  select pg_logical_emit_message(true, 'easysms', ''); commit`;

/**
 * A primary, a synchronous standby, and one address that leads to the primary, as Patroni and HAProxy make them out of
 * more machines.
 */
export class TwoNodes {
  primary: PostgresNode;
  standby: PostgresNode;
  readonly #folder: string;
  readonly #relay: Relay;
  #leadsTo: PostgresNode;

  private constructor(folder: string, primary: PostgresNode, standby: PostgresNode, relay: Relay) {
    this.#folder = folder;
    this.primary = primary;
    this.standby = standby;
    this.#leadsTo = primary;
    this.#relay = relay;
  }

  /** With a migrated, empty database that has the world's clock. */
  static async start(): Promise<TwoNodes> {
    const folder = mkdtempSync(join(tmpdir(), 'easysms-two-nodes-'));
    const user = ordinaryUser();
    if (user) chownSync(folder, user.uid, user.gid);
    const primary = await PostgresNode.create(folder);
    await primary.query(`create database ${DATABASE}`);
    const url = withDatabase(primary.url);
    await (await openMigratedDatabase({ databaseUrl: url })).close();
    await installWorldClock(url);
    const standby = await PostgresNode.follow(folder, primary);
    let nodes: TwoNodes | undefined;
    const relay = await openRelay(() => nodes?.leadsToPort ?? null);
    nodes = new TwoNodes(folder, primary, standby, relay);
    await nodes.waitForStandby();
    return nodes;
  }

  /** Of the database at the address that leads to the primary. */
  get url(): string {
    return withDatabase(`postgres://postgres@127.0.0.1:${this.#relay.port}/`);
  }

  get leadsToPort(): number {
    return this.#leadsTo.port;
  }

  /**
   * The primary is killed; the standby takes its place, alone until `rejoin`. @returns when the primary was gone, by
   * performance.now()
   */
  async failOver(): Promise<number> {
    this.primary.kill();
    const gone = performance.now();
    await this.promote();
    return gone;
  }

  /** The standby takes the place of a primary that is gone. */
  async promote(): Promise<void> {
    [this.primary, this.standby] = [this.standby, this.primary];
    await this.primary.promote();
    this.#leadsTo = this.primary;
  }

  /** A new standby in place of the one that is gone; commits wait for it from then on. */
  async rejoin(): Promise<void> {
    this.standby = await PostgresNode.follow(this.#folder, this.primary);
    await this.waitForStandby();
  }

  /**
   * The primary is stopped, the standby takes its place, the old one comes back as its standby. For `misleadMs` the
   * address still leads to the old one, and what was opened meanwhile stays open to it: a balancer that looks seldom,
   * and that cuts nothing.
   * @returns when the primary was gone, by performance.now()
   */
  async switchOver(misleadMs: number): Promise<number> {
    const old = this.primary;
    await old.stop('fast');
    const gone = performance.now();
    [this.primary, this.standby] = [this.standby, old];
    await this.primary.promote();
    old.becomeStandbyOf(this.primary);
    await old.start();
    await this.waitForStandby();
    await sleep(misleadMs);
    this.#leadsTo = this.primary;
    return gone;
  }

  /** Until every commit is on both nodes, and every later one waits for that. */
  async waitForStandby(): Promise<void> {
    await this.primary.query("alter system set synchronous_standby_names = '*'");
    await this.primary.query('select pg_reload_conf()');
    await until(() => this.#isOnBoth('0/0'), 'the standby synchronous', 60_000, 50);
    await this.#commitsWait();
    const [now] = await this.primary.query<{ lsn: string }>('select pg_current_wal_lsn() as lsn');
    await until(() => this.#isOnBoth(now?.lsn ?? ''), 'everything on both nodes', 60_000, 50);
  }

  /**
   * The checkpointer makes the setting hold for sessions that are open, and tells nobody: waits for a commit that
   * waits for the standby, which applies nothing meanwhile.
   */
  async #commitsWait(): Promise<void> {
    await this.standby.query('select pg_wal_replay_pause()');
    let committed = this.#commitOnceApplied();
    const waits = async () => {
      if (await this.#hasWaitingCommit()) return true;
      if (committed.over) committed = this.#commitOnceApplied();
      return false;
    };
    await until(waits, 'a commit that waits for the standby', 60_000, 10);
    await this.standby.query('select pg_wal_replay_resume()');
    await committed.commit;
  }

  #commitOnceApplied(): { readonly commit: Promise<unknown>; over: boolean } {
    const commit = this.primary.query(COMMIT_ONCE_APPLIED);
    const committed = { commit, over: false };
    const end = () => {
      committed.over = true;
    };
    commit.then(end, end);
    return committed;
  }

  async #hasWaitingCommit(): Promise<boolean> {
    const waiting = "select from pg_stat_activity where wait_event = 'SyncRep' and query like '%emit_message%'";
    return (await this.primary.query(waiting)).length > 0;
  }

  async #isOnBoth(lsn: string): Promise<boolean> {
    const rows = await this.primary.query(
      "select from pg_stat_replication where sync_state = 'sync' and flush_lsn >= $1",
      [lsn],
    );
    return rows.length > 0;
  }

  async close(): Promise<void> {
    await this.#relay.close();
    await Promise.all([this.primary, this.standby].map((node) => node.stop('immediate')));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function withDatabase(url: string): string {
  return Object.assign(new URL(url), { pathname: `/${DATABASE}` }).href;
}
