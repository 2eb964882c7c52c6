/**
 * The addresses at which booking systems send something, each with its methods. A request to them is refused before its
 * body is read where no body could prove its sender, and wrong credentials are counted for the source.
 */
export const SOURCE_ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  '/v1/webhooks/:source': ['POST'],
  '/v1/fhir/:source/*': ['POST', 'PUT', 'DELETE'],
  '/v1/hl7v2/:source': ['POST'],
  '/v1/sources/:source/imports': ['POST'],
  '/v1/sources/:source/test': ['POST'],
};

/** The part of a path in front of a source's id, as the alternatives of a regular expression: `webhooks|fhir|…`. */
export const BEFORE_SOURCE = [...new Set(Object.keys(SOURCE_ADDRESSES).map((path) => path.split('/')[2]))].join('|');
