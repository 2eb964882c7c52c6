import { meansCsv } from '../csv-request.ts';

/** A format with an address of its own. */
export type MessageFormat = 'hl7v2' | 'fhir' | 'csv' | 'json';

/**
 * The format of a message that came without its address: by its content type and, where that says too little, by its
 * first characters.
 * @param header by its name in small letters
 */
export function messageFormat(body: Uint8Array, header: (name: string) => string | undefined): MessageFormat {
  const type = (header('content-type') ?? '').toLowerCase();
  if (type.includes('hl7-v2')) return 'hl7v2';
  if (type.includes('fhir') || header('x-medplum-deleted-resource') !== undefined) return 'fhir';
  if (meansCsv(type)) return 'csv';
  const text = new TextDecoder('utf-8').decode(body).trimStart();
  if (text.startsWith('MSH') || /^(?:FHS|BHS)\W/.test(text)) return 'hl7v2';
  if (text.startsWith('{') || text.startsWith('[')) return isResource(text) ? 'fhir' : 'json';
  if (text === '' || type.includes('json')) return 'json';
  return text.startsWith('PK') || /^[^\n\r<]*[;,\t]/.test(text) ? 'csv' : 'json';
}

function isResource(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'resourceType' in parsed;
  } catch {
    return false;
  }
}
