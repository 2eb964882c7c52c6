import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { signedRequest } from '../../src/events/render.ts';
import { readGuide } from '../support/guide.ts';

const guide = readGuide(new URL('../../docs/integrators.md', import.meta.url));

/** A test that needs a program; where it is missing, the name says that nothing was tried. */
function itWith(program: string, name: string, run: () => void): void {
  if (spawnSync(program, ['--version']).status === 0) it(name, run);
  else it(`${name}: skipped, there is no ${program} here`, () => {});
}

describe('the code that verifies calls', () => {
  const SECRET = 'whsec_ZWFzeXNtcy1kb2N1bWVudGF0aW9uLWV4YW1wbGUta2V5';
  const [head = '', body = ''] = (guide.files.get('vector.txt') ?? '').trimEnd().split('\n\n');
  const headers = Object.fromEntries(head.split('\n').map((line) => line.split(': ')));
  const at = Number(headers['webhook-timestamp']);
  const load = async () => {
    const source = guide.files.get('verify.ts') ?? '';
    const { code } = await transform(source, { loader: 'ts', format: 'esm' });
    const { isFromEasySms } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    return isFromEasySms as (headers: object, body: string, secret: string, now?: number) => boolean;
  };

  it('takes the call of the page, also among several signatures, and nothing that differs from it', async () => {
    const isFromEasySms = await load();
    expect(isFromEasySms(headers, body, SECRET, at + 299)).toBe(true);
    const two = { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` };
    expect(isFromEasySms(two, body, SECRET, at)).toBe(true);
    expect(isFromEasySms(headers, body, SECRET, at + 301)).toBe(false);
    expect(isFromEasySms(headers, `${body} `, SECRET, at)).toBe(false);
    expect(isFromEasySms(headers, body, `${SECRET.slice(0, -1)}6`, at)).toBe(false);
    expect(isFromEasySms({ ...headers, 'webhook-id': 'x' }, body, SECRET, at)).toBe(false);
    expect(isFromEasySms({}, body, SECRET, at)).toBe(false);
  });

  /** Runs a program over lines of JSON; each is a call to verify, and each line of its output an answer. */
  const answersOf = (command: string, args: readonly string[], cases: readonly object[]): unknown[] =>
    execFileSync(command, args, { input: cases.map((each) => `${JSON.stringify(each)}\n`).join(''), encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.toLowerCase() === 'true');
  const CASES: readonly (readonly [headers: object, body: string, secret: string, now: number, taken: boolean])[] = [
    [headers, body, SECRET, at + 299, true],
    [{ ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` }, body, SECRET, at, true],
    [headers, body, SECRET, at + 301, false],
    [headers, `${body} `, SECRET, at, false],
    [headers, body, `${SECRET.slice(0, -1)}6`, at, false],
    [{ ...headers, 'webhook-id': 'x' }, body, SECRET, at, false],
    [{ ...headers, 'webhook-timestamp': '9'.repeat(5000) }, body, SECRET, at, false],
    [{ ...headers, 'webhook-timestamp': '٣'.repeat(3) }, body, SECRET, at, false],
    [{}, body, SECRET, at, false],
  ];
  const calls = CASES.map(([headers, body, secret, now]) => ({ headers, body, secret, now }));

  itWith('python3', 'in Python does the same', () => {
    const source = guide.files.get('verify.py') ?? '';
    const main = `
import json, sys
for line in sys.stdin:
    call = json.loads(line)
    print(is_from_easysms(call["headers"], call["body"].encode(), call["secret"], call["now"]))
`;
    expect(answersOf('python3', ['-c', source + main], calls)).toEqual(CASES.map(([, , , , taken]) => taken));
  });

  itWith('javac', 'in Java does the same', () => {
    const folder = mkdtempSync(join(tmpdir(), 'easysms-java-'));
    const main = `
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
public final class Main {
  public static void main(String[] calls) throws Exception {
    for (String call : calls) {
      String[] parts = call.split("\\u0001", -1);
      Map<String, String> headers = new HashMap<>();
      for (int at = 3; at + 1 < parts.length; at += 2) headers.put(parts[at], parts[at + 1]);
      byte[] body = parts[0].getBytes(StandardCharsets.UTF_8);
      System.out.println(Verify.isFromEasySms(headers, body, parts[1], Long.parseLong(parts[2])));
    }
  }
}
`;
    try {
      writeFileSync(join(folder, 'Verify.java'), guide.files.get('Verify.java') ?? '');
      writeFileSync(join(folder, 'Main.java'), main);
      execFileSync('javac', [
        '-encoding',
        'UTF-8',
        '-d',
        folder,
        join(folder, 'Verify.java'),
        join(folder, 'Main.java'),
      ]);
      const given = calls.map(({ headers, body, secret, now }) =>
        [body, secret, String(now), ...Object.entries(headers).flat()].join('\u0001'),
      );
      expect(
        answersOf('java', ['-Dfile.encoding=UTF-8', '-Dsun.jnu.encoding=UTF-8', '-cp', folder, 'Main', ...given], []),
      ).toEqual(CASES.map(([, , , , taken]) => taken));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes what EasySMS signs', async () => {
    const rendered = { body: '{"æ":1}', contentType: 'application/json' };
    const request = signedRequest('id', rendered, [SECRET], new Date(at * 1000));
    expect((await load())(request.headers, request.body, SECRET, at)).toBe(true);
  });
});
