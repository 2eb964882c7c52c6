import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { STATUSES } from '../../src/domain/appointment.ts';
import { OPERATION_IDS } from '../../src/http/document/words.ts';
import { SOURCE_ADDRESSES } from '../../src/http/source-addresses.ts';
import { useApp } from '../support/scenario.ts';

interface Described {
  properties?: Record<string, { description?: string }>;
  parameters?: { name: string; description?: string }[];
}
interface Operation {
  operationId?: string;
  security?: unknown[];
  summary?: string;
  tags?: string[];
  responses: Record<string, { content?: Record<string, unknown> }>;
}
interface Document {
  openapi: string;
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: Record<string, unknown>; schemas: Record<string, unknown> };
}

let document: Document;
const test = useApp();
beforeAll(async () => {
  document = await test.json<Document>(200, '/openapi.json', { token: null });
  // For the linter, which .ci/run starts.
  if (process.env.OPENAPI_FILE) writeFileSync(process.env.OPENAPI_FILE, JSON.stringify(document));
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 and describes how to sign in', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  it('describes every route of the API', () => {
    const described = new Set(operations().map(({ name }) => name));
    const served = test.app.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/v1/'))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}').replace(/\/$/, '')}`);
    expect([...new Set(served)].filter((name) => !described.has(name))).toEqual([]);
  });

  it('gives every operation a summary and its security', () => {
    for (const { name, operation } of operations()) {
      expect([name, operation.summary, operation.tags?.length, Array.isArray(operation.security)]).toEqual([
        name,
        expect.any(String),
        1,
        true,
      ]);
    }
  });

  it('names no route by which a booking system sends something that is not admitted and counted like the others', () => {
    const sending = operations().flatMap(({ name, operation }) => {
      const bySource = JSON.stringify(operation.security).includes('sourceToken');
      const [method = '', path = ''] = name.split(' ');
      return bySource && method !== 'GET' ? [{ method, path: path.replaceAll(/\{(\w+)\}/g, ':$1') }] : [];
    });
    const known = Object.entries(SOURCE_ADDRESSES);
    const isKnown = ({ method, path }: (typeof sending)[number]) =>
      known.some(
        ([address, methods]) =>
          methods.includes(method) &&
          (address === path || (address.endsWith('/*') && path.startsWith(address.slice(0, -2)))),
      );
    expect(sending.length).toBeGreaterThanOrEqual(known.length);
    expect(sending.filter((route) => !isKnown(route))).toEqual([]);
  });

  it('gives every operation a stable id of its own, and lists its tags in the order of use', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(ids.filter((id) => !/^[a-z][A-Za-z0-9]{3,24}$/.test(id ?? ''))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    const found = Object.keys(OPERATION_IDS).sort();
    expect(found).toEqual(
      operations()
        .map(({ name }) => name)
        .sort(),
    );
    const tags = document.tags.map(({ name }) => name);
    expect(new Set(operations().flatMap(({ operation }) => operation.tags ?? []))).toEqual(new Set(tags));
    expect(tags.slice(0, 3)).toEqual(['Booking systems', 'Authorities', 'Sources']);
  });

  it('names its server by where it was read from', () => {
    expect(document.servers).toEqual([{ url: '.' }]);
  });

  it('describes every property and parameter', () => {
    const bare: string[] = [];
    const look = (node: unknown, at: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { properties = {}, parameters = [] } = node as Described;
      for (const [name, property] of Object.entries(properties)) {
        if (typeof property === 'object' && !property.description) bare.push(`${at} ${name}`);
      }
      for (const { name, description } of Array.isArray(parameters) ? parameters : [])
        if (!description) bare.push(`${at} ${name}`);
      for (const [key, inner] of Object.entries(node)) look(inner, `${at}/${key}`);
    };
    look(document.components.schemas, '');
    look(document.paths, '');
    expect(bare).toEqual([]);
  });

  it('lists the words that a status or a reason may have', () => {
    const result = document.components.schemas.EventResult as {
      properties: { reasons: { items: { enum: string[] } } };
    };
    expect(result.properties.reasons.items.enum).toEqual(expect.arrayContaining(['in_past', 'no_phone', 'opted_out']));
    const appointment = document.components.schemas.Appointment as { properties: { status: { enum: string[] } } };
    expect(appointment.properties.status.enum).toEqual([...STATUSES]);
    const wordless: string[] = [];
    const look = (node: unknown, at: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { status } = ((node as { properties?: object }).properties ?? {}) as {
        status?: { type?: unknown; enum?: unknown; $ref?: unknown };
      };
      if (status?.type === 'string' && !status.enum) wordless.push(at);
      for (const [key, inner] of Object.entries(node)) look(inner, `${at}/${key}`);
    };
    look(document.components.schemas, '');
    look(document.paths, '');
    expect(wordless).toEqual([]);
  });

  it('has a problem for every refusal of a guarded operation, 401 among them', () => {
    for (const { name, operation } of operations()) {
      if (JSON.stringify(operation.security) !== '[{"bearer":[]}]') continue;
      expect([name, Object.keys(operation.responses)]).toEqual([name, expect.arrayContaining(['401'])]);
      for (const [status, response] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue;
        expect([name, status, Object.keys(response.content ?? {})]).toEqual([
          name,
          status,
          ['application/problem+json'],
        ]);
      }
    }
  });

  it('holds everything that it refers to', () => {
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(pointers.length).toBeGreaterThan(0);
    for (const name of pointers) expect(Object.keys(document.components.schemas)).toContain(name);
  });

  it("can be read by a strict client: null where null may come, and patterns in JSON Schema's syntax", () => {
    const faults: unknown[] = [];
    JSON.stringify(document, (_, value) => {
      if (value?.type?.includes?.('null') && value.enum && !value.enum.includes(null)) faults.push(value);
      if (typeof value?.pattern === 'string' && !isPattern(value.pattern)) faults.push(value);
      return value;
    });
    expect(faults).toEqual([]);
  });

  it('tells the defaults of an authority in words', () => {
    const { properties } = document.components.schemas.AuthoritySettings as Described;
    expect(properties?.minimumGap?.description).toContain('Default: `"PT20H"`');
  });

  it('asks for nothing in a request that may be left out: no schema of a request has a default', () => {
    const withDefault: string[] = [];
    const seen = new Set<string>();
    const look = (node: unknown, place: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, inner] of Object.entries(node)) {
        if (key === 'default' && !place.endsWith('/properties')) withDefault.push(place);
        const name = key === '$ref' ? String(inner).replace('#/components/schemas/', '') : null;
        if (name !== null && !seen.has(name)) {
          seen.add(name);
          look(document.components.schemas[name], name);
        }
        look(inner, `${place}/${key}`);
      }
    };
    for (const { name, operation } of operations()) {
      const { requestBody, parameters } = operation as Operation & { requestBody?: unknown; parameters?: unknown };
      look([requestBody, parameters], name);
    }
    expect(withDefault).toEqual([]);
    expect([...seen].sort()).toEqual(expect.arrayContaining(['AuthoritySettings', 'RuleRequest', 'SourceSettings']));
  });

  it('tells the defaults of what is read, where they are always there', () => {
    expect(JSON.stringify(document.components.schemas.Rule)).toContain('"default":"reminder"');
    expect(JSON.stringify(document.components.schemas.Authority)).toContain('#/components/schemas/Rule"');
  });
});

describe('/docs', () => {
  it('is served by this process alone, under a policy that allows no other site', async () => {
    const page = await test.request('/docs', { token: null });
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/);
    const html = await page.text();
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links).toHaveLength(4);
    for (const link of links) {
      const file = await test.request(new URL(link, 'http://localhost/docs').pathname, { token: null });
      expect([link, file.status]).toEqual([link, 200]);
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(50);
    }
  });
});

function isPattern(pattern: string): boolean {
  return !/\/[a-z]*$/.test(pattern) && new RegExp(pattern, 'u').source !== '';
}
