/** Appointments, or events about some, in one request at the most. */
export const MAX_ELEMENTS = 1000;
/** Characters of a patient's id in JSON and CSV at the most. */
export const MAX_PATIENT_ID = 255;
/** Characters of a code at the most: of a place, a department or a status. */
export const MAX_CODE = 100;
/**
 * Characters of a place, a department or a kind in words at the most. Cleaning longer texts is slow, and sixty
 * characters are printed.
 */
export const MAX_WORDING = 1000;
