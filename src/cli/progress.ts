const WIDTH = 30;

/** Where the progress is written. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** How far the import is: a bar that is drawn anew on a terminal, a line for each step elsewhere. */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #total: number;
  #drawn = false;

  /** @param total rows */
  constructor(stream: ProgressStream, total: number) {
    this.#stream = stream;
    this.#total = total;
  }

  /** @param done rows that were answered so far */
  show(done: number): void {
    const share = this.#total === 0 ? 1 : done / this.#total;
    const counted = `${done} of ${this.#total} rows`;
    if (!this.#stream.isTTY) {
      this.#stream.write(`${counted}\n`);
      return;
    }
    const full = Math.round(share * WIDTH);
    this.#stream.write(
      `\r\u001b[K${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${String(Math.floor(share * 100)).padStart(3)} %  ${counted}`,
    );
    this.#drawn = true;
  }

  /** A line of its own, between two steps. */
  say(line: string): void {
    this.#stream.write(this.#drawn ? `\r\u001b[K${line}\n` : `${line}\n`);
    this.#drawn = false;
  }

  /** Leaves the bar where it is. */
  end(): void {
    if (this.#drawn) this.#stream.write('\n');
    this.#drawn = false;
  }
}
