import type { Source } from '../../domain/authority.ts';
import type { Fault } from '../../domain/errors.ts';
import type { JsonMapping } from '../../domain/json-mapping.ts';
import { holdsCpr } from '../../domain/text/cpr.ts';
import { holdsNumber } from '../../domain/text/numbers.ts';
import { fieldNamed } from '../csv/columns.ts';
import { ATTRIBUTES } from '../json/cloudevents-event.ts';
import { isCprKey } from '../json/json-schema.ts';
import { EVENT_POINTERS, toList } from '../json/mapped-values.ts';
import { CAL_COM } from '../json/vendor-json.ts';
import { isPhoneKey } from '../phone-like.ts';

/** Stands in a pointer for a name that nobody here knows. */
const UNKNOWN = '*';

const OF_EVENTS = ['type', 'occurrence', ...Object.values(EVENT_POINTERS).flatMap((pointer) => stepsOf(pointer ?? ''))];
const OF_CLOUD_EVENTS = [...ATTRIBUTES.flatMap((name) => [name, `ce-${name}`]), 'data', 'data_base64', 'content-type'];
/** Elements of the resources that are read. */
const OF_FHIR = (
  'Appointment Bundle Patient Location Subscription SubscriptionStatus Parameters Resource resourceType id meta ' +
  'versionId lastUpdated profile identifier use system value extension url contained reference type display ' +
  'text status start end participant actor subject period coding code telecom rank communication language ' +
  'preferred active deceasedBoolean deceasedDateTime name address link other entry fullUrl resource request ' +
  'response method etag lastModified relation serviceCategory serviceType specialty virtualService ' +
  'recurrenceTemplate parameter part focus subscription'
).split(' ');
/** Names of parts of a request that are in no body, and of a whole file. */
const OF_REQUESTS = ['Idempotency-Key', 'dryRun', 'header', 'columns'];

const NAMES: ReadonlySet<string> = new Set([...OF_EVENTS, ...OF_CLOUD_EVENTS, ...OF_FHIR, ...OF_REQUESTS]);
/** Names of each mapping, for as long as the settings of its source are cached. */
const NAMES_OF_MAPPINGS = new WeakMap<JsonMapping, ReadonlySet<string>>();

/** A name without digits, in which nothing is written but what it means. */
const PLAIN = /^[A-Za-z_-]{1,30}$/;
/** A position in a list; a key of more digits may be a number. */
const INDEX = /^(?:0|[1-9]\d{0,3})$/;
/** A place in one of the segments that are read: three letters of any other kind may be somebody's. */
const HL7_LOCATION = /^(?:MSH|EVN|SCH|TQ1|PID|MRG|PV1|PV2|AIS|AIG|AIL|AIP|BHS|FHS)(?:\^\d{1,3}){0,4}$/;
const NUMBERED_COLUMN = /^column \d{1,3}$/;
const LONGEST_COLUMN = 60;
/** A step of a FHIRPath: `entry[2]`. */
const FHIR_STEP = /^([^[]*)((?:\[\d{1,4}\])?)$/;

/**
 * The pointer of a fault with the positions in lists, and the names that the formats or the source's mapping know. Any
 * other name is the sender's own, which may be a citizen's, and gives way to `*`.
 */
export function withKnownNames(pointer: string, mapping: Source['mapping']): string {
  if (pointer.startsWith('/')) {
    const own = mapping && namesOf(mapping === 'cal.com' ? CAL_COM : mapping);
    const shown = (step: string) => (INDEX.test(step) || isKnown(step) || own?.has(step) ? step : UNKNOWN);
    return stepsOf(pointer)
      .map((step) => `/${shown(step)}`)
      .join('');
  }
  if (HL7_LOCATION.test(pointer) || isColumn(pointer)) return pointer;
  return pointer.split('.').map(shownOfFhir).join('.');
}

/** The same, and empty where positions, which may be keys of the sender's own, make a phone or CPR number. */
export function storablePointer(pointer: string, mapping: Source['mapping']): string {
  const known = withKnownNames(pointer, mapping);
  return holdsNumber(known) || holdsCpr(known) ? '' : known;
}

/** The faults as they may be stored: with pointers of ours, and what a response says of them. */
export function withKnownPointers(faults: readonly Fault[], mapping: Source['mapping']): readonly Fault[] {
  return faults.map(({ allowed: _, ...fault }) => ({ ...fault, pointer: storablePointer(fault.pointer, mapping) }));
}

function isKnown(name: string): boolean {
  return NAMES.has(name) || (PLAIN.test(name) && (isCprKey(name) || isPhoneKey(name)));
}

function shownOfFhir(step: string): string {
  const [, name = UNKNOWN, index = ''] = FHIR_STEP.exec(step) ?? [];
  return (name === '' || isKnown(name) ? name : UNKNOWN) + index;
}

/** True for a column of a CSV file that has no name, or one that tells what is in it. */
function isColumn(pointer: string): boolean {
  return NUMBERED_COLUMN.test(pointer) || (pointer.length <= LONGEST_COLUMN && fieldNamed(pointer) !== undefined);
}

/** The names in a mapping's pointers, escaped as they are there. */
function namesOf(mapping: JsonMapping): ReadonlySet<string> {
  const known = NAMES_OF_MAPPINGS.get(mapping);
  if (known) return known;
  const { events, type, fields } = mapping;
  const types =
    typeof type === 'string'
      ? [type]
      : type.flatMap((each) => (typeof each === 'string' ? [each] : Object.keys(each.when)));
  const pointers = [...toList(events), ...types, ...Object.values(fields).flatMap(toList)];
  const names = new Set(pointers.flatMap(stepsOf));
  NAMES_OF_MAPPINGS.set(mapping, names);
  return names;
}

function stepsOf(pointer: string): string[] {
  return pointer.split('/').slice(1);
}
