import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { open } from './describe.ts';
import { completeDocument } from './document/complete.ts';
import type { HttpEnv } from './env.ts';
import { createRoutes } from './problem.ts';

const require = createRequire(import.meta.url);
const { version }: { version: string } = require('../../package.json');

/** The version of this program. */
export const VERSION = version;

const INFO = {
  title: 'EasySMS',
  version,
  license: { name: 'MIT', identifier: 'MIT' },
  description:
    'SMS reminders of appointments. Instants are RFC 3339 in UTC, lists are `{ items, nextCursor }`, ' +
    'errors are RFC 9457 problems. ' +
    'Any route may also respond 500, with a problem that names the request, or 503 with Retry-After.',
};

type Scheme = { description: string } & (
  | { type: 'http'; scheme: string }
  | { type: 'apiKey'; in: 'header' | 'query'; name: string }
);

/** The schemes that routes name in their `security`. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: "The installation's administrator token, or an API key of an authority",
  },
  sourceToken: { type: 'http', scheme: 'bearer', description: "A source's token" },
  sourceBasic: { type: 'http', scheme: 'basic', description: "Any user name, and a source's token as the password" },
  standardWebhooks: {
    type: 'apiKey',
    in: 'header',
    name: 'webhook-signature',
    description: "Standard Webhooks: webhook-id, webhook-timestamp and a signature with a source's webhookSecret",
  },
  gatewayCallback: {
    type: 'apiKey',
    in: 'query',
    name: 'token',
    description: 'The proof of the supplier: a token in the address or a signature, as its adapter documents',
  },
};

const html = (description: string) => ({ 200: { description, content: { 'text/html': { schema: z.string() } } } });

/**
 * `GET /openapi.json` and `/docs`: the description of every route of `app`, made when it is first requested, and a page
 * that shows it.
 */
export function openApiRoutes(app: OpenAPIHono<HttpEnv>): OpenAPIHono<HttpEnv> {
  for (const [name, scheme] of Object.entries(SCHEMES))
    app.openAPIRegistry.registerComponent('securitySchemes', name, scheme);
  let document: string | undefined;
  const route = createRoute({
    method: 'get',
    path: '/openapi.json',
    tags: ['Documentation'],
    summary: 'This document',
    security: open,
    responses: {
      200: {
        description: 'OpenAPI 3.1',
        content: { 'application/json': { schema: z.object({ openapi: z.string() }).loose() } },
      },
    },
  });
  const routes = createRoutes();
  routes.openapi(route, (c) => {
    document ??= JSON.stringify(describe(app), plainPattern);
    return c.body(document, 200, { 'Content-Type': 'application/json' }) as never;
  });
  docsRoutes(routes);
  return routes;
}

/** The server is that of the document: it may be reached by several addresses. */
function describe(app: OpenAPIHono<HttpEnv>): object {
  const document = app.getOpenAPI31Document({ openapi: '3.1.0', info: INFO, servers: [{ url: '.' }] });
  completeDocument(document);
  return document;
}

/**
 * The generator prints a regular expression with its flags: a pattern of JSON Schema has none, and is read as one with
 * `u`.
 */
function plainPattern(key: string, value: unknown): unknown {
  return key === 'pattern' && typeof value === 'string' ? value.replace(/(?<!\\)\/[a-z]+$/, '') : value;
}

/** Swagger UI sets styles in attributes; everything else is served from here, and no other site is contacted. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>EasySMS API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/init.js"></script>
</body>
</html>
`;

const INIT = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#ui', validatorUrl: null, deepLinking: true });\n`;

const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

function docsRoutes(routes: OpenAPIHono<HttpEnv>): void {
  const page = createRoute({
    method: 'get',
    path: '/docs',
    tags: ['Documentation'],
    summary: 'This document as a page',
    security: open,
    responses: html('The page'),
  });
  routes.openapi(page, (c) => c.html(PAGE, 200, { 'Content-Security-Policy': DOCS_POLICY }));
  routes.get('/docs/init.js', (c) => c.body(INIT, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
  for (const [name, type] of Object.entries(FILES)) {
    routes.get(`/docs/${name}`, async (c) => {
      const file = await readFile(fileOf(name));
      return c.body(new Uint8Array(file), 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=3600' });
    });
  }
}

/** The path of a file: a copy beside the built program, else that of the development dependency. */
function fileOf(name: string): string | URL {
  const built = new URL(`../swagger-ui/${name}`, import.meta.url);
  return existsSync(built) ? built : require.resolve(`swagger-ui-dist/${name}`);
}
