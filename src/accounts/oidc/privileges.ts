import { type SaxesAttributeNS, SaxesParser } from 'saxes';

/** The namespaces of the OIO Basic Privilege Profile: 1.1 and 1.2, and 1.0. */
const NAMESPACES = [
  'http://digst.dk/oiosaml/basic_privilege_profile',
  'http://itst.dk/oiosaml/basic_privilege_profile',
];
/** The namespace of attributes that declare namespaces. */
const DECLARATION = 'http://www.w3.org/2000/xmlns/';
/** The only kind of scope that is understood (OIO BPP 1.2 §3.1). */
const CVR_SCOPE = /^urn:dk:gov:saml:cvrNumberIdentifier:(\d{8})$/i;
const LONGEST = 65_536;
const DEEPEST = 8;

/** A privilege of a group, with the CVR number that the group is limited to. */
export interface Privilege {
  readonly cvr: string;
  readonly value: string;
}

interface Group {
  cvr: string | null;
  values: string[];
  /** It holds something that is not understood, such as a constraint: none of it counts. */
  refused: boolean;
}

/**
 * Reads privileges from XML of the OIO Basic Privilege Profile in base64. A group whose scope is no CVR number, or that
 * has a constraint, is left out whole: what limits it is not understood.
 * @returns null for what is no such XML
 */
export function readPrivileges(base64: string): Privilege[] | null {
  if (base64.length > LONGEST || !/^[A-Za-z0-9+/_-]{8,}={0,2}$/.test(base64)) return null;
  const xml = Buffer.from(base64, 'base64')
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  return xml.startsWith('<') ? parse(xml) : null;
}

/** XML that is broken, or no list of privileges. */
class NoPrivileges extends Error {}

function parse(xml: string): Privilege[] | null {
  const parser = new SaxesParser({ xmlns: true });
  const groups: Group[] = [];
  const path: string[] = [];
  let text = '';
  // The parser would go on behind a fault, and elements that are never closed then take it time without end.
  const fail = () => {
    throw new NoPrivileges();
  };
  parser.on('error', fail);
  parser.on('doctype', fail);
  parser.on('opentag', ({ local, uri, attributes }) => {
    path.push(local);
    text = '';
    const known = uri === '' || NAMESPACES.includes(uri);
    const group = groups.at(-1);
    if (path.length > DEEPEST || (path.length === 1 && (local !== 'PrivilegeList' || uri === ''))) fail();
    else if (path.length === 1 && !known) fail();
    else if (path.length === 2 && local === 'PrivilegeGroup' && known) groups.push(toGroup(attributes));
    else if (path.length === 3 && group && !(local === 'Privilege' && known)) group.refused = true;
    else if (path.length > 3 && group) group.refused = true;
  });
  parser.on('text', (part) => {
    text += part;
  });
  parser.on('cdata', (part) => {
    text += part;
  });
  parser.on('closetag', ({ local }) => {
    if (path.length === 3 && local === 'Privilege') groups.at(-1)?.values.push(text.trim());
    path.pop();
    text = '';
  });
  try {
    parser.write(xml).close();
  } catch (error) {
    if (error instanceof NoPrivileges) return null;
    throw error;
  }
  return groups.flatMap(privilegesOf);
}

function toGroup(attributes: Readonly<Record<string, SaxesAttributeNS>>): Group {
  const given = Object.values(attributes).filter(({ uri }) => uri !== DECLARATION);
  const scope = given.find(({ local }) => local === 'Scope')?.value.trim() ?? '';
  return { cvr: CVR_SCOPE.exec(scope)?.[1] ?? null, values: [], refused: given.some(({ local }) => local !== 'Scope') };
}

function privilegesOf({ cvr, values, refused }: Group): Privilege[] {
  return cvr === null || refused ? [] : values.filter((value) => value !== '').map((value) => ({ cvr, value }));
}
