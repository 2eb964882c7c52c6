import { filled } from './filled.ts';

/** XML whose base64 is as long as privileges may be. */
const BYTES = 48_000;
const BEGIN = '<p:PrivilegeList xmlns:p="http://digst.dk/oiosaml/basic_privilege_profile">';
const GROUP =
  '<PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:29190623"><Privilege>a</Privilege></PrivilegeGroup>';

/** Claims of an identity provider that are, or look like, the longest privileges in base64, by what they are hard for. */
export function largePrivileges(): Readonly<Record<string, string>> {
  const inside = (unit: string) => BEGIN + filled(unit, BYTES - BEGIN.length);
  const numbered = (make: (nth: number) => string) => {
    const parts: string[] = [];
    for (let size = BEGIN.length + 50; size < BYTES; size += parts.at(-1)?.length ?? 0) parts.push(make(parts.length));
    return `${BEGIN}<a${parts.join('')}/></p:PrivilegeList>`;
  };
  const documents = {
    ...{ 'open elements': inside('<a>'), 'elements that were never opened': inside('</a>') },
    ...{ 'characters that are not allowed': inside('\u0001'), 'unknown entities': inside('&x;') },
    ...{ 'angle brackets': inside('<'), 'ends of CDATA': inside(']]>'), roots: filled('<a/>', BYTES) },
    ...{ 'one attribute again and again': `${BEGIN}<a ${filled('x="" ', BYTES - 100)}` },
    'many attributes': numbered((nth) => ` a${nth}=""`),
    'attributes of unknown namespaces': numbered((nth) => ` p${nth}:a=""`),
    'many namespaces': numbered((nth) => ` xmlns:n${nth}="u"`),
    'many groups': `${BEGIN}${GROUP.repeat(Math.floor((BYTES - 200) / GROUP.length))}</p:PrivilegeList>`,
    ...{ dashes: `<!--${filled('-', BYTES - 4)}`, 'a long name': `<${filled('a', BYTES - 1)}` },
  };
  return Object.fromEntries(
    Object.entries(documents).map(([name, xml]) => [name, Buffer.from(xml).toString('base64')]),
  );
}
