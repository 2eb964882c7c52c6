import { isObject } from '../../domain/json.ts';
import { OPERATION_IDS, TAGS, WORDS } from './words.ts';

type OpenApiObject = Record<string, unknown>;

const SCHEMAS = '#/components/schemas/';
/** Keywords of a schema whose values are data. */
const DATA = new Set(['default', 'example', 'examples', 'enum', 'const']);

/**
 * Takes `default` out of the schemas of requests, in place, and says it in their descriptions. Generators of clients
 * take a property with a default for one that is always there, as it is in a response, and ask for it in each request.
 * A schema of requests and responses keeps its defaults for responses; requests get a copy, named `…Request`.
 */
function describeDefaults(document: object): void {
  const { paths = {}, components = {} } = document as {
    paths?: Record<string, Record<string, OpenApiObject>>;
    components?: { schemas?: OpenApiObject };
  };
  const schemas = components.schemas ?? {};
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const requests = operations.flatMap(({ requestBody, parameters }) => [requestBody, parameters]);
  const inResponses = namesIn(
    operations.map(({ responses }) => responses),
    schemas,
  );
  const inRequests = [...namesIn(requests, schemas)];
  const copied = new Set(inRequests.filter((name) => inResponses.has(name) && holdsDefault([schemas[name]], schemas)));
  for (const name of copied) schemas[`${name}Request`] = structuredClone(schemas[name]);
  const ofRequests = inRequests.filter((name) => copied.has(name) || !inResponses.has(name));
  for (const schema of [...requests, ...ofRequests.map((name) => schemas[copied.has(name) ? `${name}Request` : name])])
    eachSchema(schema, (node) => {
      describeDefault(node);
      const name = nameOf(node);
      if (name !== null && copied.has(name)) node.$ref = `${SCHEMAS}${name}Request`;
    });
}

function describeDefault(node: OpenApiObject): void {
  if (node.default === undefined) return;
  const said = `Default: \`${JSON.stringify(node.default)}\``;
  const { description } = node;
  node.description = typeof description === 'string' ? `${description.replace(/\.$/, '')}. ${said}` : said;
  delete node.default;
}

/** The names of the schemas that nodes refer to, directly or through others. */
function namesIn(nodes: readonly unknown[], schemas: OpenApiObject): Set<string> {
  const names = new Set<string>();
  const visit = (visited: unknown): void =>
    eachSchema(visited, (node) => {
      const name = nameOf(node);
      if (name === null || names.has(name)) return;
      names.add(name);
      visit(schemas[name]);
    });
  for (const node of nodes) visit(node);
  return names;
}

function holdsDefault(nodes: readonly unknown[], schemas: OpenApiObject): boolean {
  let found = false;
  const look = (node: OpenApiObject): void => {
    found ||= node.default !== undefined;
  };
  for (const node of [...nodes, ...[...namesIn(nodes, schemas)].map((name) => schemas[name])]) eachSchema(node, look);
  return found;
}

function nameOf({ $ref }: OpenApiObject): string | null {
  return typeof $ref === 'string' && $ref.startsWith(SCHEMAS) ? $ref.slice(SCHEMAS.length) : null;
}

/** Calls `visit` with each object that is no list of properties and no data, so that `default` in it is a keyword. */
function eachSchema(node: unknown, visit: (node: OpenApiObject) => void): void {
  if (Array.isArray(node)) {
    for (const inner of node) eachSchema(inner, visit);
  } else if (isObject(node)) {
    visit(node);
    for (const [keyword, inner] of Object.entries(node)) {
      if (keyword === 'properties' && isObject(inner)) eachSchema(Object.values(inner), visit);
      else if (!DATA.has(keyword)) eachSchema(inner, visit);
    }
  }
}

const REFUSED = {
  description: 'The request itself is refused, such as one with a compressed body',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/**
 * Completes a generated OpenAPI document in place: `operationId`, the tags in their order, descriptions that schemas
 * leave out, and defaults of requests in words.
 */
export function completeDocument(document: object): void {
  const { paths = {}, components = {} } = document as {
    paths?: OpenApiObject;
    components?: { schemas?: OpenApiObject };
  };
  Object.assign(document, { tags: TAGS });
  for (const [name, schema] of Object.entries(components.schemas ?? {})) describeProperties(schema, name);
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods as Record<string, OpenApiObject>)) {
      completeOperation(operation, `${method.toUpperCase()} ${path}`);
    }
  }
  describeDefaults(document);
}

function completeOperation(operation: OpenApiObject, name: string): void {
  const operationId = OPERATION_IDS[name];
  if (operationId !== undefined) operation.operationId = operationId;
  const responses = operation.responses as OpenApiObject;
  if (!Object.keys(responses).some((status) => status.startsWith('4'))) responses['4XX'] = REFUSED;
  for (const parameter of (operation.parameters ?? []) as OpenApiObject[]) {
    if (parameter.description === undefined) addDescription(parameter, '', String(parameter.name));
  }
  describeProperties(operation, '');
}

/** @param schema name of the schema that the node is in; '' for none */
function describeProperties(node: unknown, schema: string): void {
  if (typeof node !== 'object' || node === null) return;
  const { properties } = node as { properties?: unknown };
  if (isObject(properties)) {
    for (const [name, property] of Object.entries(properties)) {
      if (isObject(property) && property.description === undefined) addDescription(property, schema, name);
    }
  }
  for (const inner of Object.values(node)) describeProperties(inner, schema);
}

function addDescription(target: OpenApiObject, schema: string, name: string): void {
  const description = WORDS[`${schema}.${name}`] ?? WORDS[name];
  if (description !== undefined) target.description = description;
}
