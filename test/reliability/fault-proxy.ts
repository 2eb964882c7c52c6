import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the network does to every connection. Each direction of each connection is a line of its own. */
export interface NetworkFaults {
  /** `held`: bytes and ends wait, and arrive in order once it is over, as TCP's own repetition brings them. `forgotten`: what was open when it began never
   * hears or says anything again, as behind a firewall that forgot it; what was opened since waits. */
  readonly silence: 'held' | 'forgotten' | null;
  readonly latencyMs: number;
  readonly bytesPerSecond: number | null;
  /** A connection is reset when it has carried so many. */
  readonly resetAfterBytes: number | null;
}

const SOUND: NetworkFaults = { silence: null, latencyMs: 0, bytesPerSecond: null, resetAfterBytes: null };
const SLICES_PER_SECOND = 10;

/**
 * What becomes of one statement and of the connection that it came by. `lost`: it never arrives, and the connection is
 * reset. `answer lost`: the server gets it, and the connection is reset instead of the answer. `late`: it arrives
 * `LATE_MS` later, when whoever sent it has given it up.
 */
export type Cut = 'lost' | 'answer lost' | 'late';
/** Longer than a query may take. */
const LATE_MS = 12_000;
const ANSWER_MS = 300;

/** A network that can be spoilt, between processes and the server that an address names. */
export class FaultProxy {
  /** Like the one given, by way of this network. */
  readonly url: string;
  readonly #target: URL;
  readonly #server = createServer({ allowHalfOpen: true }, (near) => void this.#accept(near));
  readonly #links = new Set<Link>();
  readonly #unconnected = new Set<Socket>();
  faults: NetworkFaults = SOUND;
  #audible: Promise<void> = Promise.resolve();
  #speak: () => void = () => {};
  #cut: { readonly text: string; readonly how: Cut; readonly met: () => void } | null = null;

  private constructor(target: URL, port: number) {
    this.#target = target;
    this.url = Object.assign(new URL(target), { hostname: '127.0.0.1', port: String(port) }).href;
  }

