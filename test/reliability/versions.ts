import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiled } from '../support/compiled.ts';

const MIGRATIONS = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** What is compiled here, with a file of migrations of its own: as if it were an older or a newer version. */
export class Version {
  readonly worker: string;
  readonly migrate: string;
  readonly #root: string;

  /** @param migrations leaves some out, or adds to them: names of files, with the SQL of those that are not there */
  constructor(name: string, migrations: (names: readonly string[]) => ReadonlyMap<string, string | null>) {
    const root = dirname(dirname(dirname(compiled('test/reliability', 'worker.ts'))));
    this.#root = `${root}-${name}`;
    cpSync(root, this.#root, { recursive: true, verbatimSymlinks: true });
    const folder = join(this.#root, 'migrations');
    rmSync(folder);
    cpSync(MIGRATIONS, folder, { recursive: true });
    const wanted = migrations(readdirSync(MIGRATIONS).sort());
    for (const file of readdirSync(folder)) if (!wanted.has(file)) rmSync(join(folder, file));
    for (const [file, sql] of wanted) if (sql !== null) writeFileSync(join(folder, file), sql);
    this.worker = join(this.#root, 'test', 'reliability', 'worker.js');
    this.migrate = join(this.#root, 'src', 'migrate.js');
  }

  /** Once no process of it runs any more. */
  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}
