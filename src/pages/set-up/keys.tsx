import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type ApiKey, createKeyOnce, readKeys, revokeKey } from '../../accounts/keys.ts';
import { isUuid } from '../../domain/ids.ts';
import { ROLES } from '../../domain/people/access.ts';
import { PAGE, PAGE_LIMIT, readCursor, toPage } from '../../http/paging.ts';
import { noteText } from '../../http/schemas/text.ts';
import { useFrame } from '../kit/context.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import { ConfirmForm, FormCard, form } from '../kit/declared/form.tsx';
import { List } from '../kit/declared/list.tsx';
import type { Visit } from '../kit/declared/visit.ts';
import { DataTable, Moment, momentText, Secret } from '../kit/elements.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { otherOf } from '../kit/language.ts';
import { hrefOf } from '../kit/navigation.ts';
import { bilingual } from '../kit/words.ts';
import { AuditLink } from './audit-link.tsx';
import { SET_UP, setUpPath, uuidIn } from './frame.tsx';
import { OnceIn } from './once.tsx';
import { roleHint, SET_UP_WORDS } from './words.ts';

const PATH = setUpPath('keys');

/** The words of the page of API keys. */
export const KEYS_WORDS = bilingual({
  da: {
    lead:
      'En nøgle giver et program adgang til myndighedens data. Personer får deres egen konto i stedet. Hvornår en ' +
      'nøgle senest er brugt, noteres højst én gang i timen.',
    list: 'Nøgler',
    prefix: 'Begynder med',
    createdAt: 'Oprettet',
    lastUsed: 'Senest brugt',
    state: 'Tilstand',
    valid: 'Gælder',
    revoked: (at: string) => `Spærret ${at}`,
    revoke: 'Spær nøglen',
    revokeWhy: (name: string) =>
      `Programmet, der bruger »${name}«, kan ikke længere få adgang. Det kan ikke fortrydes.`,
    done: { revoked: 'Nøglen er spærret.' },
    empty: 'Der er ingen nøgler. Opret en herunder, når et program skal hente statistik eller rette opsætningen.',
    create: 'Opret en nøgle',
    nameHint: 'Hvad den bruges til, for eksempel »Ledelsesrapport«.',
    created: (name: string) => `Nøglen »${name}« er oprettet`,
    sentBefore: 'Formularen er sendt før, og nøglen er oprettet. Send den igen, hvis du vil have én nøgle til.',
    key: 'Nøgle',
    use: 'Programmet sender den i headeren Authorization: Bearer …',
  },
  en: {
    lead:
      'A key lets a program use the authority’s data. People get an account of their own instead. When a key was ' +
      'last used is noted once an hour at most.',
    list: 'Keys',
    prefix: 'Begins with',
    createdAt: 'Made',
    lastUsed: 'Last used',
    state: 'State',
    valid: 'Valid',
    revoked: (at) => `Revoked ${at}`,
    revoke: 'Revoke the key',
    revokeWhy: (name) => `The program that uses “${name}” will be refused. This cannot be undone.`,
    done: { revoked: 'The key is revoked.' },
    empty: 'There are no keys. Make one below when a program is to read statistics or change the set-up.',
    create: 'Make a key',
    nameHint: 'What it is for, such as “Management report”.',
    created: (name) => `The key “${name}” is made`,
    sentBefore: 'This form was sent before, and its key is made. Send it again if you want one more key.',
    key: 'Key',
    use: 'The program sends it in the header Authorization: Bearer …',
  },
});