  static async open(target: string, port: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(target), port);
    await proxy.listen();
    return proxy;
  }

  /** Spoils it in this way alone; nothing named: it is sound again. */
  set(faults: Partial<NetworkFaults> = {}): void {
    this.#speak();
    this.faults = { ...SOUND, ...faults };
    if (this.faults.silence === 'forgotten') for (const link of this.#links) link.forgotten = true;
    if (this.faults.silence !== null)
      this.#audible = new Promise((resolve) => {
        this.#speak = resolve;
      });
  }

  /** Has one connection cut, at the next bytes to the server that hold this text. Resolves when it has met them. */
  cutAt(text: string, how: Cut): Promise<void> {
    return new Promise((met) => {
      this.#cut = { text, how, met };
    });
  }

  /** What is to become of these bytes to the server; null: nothing. */
  cutOf(bytes: Buffer): Cut | null {
    const cut = this.#cut;
    if (!cut || !bytes.includes(cut.text)) return null;
    this.#cut = null;
    cut.met();
    return cut.how;
  }

  /** Resolves when bytes may pass. */
  async audible(): Promise<void> {
    while (this.faults.silence !== null) await this.#audible;
  }

  /** Connections that may still carry something. */
  get open(): number {
    return [...this.#links].filter(({ forgotten }) => !forgotten).length;
  }

  /** As if the server's machine were gone: everything open is reset, and nobody listens. */
  async refuse(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#resetAll();
    await closed;
  }

  async listen(): Promise<void> {
    this.#server.listen(Number(new URL(this.url).port), '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    this.set();
    if (this.#server.listening) await this.refuse();
  }

  #resetAll(): void {
    for (const link of this.#links) link.reset();
    for (const near of this.#unconnected) near.resetAndDestroy();
  }

  async #accept(near: Socket): Promise<void> {
    near.on('error', () => {});
    near.once('close', () => this.#unconnected.delete(near));
    this.#unconnected.add(near);
    await this.audible();
    this.#unconnected.delete(near);
    if (near.destroyed) return;
    const far = connect({ host: this.#target.hostname, port: Number(this.#target.port), allowHalfOpen: true });
    const link = new Link(this, near, far, () => this.#links.delete(link));
    this.#links.add(link);
  }
}

class Link {
  /** Nothing passes any more, and neither side hears of it. */
  forgotten = false;
  /** The next answer of the server is lost, and the connection with it. */
  deaf = false;
  carried = 0;
  readonly #sockets: readonly [Socket, Socket];

  constructor(network: FaultProxy, near: Socket, far: Socket, closed: () => void) {
    this.#sockets = [near, far];
    far.on('error', () => {});
    far.setNoDelay();
    near.setNoDelay();
    const directions = [new Direction(network, this, near, far, true), new Direction(network, this, far, near, false)];
    void Promise.all(directions.map((direction) => direction.done)).then(() => {
      // Of a forgotten one each side has given up by itself, and hears nothing of the other.
      for (const socket of this.#sockets) socket.destroySoon();
      closed();
    });
  }

  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
}

/** From one socket to the other, in order. */
class Direction {
  readonly done: Promise<void>;
  readonly #network: FaultProxy;
  readonly #link: Link;
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #toServer: boolean;
  /** null: the end. */
  readonly #waiting: { readonly bytes: Buffer | null; readonly at: number }[] = [];
  #arrived: () => void = () => {};

  constructor(network: FaultProxy, link: Link, from: Socket, to: Socket, toServer: boolean) {
    this.#network = network;
    this.#link = link;
    this.#from = from;
    this.#to = to;
    this.#toServer = toServer;
    from.on('data', (bytes) => this.#take(bytes));
    from.once('end', () => this.#take(null));
    from.once('close', () => this.#take(null));
    this.done = this.#carry();
  }

  #take(bytes: Buffer | null): void {
    this.#waiting.push({ bytes, at: performance.now() });
    this.#arrived();
  }

  async #carry(): Promise<void> {
    for (;;) {
      const next = this.#waiting.shift();
      if (!next) {
        await new Promise<void>((resolve) => {
          this.#arrived = resolve;
        });
        continue;
      }
      const left = next.at + this.#network.faults.latencyMs - performance.now();
      if (left > 0) await sleep(left);
      await this.#network.audible();
      if (next.bytes === null) return this.#end();
      const cut = this.#toServer ? this.#network.cutOf(next.bytes) : null;
      if (cut === 'lost') this.#link.reset();
      if (cut === 'late') await sleep(LATE_MS);
      if (cut === 'answer lost') this.#link.deaf = true;
      await this.#write(next.bytes);
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    const { bytesPerSecond } = this.#network.faults;
    const slice = bytesPerSecond === null ? bytes.length : Math.ceil(bytesPerSecond / SLICES_PER_SECOND);
    for (let from = 0; from < bytes.length; from += slice) {
      if (bytesPerSecond !== null) await sleep(1000 / SLICES_PER_SECOND);
      await this.#network.audible();
      this.#pass(bytes.subarray(from, from + slice));
    }
  }

  #pass(bytes: Buffer): void {
    if (this.#link.forgotten || this.#to.destroyed) return;
    if (this.#link.deaf && !this.#toServer) return void setTimeout(() => this.#link.reset(), ANSWER_MS);
    const { resetAfterBytes } = this.#network.faults;
    this.#link.carried += bytes.length;
    if (resetAfterBytes !== null && this.#link.carried > resetAfterBytes) this.#link.reset();
    else this.#to.write(bytes);
  }

  #end(): void {
    if (this.#link.forgotten) return;
    if (this.#from.destroyed) this.#to.destroySoon();
    else this.#to.end();
  }
}
