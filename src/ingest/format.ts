import type { AppointmentEvent } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import type { Problem } from '../domain/errors.ts';

/** What a format's reader is told about the sender. */
export interface IngestContext {
  readonly source: Pick<Source, 'id' | 'timeZone' | 'defaultRegion' | 'statusMap'>;
  /** Keyed hash of a patient's id at this source: the id itself is dropped while parsing. */
  readonly hashPatient: (patientId: string) => Buffer;
}

/** One appointment of a request: what it says, or why it can't be used. A bad one harms no other. */
export type IngestElement =
  | { readonly event: AppointmentEvent; readonly problem?: undefined }
  | { readonly event?: undefined; readonly reference: string | null; readonly problem: Problem };

/** A request taken apart. `array`: the sender sent several and wants an answer for each. */
export interface IngestResult {
  readonly elements: readonly IngestElement[];
  readonly array: boolean;
}

export interface IngestFormat {
  readonly id: string;
  /** True when a request of this content type, with this body, is for it. */
  accepts(contentType: string, body: unknown): boolean;
  /** @throws Problem when nothing of the request can be used */
  read(body: unknown, context: IngestContext): IngestResult;
}
