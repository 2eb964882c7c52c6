import { isObject } from '../../domain/json.ts';
import { describeDefaults } from './request-defaults.ts';
import { OPERATION_IDS, TAGS, WORDS } from './words.ts';

type OpenApiObject = Record<string, unknown>;

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
