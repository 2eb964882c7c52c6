import { Problem } from '../../domain/errors.ts';
import type { DryRunElement } from '../../dry-run/dry-run.ts';
import type { RowError } from '../../formats/csv/file-parts.ts';
import { readSource } from '../../staff/sources/sources.ts';
import { importCsv, meansCsv, summarise } from '../csv.ts';
import { type ReceiveFhirDeps, receiveFhir } from '../fhir/receive.ts';
import type { FhirServers } from '../fhir/servers.ts';
import { receiveHl7v2 } from '../hl7v2.ts';
import type { SourceRequest } from '../receive.ts';
import { receiveWebhook } from '../webhook.ts';

/** The result that a message would have. */
export interface DryRunMessageResult {
  /** The format among those of its address: `fhir`, `hl7v2`, `csv`, `easysms`, `cloudevents`, … */
  readonly format: string;
  readonly elements: readonly DryRunElement[];
  /** Rows of a CSV file that would be refused. */
  readonly rows: readonly RowError[];
  /** The refusal of the message as a whole; null where each element has a result. */
  readonly problem: Problem | null;
}

/** The dependencies of the dry run of a message. */
export interface DryRunMessageDeps extends Omit<ReceiveFhirDeps, 'servers'> {
  /** Apart from those of real messages: what a dry run reads back must change nothing for the requests after it. */
  readonly dryRunServers: FhirServers;
}

/** A message that somebody pastes, as if this source had sent it. */
export interface DryRunMessage {
  readonly authorityId: string;
  readonly sourceId: string;
  readonly text: string;
  /** Language of what is wrong with rows of a CSV file. */
  readonly language: 'da' | 'en';
}

/**
 * Reads a message as the source would send it, accepts it and rolls that back: nothing is stored, sent or counted.
 * @throws Problem 404 for a source that is not the authority's, 503
 */
export async function dryRunMessage(deps: DryRunMessageDeps, message: DryRunMessage): Promise<DryRunMessageResult> {
  const { id } = await readSource(deps, message.authorityId, message.sourceId);
  const body = new Uint8Array(Buffer.from(message.text, 'utf8'));
  const format = messageFormat(body, () => undefined);
  const request: SourceRequest = { sourceId: id, credentials: 'connection', body, dryRun: true };
  try {
    const result = await DRY_RUNS[format](deps, request, message.language);
    return { format, rows: [], problem: null, ...result };
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    return { format, elements: [], rows: [], problem: error };
  }
}

type DryRunFormat = (
  deps: DryRunMessageDeps,
  request: SourceRequest,
  language: 'da' | 'en',
) => Promise<Partial<DryRunMessageResult> & Pick<DryRunMessageResult, 'elements'>>;

const DRY_RUNS: Readonly<Record<MessageFormat, DryRunFormat>> = {
  hl7v2: async (deps, request) => {
    // A pasted message is text: MSH-18 names the charset of bytes that are gone.
    const { dryRun, problem = null } = await receiveHl7v2(deps, { ...request, charset: 'utf-8' });
    return { elements: dryRun?.elements ?? [], problem };
  },
  fhir: async (deps, request) => {
    const posted = { ...request, contentType: 'application/fhir+json', method: 'POST' } as const;
    const { dryRun } = await receiveFhir({ ...deps, servers: deps.dryRunServers }, posted);
    return { elements: dryRun?.elements ?? [] };
  },
  csv: async (deps, request, language) => {
    const file = { ...request, contentType: 'text/csv', language };
    const imported = await importCsv(deps.receiver, file);
    const { summary } = await summarise(imported, imported.dryRun);
    return { elements: imported.dryRun?.elements ?? [], rows: summary.errors };
  },
  json: async (deps, request) => {
    const posted = { ...request, contentType: 'application/json', header: () => undefined };
    const { dryRun, format = 'json' } = await receiveWebhook(deps.receiver, posted);
    return { elements: dryRun?.elements ?? [], format };
  },
};

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
