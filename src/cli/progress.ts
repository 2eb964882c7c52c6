const WIDTH = 30;

/** Output of the progress. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Progress of the import: a bar that is redrawn on a terminal, one line per step elsewhere. */
export class ImportProgress {
  readonly #stream: ProgressStream;
  readonly #total: number;
  #drawn = false;

  /** @param total number of rows */
  constructor(stream: ProgressStream, total: number) {
    this.#stream = stream;
    this.#total = total;
  }

  /** Shows how far it is. @param done number of rows with a result */
  show(done: number): void {
    const share = this.#total === 0 ? 1 : done / this.#total;
    const counted = `${done} of ${this.#total} rows`;
    if (!this.#stream.isTTY) {
      this.#stream.write(`${counted}\n`);
      return;
    }
    const full = Math.round(share * WIDTH);
    const percent = String(Math.floor(share * 100)).padStart(3);
    this.#stream.write(`\r\u001b[K${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${percent} %  ${counted}`);
    this.#drawn = true;
  }

  /** Prints a line between two steps. */
  print(line: string): void {
    this.#stream.write(this.#drawn ? `\r\u001b[K${line}\n` : `${line}\n`);
    this.#drawn = false;
  }

  /** Ends the line of the bar. */
  end(): void {
    if (this.#drawn) this.#stream.write('\n');
    this.#drawn = false;
  }
}
