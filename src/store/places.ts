import type { Selectable } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { Keyring } from '../domain/keyring.ts';

/** The place of an appointment. Only that of a visit is stored in clear: any other may be the citizen's address. */
export interface Place {
  readonly locationCode: string | null;
  readonly locationText: string | null;
}

/** The place of an appointment that has none. */
export const NO_PLACE: Place = { locationCode: null, locationText: null };

type Row = Pick<
  Selectable<Database['appointment']>,
  'id' | 'authority_id' | 'location_code' | 'location_text' | 'place_ciphertext'
>;

const PHONE = 'appointment.phone';
const COLUMN = 'appointment.place';

/** A department's name among the ids that `Keyring.idHash` hashes. */
export function departmentId(name: string): string {
  return `department\n${name}`;
}

/** The number of a stored appointment, decrypted; null where it has none. @throws Error when it can't be */
export function phoneOf(
  row: Pick<Selectable<Database['appointment']>, 'id' | 'authority_id' | 'phone_ciphertext'>,
  { cipher }: Keyring,
): string | null {
  return row.phone_ciphertext && cipher.decrypt(row.authority_id, PHONE, row.id, row.phone_ciphertext);
}

/** The place of a stored appointment, decrypted where it is encrypted. @throws Error when it can't be */
export function placeOf(row: Row, { cipher }: Keyring): Place {
  if (!row.place_ciphertext) return { locationCode: row.location_code, locationText: row.location_text };
  const [locationCode, locationText] = JSON.parse(
    cipher.decrypt(row.authority_id, COLUMN, row.id, row.place_ciphertext),
  );
  return { locationCode, locationText };
}

interface PlaceOwner {
  readonly id: string;
  readonly authorityId: string;
}

/** The place as it is stored of an appointment that is no visit. */
export function sealPlace(
  { id, authorityId }: PlaceOwner,
  { locationCode, locationText }: Place,
  { cipher }: Keyring,
): Buffer {
  return cipher.encrypt(authorityId, COLUMN, id, JSON.stringify([locationCode, locationText]));
}

/** The place as it is stored; null for a visit, which has it in clear, and where there is no place. */
export function sealedPlaceOf(
  appointment: PlaceOwner & Place & { readonly kind: string },
  keyring: Keyring,
): Buffer | null {
  const { kind, locationCode, locationText } = appointment;
  return kind === 'visit' || (locationCode ?? locationText) === null
    ? null
    : sealPlace(appointment, appointment, keyring);
}
