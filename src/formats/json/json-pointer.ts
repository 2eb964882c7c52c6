import { isObject } from '../../domain/json.ts';

/**
 * Value at a JSON pointer (RFC 6901).
 * @returns undefined when there is none; inherited properties don't count
 */
export function valueAt(document: unknown, pointer: string): unknown {
  if (pointer === '') return document;
  return pointer.slice(1).split('/').reduce(stepInto, document);
}

function stepInto(value: unknown, step: string): unknown {
  const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
  if (Array.isArray(value)) return /^(?:0|[1-9]\d{0,9})$/.test(key) ? value[Number(key)] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
