import type { PageLanguage } from '../../kit/language.ts';

/** Results of a call to an endpoint that brought no HTTP status, in words: Danish and English. */
const WORDS: Readonly<Record<string, readonly [da: string, en: string]>> = {
  'time is up': ['Intet svar i tide', 'No response in time'],
  UND_ERR_HEADERS_TIMEOUT: ['Intet svar i tide', 'No response in time'],
  UND_ERR_BODY_TIMEOUT: ['Intet svar i tide', 'No response in time'],
  UND_ERR_CONNECT_TIMEOUT: ['Serveren kan ikke nås', 'The server is out of reach'],
  UND_ERR_SOCKET: ['Forbindelsen blev afbrudt', 'The connection broke off'],
  ECONNREFUSED: ['Forbindelsen blev afvist', 'The connection was refused'],
  ECONNRESET: ['Forbindelsen blev afbrudt', 'The connection broke off'],
  EPIPE: ['Forbindelsen blev afbrudt', 'The connection broke off'],
  ENOTFOUND: ['Adressens navn findes ikke', 'The name in the address does not exist'],
  EAI_AGAIN: ['Adressens navn kunne ikke slås op', 'The name in the address could not be looked up'],
  EHOSTUNREACH: ['Serveren kan ikke nås', 'The server is out of reach'],
  ENETUNREACH: ['Serveren kan ikke nås', 'The server is out of reach'],
  ETIMEDOUT: ['Serveren kan ikke nås', 'The server is out of reach'],
  CERT_HAS_EXPIRED: ['Serverens certifikat er udløbet', 'The certificate of the server has expired'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'Serverens certifikat gælder en anden adresse',
    'The certificate is of another address',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['Serverens certifikat er ikke betroet', 'The certificate is not trusted'],
  SELF_SIGNED_CERT_IN_CHAIN: ['Serverens certifikat er ikke betroet', 'The certificate is not trusted'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['Serverens certifikat er ikke betroet', 'The certificate is not trusted'],
  'address not allowed': ['Adressen er ikke tilladt', 'The address is not allowed'],
  'response over 1 MiB': ['Svaret var over 1 MiB', 'The response was over 1 MiB'],
  'could not be made': ['Hændelsen kunne ikke dannes', 'The event could not be made'],
  'endpoint removed': ['Modtageren er fjernet', 'The endpoint was removed'],
  'no longer kept': ['Hændelsen gemmes ikke længere', 'The event is no longer kept'],
  'no secret, or no key that opens it': ['Der mangler en nøgle at underskrive med', 'There is no secret to sign with'],
};

const HTTP_STATUS = /^HTTP \d{3}$/;

/** The result of a call to an endpoint: an HTTP status as it is, anything else in words, a rare one with its code. */
export function resultText(result: string, language: PageLanguage): string {
  if (result === '' || HTTP_STATUS.test(result)) return result;
  const words = Object.hasOwn(WORDS, result) ? WORDS[result] : undefined;
  const other = { da: `Forbindelsen mislykkedes (${result})`, en: `The connection failed (${result})` };
  return words ? words[language === 'da' ? 0 : 1] : other[language];
}