const CREATE = form<PagesDeps>()({
  path: PATH,
  title: (language) => KEYS_WORDS[language].create,
  fields: (language) => {
    const { name, nameWrong, role, roles } = SET_UP_WORDS[language];
    const hint = roleHint(SET_UP_WORDS[language]);
    return {
      name: {
        label: name,
        hint: KEYS_WORDS[language].nameHint,
        fault: nameWrong,
        more: { maxlength: 100 },
        required: true,
      },
      role: { label: role, hint, fault: nameWrong, options: ROLES.map((each) => [each, roles[each]] as const) },
      once: { label: '', type: 'hidden' },
    };
  },
  schema: z.object({ name: noteText(100), role: z.enum(ROLES) }),
  submit: async ({ deps, authorityId, reader, language }, { name, role }, typed) => {
    const request = {
      authorityId,
      name,
      role,
      actor: reader.name,
      form: isUuid(typed.once) ? typed.once : randomUUID(),
    };
    const made = await createKeyOnce(deps, request, deps.now());
    if (!made) {
      const faults = { once: KEYS_WORDS[language].sentBefore };
      return { faults, status: 409, typed: { ...typed, once: randomUUID() } };
    }
    const { created, key, use } = KEYS_WORDS[otherOf(language)];
    const onward = SET_UP_WORDS[otherOf(language)].back;
    return () => ({
      title: KEYS_WORDS[language].created(made.name),
      once: <OnceIn path={PATH} words={{ title: created(made.name), secrets: [[key, use]], onward }} />,
      body: <CreatedKey value={made.key} />,
    });
  },
});

const REVOKE = form<PagesDeps>()({
  path: `${PATH}/:id/revoke`,
  title: (language) => KEYS_WORDS[language].revoke,
  submit: async ({ deps, authorityId, reader, params }) => {
    await revokeKey(deps, { authorityId, id: uuidIn(params), actor: reader.name }, deps.now());
    return 'revoked';
  },
});

/** `/admin/set-up/keys`: the API keys of an authority. */
export const KEYS_PAGE = authorityPage<PagesDeps>({
  path: PATH,
  right: 'whole-administrator',
  menu: SET_UP,
  tab: bilingual({ da: 'API-nøgler', en: 'API keys' }),
  done: bilingual({ da: KEYS_WORDS.da.done, en: KEYS_WORDS.en.done }),
  forms: [CREATE, REVOKE],
  view: async (visit) => {
    const { c, deps, authority, language } = visit;
    const words = KEYS_WORDS[language];
    const before = readCursor(c.req.query('cursor'));
    const keys = await readKeys(deps, authority.id, { before, limit: PAGE_LIMIT });
    return {
      rows: Math.min(keys.length, PAGE),
      body: (count) => {
        const { items, nextCursor } = toPage(
          keys,
          (key) => key.id,
          (key) => key,
          count,
        );
        return (
          <>
            <p class="lead">{words.lead}</p>
            <List path={PATH} cursor={nextCursor} isEmpty={items.length === 0} empty={words.empty}>
              <KeysTable visit={visit} keys={items} />
            </List>
            <FormCard id="make" form={CREATE} values={{ role: 'viewer', once: randomUUID() }} />
          </>
        );
      },
    };
  },
});

function KeysTable({ visit, keys }: { readonly visit: Visit<PagesDeps>; readonly keys: readonly ApiKey[] }) {
  const { language, when } = visit;
  const words = KEYS_WORDS[language];
  const { name, role, roles, never } = SET_UP_WORDS[language];
  const columns = [name, role, words.prefix, words.createdAt, words.lastUsed, words.state];
  const rows = keys.map((key) => [
    key.name,
    roles[key.role],
    <code>{key.prefix}</code>,
    <Moment at={key.createdAt} {...when} />,
    key.lastUsedAt ? <Moment at={key.lastUsedAt} {...when} /> : never,
    <>
      {key.revokedAt ? words.revoked(momentText(key.revokedAt, when.timeZone, language)) : words.valid}
      <div>
        <AuditLink target={`key:${key.id}`} of={key.name} />
      </div>
      {key.revokedAt === null && (
        <ConfirmForm form={REVOKE} params={{ id: key.id }} of={key.name}>
          {words.revokeWhy(key.name)}
        </ConfirmForm>
      )}
    </>,
  ]);
  return <DataTable quiet caption={words.list} columns={columns.map((label) => ({ label }))} rows={rows} />;
}

/** A key that was created just now, shown this once. */
function CreatedKey({ value }: { readonly value: string }) {
  const { authority, language } = useFrame();
  const words = KEYS_WORDS[language];
  const { once, back } = SET_UP_WORDS[language];
  return (
    <>
      <p class="warning">{once}</p>
      <Secret label={words.key} value={value} />
      <p>{words.use}</p>
      <p>
        <a class="button" href={hrefOf(PATH, authority)}>
          {back}
        </a>
      </p>
    </>
  );
}
