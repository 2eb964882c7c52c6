import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readArguments } from '../../src/cli/arguments.ts';
import { runImport } from '../../src/cli/import-command.ts';
import { CommandError } from '../../src/cli/service-call.ts';
import { useApp } from '../support/scenario.ts';
import { runCommand } from './command.ts';

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

const HEADER = 'id;dato;tid;mobil;sted';
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => `A-${index};01-12-2026;9.00;${20_200_000 + index};"Opgang 4;\r\n3. sal"`);

let service: Listener;
let server: Server;
/** What answers at the address; the service itself unless a test puts something before it. */
let answering: Listener;
let posts: number;
let url: string;
let folder: string;
let source: string;
let token: string;
let made = 0;

const test = useApp();
beforeAll(async () => {
  service = getRequestListener(test.app.fetch);
  server = createServer((request, response) => {
    posts++;
    answering(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  posts = 0;
  answering = service;
  folder = mkdtempSync(join(tmpdir(), 'easysms-cli-'));
  source = `clinic-${++made}`;
  await test.makeAuthority(source);
  ({ token } = await test.makeSource(source, source));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (text: string, name = 'appointments.csv') => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const argumentsFor = (path: string, more: readonly string[] = []) => [
  ...['import', path, '--source', source, '--url', url],
  ...more,
];
/** As a process of its own. */
const runProcess = (path: string, env: Record<string, string> = {}, ...rest: [Parameters<typeof runCommand>[2]?]) =>
  runCommand(argumentsFor(path), { EASYSMS_SOURCE_TOKEN: token, ...env }, ...rest);
/** The same in this process; nobody waits. */
const run = async (path: string, more: readonly string[] = []) => {
  const args = readArguments(argumentsFor(path, more));
  if (args === 'help' || args.command !== 'import') throw new Error('not asked for');
  const said = { out: '', err: '' };
  const streamTo = (name: 'out' | 'err') => ({
    write(text: string) {
      said[name] += text;
      return true;
    },
  });
  const waitedMs: number[] = [];
  const code = await runImport(args, {
    ...{ token: async () => token, folder, out: streamTo('out'), err: streamTo('err') },
    signal: new AbortController().signal,
    wait: async (ms) => void waitedMs.push(ms),
  }).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    said.err += error.message;
    return 2;
  });
  return { code, ...said, waitedMs };
};
const rowsOf = async () => {
  const appointments = await test.db
    .selectFrom('appointment')
    .select(['reference', 'revision'])
    .where('source_id', '=', source)
    .execute();
  const reminders = await test.db.selectFrom('reminder').select('id').where('source_id', '=', source).execute();
  return {
    appointments: appointments.length,
    revisions: new Set(appointments.map(({ revision }) => revision)),
    reminders: reminders.length,
  };
};

describe('easysms import', () => {
  it('sends a file in parts, prints the result, and exits with 0', async () => {
    const { code, out, err } = await runProcess(file(`${HEADER}\n${many(1_100).join('\n')}\n`));
    expect({ code, err }).toEqual({ code: 0, err: '500 of 1100 rows\n1000 of 1100 rows\n1100 of 1100 rows\n' });
    expect(out).toMatch(/: 1100 rows\n +1100 stored\n2200 reminders are planned\.\n$/);
    expect(posts).toBe(3);
    expect(await rowsOf()).toEqual({ appointments: 1_100, revisions: new Set([1]), reminders: 2_200 });
  });

  it('stores nothing in a dry run, and prints what would be sent and what it costs', async () => {
    const { code, out } = await run(file(`${HEADER}\n${many(3).join('\n')}\n`), ['--dry-run']);
    expect(code).toBe(0);
    expect(out).toContain(
      '3 would be stored\nNothing was stored. 6 reminders would go out, 6 segments with the present texts.\n',
    );
    expect(await rowsOf()).toMatchObject({ appointments: 0, reminders: 0 });
  });

  it('lists the rows without a reminder by their lines in the whole file, and exits with 0', async () => {
    const rows = many(510).map((row) => row.replace(';\r\n', ' '));
    const bad = [
      'B-1;01-12-2026;9.00;2,0987654E+07;',
      'B-2;01-12-2026;9.00;;',
      'B-3;01-12-2020;9.00;20123450;',
      'B-4;01-12-2026;9.00;x;',
    ];
    const { code, out } = await run(file(`${HEADER}\n${[...bad.slice(0, 3), ...rows, ...bad.slice(3)].join('\n')}\n`), [
      '--dry-run',
    ]);
    expect(code).toBe(0);
    expect(out).toContain(
      'No reminder (excel_number): line 2\nNo reminder (no_phone): line 3\nNo reminder (in_past): line 4\n' +
        'No reminder (invalid_number): line 515\n',
    );
  });

  it('changes nothing the second time', async () => {
    const path = file(`${HEADER}\n${many(3).join('\n')}\n`);
    await run(path);
    const { code, out } = await run(path);
    expect(code).toBe(0);
    expect(out).toContain('0 stored\n       3 stored before, unchanged\n6 reminders are planned.\n');
    expect(await rowsOf()).toEqual({ appointments: 3, revisions: new Set([1]), reminders: 6 });
  });

  it('exits with 1 when rows were refused, and lists them by their lines in the whole file', async () => {
    const rows = many(520);
    const bad = `B-1;01-12-26;9.00;20123450;`;
    const { code, err } = await run(
      file(`${HEADER}\n${[...rows.slice(0, 2), bad, ...rows.slice(2), bad].join('\n')}\n`),
    );
    expect(code).toBe(1);
    // Each of the others takes two lines.
    expect(err).toContain('line 6, dato: The year needs four digits');
    expect(err).toContain(`line ${2 + 520 * 2 + 1}, dato: The year needs four digits`);
    expect(err).not.toContain('20123450');
    expect((await rowsOf()).appointments).toBe(520);
  });

  it.each([[], ['--dry-run']])(
    'sends nothing of a file with a date that can only be read in the other order than the source’s: %s',
    async (...more: string[]) => {
      const rows = many(1_100).map((row) => row.replace('01-12-2026', '03/04/2027'));
      const path = file(`${HEADER}\n\n${[...rows, 'B-1;03/14/2027;9.00;20123450;'].join('\n')}\n`);
      const { code, err } = await run(path, more);
      expect([code, posts, (await rowsOf()).appointments]).toEqual([2, 1, 0]);
      expect(err).toMatch(
        /^This date can only be read with the month first.*\n {2}line 2203, dato\n {2}line 3, dato: /,
      );
      await test.put(`/v1/authorities/${source}/sources/${source}`, { name: 'Clinic', dateOrder: 'mdy' });
      expect(await run(path, more)).toMatchObject({ code: 0, out: expect.stringContaining(': 1101 rows') });
    },
  );

  it('asks with the dates of a file of several parts alone', async () => {
    const bodies: string[] = [];
    answering = async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      bodies.push(`${request.url} ${Buffer.concat(chunks)}`);
      response.end();
    };
    const rows = many(600).map((row) => row.replace('01-12-2026', '14/03/2027'));
    await run(file(`sep=;\n${HEADER}\n${rows.join('\n')}\n`));
    expect(bodies[0]).toBe(
      `/v1/sources/${source}/imports?dryRun=true sep=;\n${HEADER}\n${';14/03/2027;9.00;;\n'.repeat(50)}`,
    );
  });

  it('writes the refused rows to a file that only its owner reads, which can be mended and imported', async () => {
    const errors = join(folder, 'errors.csv');
    const text = `${HEADER}\nA-1;01-12-2026;9.00;20123450;Opgang 4\nA-2;01-12-26;9.00;20123451;"Ærø;\n3. sal"\n`;
    const { code, err } = await run(file(text), ['--errors', errors]);
    expect([code, err]).toEqual([1, '2 of 2 rows\n']);
    expect(statSync(errors).mode & 0o777).toBe(0o600);
    const written = readFileSync(errors, 'utf8');
    const [header, row] = written.split(/(?<=sted\r\n)/);
    expect(header).toBe('\ufeffline;column;code;detail;id;dato;tid;mobil;sted\r\n');
    expect(row).toMatch(/^3;dato;two_digit_year;[^;]+;A-2;01-12-26;9.00;20123451;"Ærø;\n3. sal"\r\n$/);
    writeFileSync(errors, written.replace('01-12-26', '01-12-2026'));
    const mended = await run(errors);
    expect(mended.code).toBe(0);
    expect(mended.out).not.toContain('Columns that are not read');
    expect((await rowsOf()).appointments).toBe(2);
  });

  it('closes an error file to others that is there before', async () => {
    const errors = file('old rows', 'errors.csv');
    chmodSync(errors, 0o644);
    await run(file(`${HEADER}\n${many(1).join('')}\n`), ['--errors', errors]);
    expect(statSync(errors).mode & 0o777).toBe(0o600);
  });

  it('shows the terminal no control characters, whatever answers', async () => {
    const counts = {
      rows: 1,
      accepted: 0,
      duplicate: 0,
      stale: 0,
      ignored: 0,
      refused: 1,
      reminders: 0,
      segments: null,
      reasons: {},
      warnings: [],
    };
    const errors = [{ line: 2, column: 'da\u009bto', code: 'x', detail: 'no\u001b[2Jtime' }];
    const told = [
      [200, { ...counts, dryRun: false, unknownColumns: ['\u001b[2Jnote'], errors }],
      [422, { detail: 'no\u0007thing', errors: [{ pointer: '/\u001b', detail: 'was\r\nread' }] }],
    ] as const;
    for (const [status, body] of told) {
      answering = (_request, response) => response.writeHead(status).end(JSON.stringify(body));
      const { out, err } = await run(file(`${HEADER}\n${many(1).join('')}\n`));
      expect(out + err).toMatch(/\ufffd/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }
  });

  it('leaves an error file without rows when every row was accepted', async () => {
    const errors = file('old rows', 'errors.csv');
    await run(file(`${HEADER}\n${many(1).join('')}\n`), ['--errors', errors]);
    expect(readFileSync(errors, 'utf8')).toBe(`\ufeffline;column;code;detail;${HEADER}\r\n`);
  });

  it('reads the token from a file', async () => {
    const path = file(`${HEADER}\n${many(1).join('')}\n`);
    const args = argumentsFor(path, ['--token-file', file(`${token}\n`, 'token')]);
    expect((await runCommand(args)).code).toBe(0);
  });

  it('sends Windows-1252 so that its letters arrive', async () => {
    const path = join(folder, 'old.csv');
    writeFileSync(path, `${HEADER}\nA-1;01-12-2026;9.00;20123450;Ærø Øst\n`, 'latin1');
    await run(path);
    const read = await test.json<{ location: unknown }>(200, `/v1/authorities/${source}/appointments/${source}/A-1`);
    expect(read.location).toMatchObject({ text: 'Ærø Øst' });
  });
});

describe('stopped half-way, easysms import', () => {
  it.each(['SIGINT', 'SIGKILL'] as const)('by %s, and run again, has stored every row once', async (signal) => {
    const path = file(`${HEADER}\n${many(1_100).join('\n')}\n`);
    const stopped = await runProcess(path, {}, { text: '500 of 1100 rows', signal });
    expect(stopped.code).toBe(signal === 'SIGINT' ? 130 : null);
    if (signal === 'SIGINT') expect(stopped.err).toContain('Run the same command again: nothing is stored twice.');
    const { appointments } = await rowsOf();
    expect(appointments).toBeGreaterThanOrEqual(500);
    expect(appointments).toBeLessThan(1_100);
    expect((await run(path)).code).toBe(0);
    expect(await rowsOf()).toEqual({ appointments: 1_100, revisions: new Set([1]), reminders: 2_200 });
  });

  it('tries again when the answer was lost or the service is away for a moment, and stores nothing twice', async () => {
    const faults: Listener[] = [
      // Stored, and the answer lost on its way.
      (request, response) => {
        response.end = () => response.destroy() as never;
        return service(request, response);
      },
      (_request, response) => response.writeHead(503, { 'Retry-After': '0' }).end('down'),
      (request) => request.destroy(),
    ];
    answering = (request, response) => (posts > 1 && faults.length > 0 ? faults.shift() : service)?.(request, response);
    const { code, err, waitedMs } = await run(file(`${HEADER}\n${many(510).join('\n')}\n`));
    expect(code).toBe(0);
    expect(err.match(/Trying again in \d+ s\./g)).toHaveLength(3);
    expect(waitedMs).toEqual([1_000, 2_000, 4_000]);
    expect(await rowsOf()).toEqual({ appointments: 510, revisions: new Set([1]), reminders: 1_020 });
  });
});

describe('what keeps easysms import from running', () => {
  const good = () => file(`${HEADER}\n${many(1).join('')}\n`);
  /** @returns the sentence */
  const imports = async (path: string, more: readonly string[] = []): Promise<string> => {
    const { code, out, err } = await run(path, more);
    expect([code, out, (await rowsOf()).appointments]).toEqual([2, '', 0]);
    return err;
  };

  it('is explained in a sentence, and exits with 2', async () => {
    const { code, out, err } = await runProcess(good(), { EASYSMS_SOURCE_TOKEN: 'wrong' });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe(`The token does not belong to a source "${source}" at ${url}: check token, source and address.\n`);
    const without = await runProcess(good(), { EASYSMS_SOURCE_TOKEN: '' });
    expect([without.code, without.err]).toEqual([
      2,
      expect.stringMatching(/^The token of the source is missing: set EASYSMS_SOURCE_TOKEN/),
    ]);
  });

  it('may be the file', async () => {
    expect(await imports('nowhere.csv')).toBe('The file does not exist: nowhere.csv');
    expect(await imports('.')).toBe('The path is a folder: .');
    expect(await imports(file('PK\u0003\u0004', 'list.xlsx'))).toMatch(/save the sheet as CSV/);
    expect(await imports(file(''))).toBe('The file is empty.');
    expect(await imports(file('id;cpr;start\nA-1;2512489996;x\n'))).toMatch(/^Column 2 is for CPR numbers/);
    expect(await imports(file('a;b\nc;d\n'))).toMatch(/^The first row must name the columns/);
    expect(await imports(good(), ['--errors', 'appointments.csv'])).toMatch(/would be lost/);
    const found = await imports(good(), ['--errors', 'nowhere/errors.csv']);
    expect(found).toMatch(/^The error file cannot be written: .*nowhere/);
  });

  it('may be the address', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const nobody = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    closed.close();
    expect(await imports(good(), ['--url', nobody])).toMatch(
      /Trying again in 1 s\.\n.*\nNo server responds at .* \(ECONNREFUSED\): is EasySMS running there\?$/,
    );
    answering = (_request, response) => response.end('<html>');
    expect(await imports(good())).toMatch(/is not EasySMS/);
    answering = (_request, response) => response.writeHead(404).end('<html>');
    expect(await imports(good())).toMatch(/responded 404: is this the address of EasySMS/);
    answering = (_request, response) => response.writeHead(301, { Location: 'https://elsewhere.example' }).end();
    expect(await imports(good())).toMatch(/redirects to another address/);
  });

  it.each([
    [[], /^A command is required/],
    [['export'], /^There is no such command/],
    [['import'], /^A file is required/],
    [['import', 'x.csv'], /^The source is required/],
    [['import', 'x.csv', '--source', '../x'], /^--source must be the id/],
    [['import', 'x', 'y', '--source', 'x'], /^Only one file/],
    [['import', 'x', '--sorce', 'x'], /--sorce.*See easysms --help\./],
    [['import', 'x', '--source', 'x', '--token', 'secret'], /^Others can see a token on the command line/],
    [['import', 'x', '--source', 'x', '--token=secret'], /^Others can see a token on the command line/],
    [['import', 'x', '--source', 'x', '--url', 'localhost'], /^--url must be an address/],
    [['import', 'x', '--source', 'x', '--url', 'https://user:secret@x.example'], /^--url must be an address/],
  ])('may be the arguments: %j', (args, sentence) => {
    let message = '';
    try {
      readArguments(args);
    } catch (error) {
      if (error instanceof CommandError) message = error.message;
    }
    expect(message).toMatch(sentence);
    expect(message).not.toContain('secret');
  });

  it('is a matter of what --help explains', async () => {
    const { code, out } = await runCommand(['--help']);
    expect([code, out]).toEqual([0, expect.stringContaining('easysms import <file.csv> --source <source>')]);
  });

  it('is not that numbers travel in clear, which it warns of', async () => {
    const found = await imports(good(), ['--url', 'http://nobody.invalid']);
    expect(found).toMatch(/^Warning: numbers and the token travel to nobody\.invalid without/);
  });
});
