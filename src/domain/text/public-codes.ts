/** Codes of SOR, the Danish register of health care organisations, which are longer than phone numbers, and GLN. */
const PLACE_CODE = /^(?:\d{15,18}|57\d{11})$/;
/** The id of a concept of SNOMED CT's core, whose last digit is a check digit. */
const CONCEPT_ID = /^[1-9]\d{2,14}00\d$/;
const OID = /^(?:urn:oid:)?[0-2](?:\.(?:0|[1-9]\d*)){3,}$/;
/** A reference to a Location of FHIR by the id that a server gave it. */
const LOCATION = /^Location\/\d{1,20}$/;

/** Multiplication in the dihedral group of ten elements, for the check digit of Verhoeff (1969). */
const PRODUCTS = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
/** The permutation of a digit by its place from the right, for the same check digit. */
const PERMUTATIONS = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

function hasCheckDigit(digits: string): boolean {
  let product = 0;
  for (const [place, digit] of [...digits].reverse().entries()) {
    const permuted = PERMUTATIONS[place % PERMUTATIONS.length]?.[Number(digit)];
    product = Number(PRODUCTS[product]?.[Number(permuted)]);
  }
  return product === 0;
}

/** True for a code of a public register of places. */
export function isPlaceCode(code: string): boolean {
  return PLACE_CODE.test(code);
}

/**
 * True for a word that has the digits of a phone number by its nature: a code of a register of places or of SNOMED CT,
 * an OID, a reference to a Location.
 */
export function isPublicCode(word: string): boolean {
  return isPlaceCode(word) || OID.test(word) || LOCATION.test(word) || (CONCEPT_ID.test(word) && hasCheckDigit(word));
}
