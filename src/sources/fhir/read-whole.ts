import { readFhir } from '../../formats/fhir/read-fhir.ts';
import type { FhirReading, FhirRequest } from '../../formats/fhir/reading.ts';
import type { IngestContext } from '../../formats/format.ts';
import type { Logging } from '../../runtime/deps.ts';
import { inTimeSlices, type TimeSlices } from '../../runtime/time-slices.ts';
import type { FhirServers, TimeLimit } from './servers.ts';

const ROUNDS = 3;

/**
 * Reads, and reads again with what was read back, since that may name more: an Appointment its Patient.
 * @returns `partial`: something could not be read back now
 * @throws Problem 400, 422, 503; SourceChanged
 */
export async function readWhole(
  { servers, log }: { readonly servers: FhirServers } & Logging,
  request: FhirRequest,
  context: IngestContext,
  time: TimeLimit,
  slices: TimeSlices,
): Promise<{ reading: FhirReading; partial: boolean }> {
  const { source } = context;
  const fetched = new Map<string, unknown>();
  const asked = new Set<string>();
  let partial = false;
  let reading = await inTimeSlices(readFhir(request, context), slices);
  if (source.fhirBaseUrl === null && reading.toReadBack.some((reference) => reference.startsWith('Appointment/'))) {
    log.warn(
      { source: source.id },
      'id-only notifications are not supported: this source has no fhirBaseUrl to read appointments back from',
    );
  }
  for (let round = 1; source.fhirBaseUrl !== null && round <= ROUNDS; round++) {
    const toReadBack = reading.toReadBack.filter((reference) => !asked.has(reference));
    if (toReadBack.length === 0) break;
    for (const reference of toReadBack) asked.add(reference);
    const back = await servers.readBack(source, { toReadBack, changed: reading.changed }, time);
    for (const [reference, resource] of back.fetched) fetched.set(reference, resource);
    partial ||= back.partial;
    reading = await inTimeSlices(readFhir(request, context, fetched), slices);
  }
  return { reading, partial };
}
