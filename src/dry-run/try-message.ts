import type { UnmappedValue } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import type { IngestElement } from '../formats/format.ts';
import type { EventAnswer } from '../intake/apply-events.ts';
import type { Deps } from '../runtime/deps.ts';
import { type Received, type ReceiveRequest, Receiver, unmappedIn } from '../sources/receive.ts';
import { type DryRunAppointment, dryRun } from './dry-run.ts';
import { explainElement } from './explain.ts';

/** What a part of a message would come to. */
export interface TriedElement {
  readonly answer: EventAnswer;
  /** Those that it is about, as they would stand. */
  readonly appointments: readonly DryRunAppointment[];
  readonly unmapped: readonly UnmappedValue[];
  readonly notes: readonly string[];
}

/** Receives for one message that is tried out: every way in works with it as with the real one, and nothing is kept. */
export class TrialReceiver extends Receiver {
  readonly #tried: TriedElement[];
  #format: string | undefined;

  constructor(deps: Pick<Deps, 'db' | 'keyring' | 'now' | 'metrics' | 'log' | 'templates' | 'sending'>) {
    const tried: TriedElement[] = [];
    super(deps, async (request) => {
      const { answers, appointments, touched } = await dryRun(deps, request, deps.now());
      for (const [index, element] of request.elements.entries()) {
        const own = appointments.filter(({ reference }) => touched[index]?.includes(reference));
        tried.push(tell(element, answers[index] as EventAnswer, own, request.source));
      }
      return answers;
    });
    this.#tried = tried;
  }

  /** In the order in which they stood. None of a message that was refused as a whole. */
  get tried(): readonly TriedElement[] {
    return this.#tried;
  }

  /** Which of the formats at one address the message was read by; undefined where there is only one. */
  get format(): string | undefined {
    return this.#format;
  }

  override receive(request: ReceiveRequest): Promise<Received> {
    return super.receive({
      ...request,
      read: async (context) => {
        const result = await request.read(context);
        this.#format = result.format;
        return result;
      },
    });
  }
}

function tell(
  element: IngestElement,
  answer: EventAnswer,
  appointments: readonly DryRunAppointment[],
  source: Source,
): TriedElement {
  return {
    answer,
    appointments,
    unmapped: unmappedIn(element),
    notes: explainElement(element, answer, appointments, source),
  };
}

export type MessageFormat = 'hl7v2' | 'fhir' | 'csv' | 'json';

/**
 * Which way in a message is for, by its content type and, where that says too little, by its look.
 * @param header by its name in small letters
 */
export function tellFormat(body: Uint8Array, header: (name: string) => string | undefined): MessageFormat {
  const type = (header('content-type') ?? '').toLowerCase();
  if (type.includes('hl7-v2')) return 'hl7v2';
  if (type.includes('fhir') || header('x-medplum-deleted-resource') !== undefined) return 'fhir';
  if (/^text\/(?:csv|tab-separated-values)|^application\/(?:csv|vnd\.ms-excel)/.test(type)) return 'csv';
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
