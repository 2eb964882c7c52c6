import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A command of a guide, with what the guide says that it prints. */
export interface Step {
  readonly section: string;
  readonly command: string;
  /** null: the guide prints no response. */
  readonly response: { readonly status: number | null; readonly language: string; readonly text: string } | null;
}

export interface Guide {
  readonly text: string;
  readonly steps: readonly Step[];
  /** By name, what the guide lets its reader save. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Takes a Markdown page apart. ` ```sh ` is a command, ` ```sh setup ` one that the reader fills in, ` ```json
 * response 202 ` what the command before it prints, ` ```json event.json ` a file.
 */
export function readGuide(url: URL): Guide {
  const text = readFileSync(url, 'utf8');
  const steps: Step[] = [];
  const files = new Map<string, string>();
  let section = '';
  for (const [, heading, info = '', body = ''] of text.matchAll(/^##+ (.+)$|^```([^\n]*)\n([\s\S]*?)^```$/gm)) {
    if (heading !== undefined) section = heading;
    const [language = '', what, status] = info.trim().split(' ');
    const last = steps.at(-1);
    if (language === 'sh' && what === undefined) steps.push({ section, command: body, response: null });
    else if (what === 'response' && last) {
      steps[steps.length - 1] = {
        ...last,
        response: { status: status === undefined ? null : Number(status), language, text: body },
      };
    } else if (what?.includes('.')) files.set(what, body);
  }
  return { text, steps, files };
}

const execute = promisify(execFile);

/** Where a reader types the commands of a guide. */
export class Reader {
  readonly #folder = mkdtempSync(join(tmpdir(), 'easysms-guide-'));
  readonly #env: Record<string, string>;

  constructor(guide: Guide, env: Readonly<Record<string, string>>) {
    this.#env = { PATH: process.env.PATH ?? '', ...env };
    for (const [name, text] of guide.files) writeFileSync(join(this.#folder, name), text);
  }

  /**
   * Runs it in bash, from the folder with the files. Secrets that it prints are the reader's `TOKEN` and `SECRET` from
   * then on.
   * @returns the HTTP status where curl was used, and what it printed
   */
  async type(command: string): Promise<{ status: number | null; text: string }> {
    // The reader's clock is the one of the service.
    const script = `set -e\ndate() { echo "$NOW"; }\ncurl() { command curl -sS -w '\\n@%{http_code}' "$@"; }\n${command}`;
    const { stdout } = await execute('bash', ['-c', script], { cwd: this.#folder, env: this.#env });
    const [, text = stdout, status] = /^([\s\S]*)\n@(\d{3})$/.exec(stdout) ?? [];
    const secrets = secretsIn(text);
    if (secrets) Object.assign(this.#env, { TOKEN: secrets.token, SECRET: secrets.webhookSecret });
    return { status: status === undefined ? null : Number(status), text };
  }

  leave(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function secretsIn(text: string): { token: string; webhookSecret: string } | undefined {
  try {
    return (JSON.parse(text) as { secrets?: { token: string; webhookSecret: string } }).secrets;
  } catch {
    return undefined;
  }
}

/** Where what was printed differs from the guide, in which `…` stands for anything, and as a key for further keys. */
export function differences(expected: unknown, actual: unknown, at = ''): string[] {
  const told = `${at || '/'}: the guide has ${JSON.stringify(expected)}, the response ${JSON.stringify(actual)}`;
  if (typeof expected === 'string' && typeof actual === 'string') return fits(expected, actual) ? [] : [told];
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) return [told];
    return expected.flatMap((each, index) => differences(each, actual[index], `${at}/${index}`));
  }
  if (isObject(expected) && isObject(actual)) {
    const more = '…' in expected ? [] : Object.keys(actual).filter((key) => !(key in expected));
    const keys = Object.keys(expected).filter((key) => key !== '…');
    return [
      ...more.map((key) => `${at}/${key}: not in the guide: ${JSON.stringify(actual[key])}`),
      ...keys.flatMap((key) => differences(expected[key], actual[key], `${at}/${key}`)),
    ];
  }
  return Object.is(expected, actual) ? [] : [told];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fits(expected: string, actual: string): boolean {
  const parts = expected.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`).test(actual);
}

/** Text as its lines, however they end. */
export const linesOf = (text: string): string[] => text.trimEnd().split(/\r\n|\r|\n/);
