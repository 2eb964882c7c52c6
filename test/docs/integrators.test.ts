import { spawnSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SOURCE_DEFAULTS } from '../../src/domain/authority.ts';
import { Problem } from '../../src/domain/errors.ts';
import {
  actionOf,
  EVENT_TYPES,
  OPT_OUT_EVENT_REASONS,
  REMINDER_EVENT_REASONS,
  REPLY_EVENT_REASONS,
  SLOT_EVENT_REASONS,
} from '../../src/domain/events/event.ts';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { errorOf } from '../../src/formats/hl7v2/faults.ts';
import { STATUS_OF_TYPE } from '../../src/formats/json/json-schema.ts';
import { MAPPED_FIELDS } from '../../src/formats/json/mapped-values.ts';
import { sourceSettings } from '../../src/http/schemas/source.ts';
import { differences, linesOf, Reader, readGuide } from '../support/guide.ts';
import { useApp } from '../support/scenario.ts';
import { sourceFiles } from '../support/source-files.ts';

const guide = readGuide(new URL('../../docs/integrators.md', import.meta.url));
const canType = spawnSync('bash', ['-c', 'curl --version && openssl version']).status === 0;

describe.runIf(canType)('docs/integrators.md', () => {
  let server: ServerType;
  let reader: Reader;
  const app = useApp();
  beforeAll(async () => {
    server = await new Promise((resolve) => {
      const started = serve({ fetch: app.app.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve(started));
    });
    const { port } = server.address() as AddressInfo;
    reader = new Reader(guide, {
      EASYSMS: `http://127.0.0.1:${port}`,
      ADMIN: app.adminToken,
      NOW: String(app.clock.now.getTime() / 1000),
    });
  });
  afterAll(async () => {
    reader.leave();
    await new Promise((closed) => server.close(closed));
  });

  const steps = guide.steps.map((step, nth) => ({ ...step, name: `${step.section}, command ${nth + 1}` }));
  it.each(steps)('$name prints what the page says', async ({ command, response }) => {
    // The job of a worker, which the application of this test has none of.
    await numberRecordedEvents(app.deps, app.clock.now);
    const { status, text } = await reader.type(command);
    if (!response) {
      expect(status === null || status < 300 ? null : { status, text }).toBeNull();
      return;
    }
    const expected = response.language === 'json' ? JSON.parse(response.text) : linesOf(response.text);
    const actual = response.language === 'json' ? JSON.parse(text) : linesOf(text);
    expect({ status, differences: differences(expected, actual) }).toEqual({
      status: response.status,
      differences: [],
    });
  });
});

describe('the words of docs/integrators.md', () => {
  /** The cells of every row of a table whose first cell names this. */
  const rowsOf = (name: string): string[][] =>
    [...guide.text.matchAll(/^\| (.+) \|$/gm)]
      .map(([, row = '']) => row.split(' | '))
      .filter(([first = '']) => first.includes(`\`${name}\``));
  const sourcesOf = (folder: string) => sourceFiles(folder).map(({ text }) => text);

  it('point at headings that are there', () => {
    const anchors = [...guide.text.matchAll(/^##+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...guide.text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });

  it.each(Object.entries({ ...SOURCE_DEFAULTS, hmac: undefined }).filter(([, value]) => value !== undefined))(
    'name the setting %s with its default',
    (name, value) => {
      const [row] = rowsOf(name);
      const shown = value === null ? 'none' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
      expect(row?.[1]).toBe(shown);
    },
  );

  it('name every event with what stands in it, every reason and what is to be done about it', () => {
    expect(EVENT_TYPES.filter((type) => rowsOf(type).length === 0)).toEqual([]);
    for (const reason of REMINDER_EVENT_REASONS) {
      const rows = rowsOf(reason).filter(([, action = '']) => /^`(?:phone|check_number|nothing)`$/.test(action));
      expect([reason, rows.map(([, action]) => action)]).toEqual([
        reason,
        [`\`${actionOf({ type: 'reminder.failed', reason })}\``],
      ]);
    }
    const words = [...OPT_OUT_EVENT_REASONS, ...SLOT_EVENT_REASONS, ...REPLY_EVENT_REASONS];
    expect(words.filter((word) => !guide.text.includes(`\`${word}\``))).toEqual([]);
  });

  it('name every status that a local code may stand for', () => {
    const [row] = rowsOf('statusMap');
    const { additionalProperties } = z.toJSONSchema(sourceSettings.shape.statusMap, { io: 'input' });
    const { enum: words = [] } = additionalProperties as { enum?: string[] };
    expect(words).toContain('ignore');
    expect(words.filter((word) => !row?.[2]?.includes(word))).toEqual([]);
  });

  it('name every code that a format refuses with', () => {
    const codes = sourcesOf('src/formats').flatMap((text) =>
      [...text.matchAll(/\bcode: '([a-z_]+)'|\brefus\w+\('([a-z_]+)'/g)].map((found) => found[1] ?? found[2] ?? ''),
    );
    expect(codes.length).toBeGreaterThan(30);
    expect([...new Set(codes)].filter((code) => rowsOf(code).length === 0)).toEqual([]);
  });

  it('say of each code what an ACK has for it', () => {
    const told = [...guide.text.matchAll(/^\| (`[a-z_]+`.*) \| .+ \| (A[ER] .+) \|$/gm)].flatMap(
      ([, names = '', acks = '']) => {
        const given = acks.split(', ');
        return [...names.matchAll(/`([a-z_]+)`/g)].map(
          ([, code = ''], index) => [code, given[index] ?? given[0]] as const,
        );
      },
    );
    expect(told.length).toBeGreaterThan(8);
    for (const [code, ack] of told) {
      const { ackCode, code: condition } = errorOf(
        new Problem(422, 'invalid', '', { faults: [{ pointer: '', code, detail: '' }] }),
      );
      expect([code, ack]).toEqual([code, `${ackCode} ${condition}`]);
    }
  });

  it('name every variable of the MLLP listener', () => {
    const names = sourcesOf('src').flatMap((text) =>
      [...text.matchAll(/'(MLLP_[A-Z_]+)'/g)].map(([, name = '']) => name),
    );
    expect(new Set(names).size).toBeGreaterThan(4);
    expect([...new Set(names)].filter((name) => rowsOf(name).length === 0)).toEqual([]);
  });

  it('name every field of a mapping, and every type of an event', () => {
    const [, fields = ''] = /^Fields: ([\s\S]*?)\n\n/m.exec(guide.text) ?? [];
    expect(MAPPED_FIELDS.filter((name) => !fields.includes(`\`${name}\``))).toEqual([]);
    expect(
      Object.keys(STATUS_OF_TYPE).filter(
        (type) =>
          !guide.text.includes(`\`.${type.replace('appointment.', '')}\``) && !guide.text.includes(`\`${type}\``),
      ),
    ).toEqual([]);
  });
});
