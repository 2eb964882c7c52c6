import { type AppointmentEvent, isUpcoming } from '../domain/appointment.ts';
import type { Fault } from '../domain/errors.ts';
import { pointerStep } from '../domain/json.ts';

/** Names of fields that hold a phone number in the JSON of booking systems, in small letters without signs. */
const NAMES: ReadonlySet<string> = new Set(
  'phone phonenumber mobile mobil mobilephone mobilnummer telefon telefonnummer tlf msisdn'.split(' '),
);
const MOST_FIELDS = 2000;

/**
 * Warning that names a field which looks like a phone number, for an event that none was read from. The value is not
 * repeated.
 * @param body the event as received
 * @param at JSON pointer to it in the request
 * @param advice says where a number is read
 * @param others pointers into the event to numbers that are not the patient's
 */
export function phoneLikeWarning(
  event: Pick<AppointmentEvent, 'phone' | 'status'>,
  body: unknown,
  at: string,
  advice: string,
  others: readonly string[] = [],
): readonly Fault[] {
  if (holdsText(event.phone) || (event.status !== null && !isUpcoming(event.status))) return [];
  const pointer = phoneLikeField(body, at, new Set(others.map((pointer) => at + pointer)));
  if (pointer === undefined) return [];
  return [{ pointer, code: 'phone_not_read', detail: `This looks like a phone number, and is not read: ${advice}` }];
}

/** Pointer to the first field by its name, breadth first, among a bounded number of fields. */
function phoneLikeField(body: unknown, at: string, others: ReadonlySet<string>): string | undefined {
  const queue: { value: unknown; pointer: string }[] = [{ value: body, pointer: at }];
  for (let next = 0; next < queue.length; next++) {
    const { value, pointer } = queue[next] as { value: unknown; pointer: string };
    if (typeof value !== 'object' || value === null) continue;
    for (const key of Object.keys(value)) {
      const inner: unknown = Reflect.get(value, key);
      const [named, below] = numberIn(key, inner);
      const followed = queue.length < MOST_FIELDS && typeof inner === 'object' && inner !== null;
      if (!named && !followed) continue;
      const where = pointer + pointerStep(key);
      if (others.has(where)) continue;
      if (named && !others.has(where + below)) return where + below;
      queue.push({ value: inner, pointer: where });
    }
  }
  return undefined;
}

/** True for the name of a field that holds a phone number, whatever signs and digits stand in it. */
export function isPhoneKey(key: string): boolean {
  return NAMES.has(key.toLowerCase().replace(/[^a-z]/g, ''));
}

/** Finds a number in a field of such a name, and where below it: some systems wrap it, as Cal.com does. */
function numberIn(key: string, inner: unknown): readonly [named: boolean, below: '' | '/value'] {
  if (!isPhoneKey(key)) return [false, ''];
  if (isNumberLike(inner)) return [true, ''];
  const isWrapped = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'value');
  return [isWrapped && isNumberLike(Reflect.get(inner, 'value')), '/value'];
}

/** False also for a number that is there and empty: the one to read may stand elsewhere. */
function holdsText(phone: AppointmentEvent['phone']): boolean {
  const phones = typeof phone === 'string' ? [phone] : (phone ?? []);
  return phones.some((each) => each.trim() !== '');
}

function isNumberLike(value: unknown): boolean {
  return (typeof value === 'string' && /\d/.test(value)) || typeof value === 'number';
}
