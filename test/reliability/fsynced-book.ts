import { type FileHandle, open, readFile } from 'node:fs/promises';

/** Lines that are on the disk before `append` resolves; those that come together share one fsync. */
export class FsyncedBook<T> {
  readonly #file: FileHandle;
  #waiting: { readonly line: string; readonly done: () => void }[] = [];
  #writing = false;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open<T>(path: string): Promise<FsyncedBook<T>> {
    return new FsyncedBook<T>(await open(path, 'a'));
  }

  append(entry: T): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ line: `${JSON.stringify(entry)}\n`, done });
      if (!this.#writing) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      await this.#file.appendFile(lines.map(({ line }) => line).join(''));
      await this.#file.datasync();
      for (const { done } of lines) done();
    }
    this.#writing = false;
  }
}

export async function readBook<T>(path: string): Promise<T[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}
