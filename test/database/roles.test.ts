import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { openMigratedDatabase } from '../../src/database/connect.ts';
import { createGateways } from '../../src/gateways/index.ts';
import { startService } from '../../src/service.ts';
import { createEmptyPostgres } from '../support/database.ts';

const ROLES = readFileSync(new URL('../../docs/operations/roles.sql', import.meta.url), 'utf8');
const TOKEN = 'roles-administrator-token-0123456789';

let url: string;
let drop: () => Promise<void>;
let owner: pg.Client;
const suffix = randomBytes(4).toString('hex');
const users = { service: `service_${suffix}`, report: `report_${suffix}` };

const as = (user: string) => {
  const address = new URL(url);
  address.username = user;
  address.password = 'secret';
  return address.href;
};
async function run(user: string, statement: string): Promise<string> {
  const client = new pg.Client({ connectionString: as(user) });
  await client.connect();
  try {
    return `${(await client.query(statement)).rowCount} rows`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  ({ url, drop } = await createEmptyPostgres());
  await (await openMigratedDatabase({ databaseUrl: url })).close();
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await owner.query('grant create on schema public to public'); // As PostgreSQL 14 has it.
  await owner.query(ROLES);
  await owner.query(ROLES);
  for (const [role, user] of Object.entries(users))
    await owner.query(`create role ${user} login password 'secret' in role easysms_${role}`);
});
afterAll(async () => {
  for (const user of Object.values(users)) await owner.query(`drop role ${user}`);
  await owner.end();
  await drop();
});

it('the service runs with its own role, and can write the audit but change nothing of it, nor the schema', async () => {
  const config = readConfig({
    DATABASE_URL: as(users.service),
    ...{ PORT: '0', PUBLIC_URL: 'http://sms.example' },
    EASYSMS_ADMIN_TOKEN: TOKEN,
    EASYSMS_ENCRYPTION_KEYS: `k:${randomBytes(32).toString('base64')}`,
    EASYSMS_GATEWAYS: 'simulator',
  });
  const made = createGateways(config.gateways, () => null, { publicUrl: config.publicUrl, now: () => new Date() });
  if ('missing' in made) throw new Error(made.missing.join());
  const service = await startService({ config, gateways: made.gateways, log: pino({ level: 'silent' }) });
  const put = async (path: string, body: object) =>
    fetch(`${service.url}/v1/authorities/rh${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await put('', { name: 'RH', sender: 'Sundhed' })).status).toBe(201);
  const { secrets } = (await (await put('/sources/epj', { name: 'EPJ' })).json()) as { secrets: { token: string } };
  const start = new Date(Date.now() + 5 * 86_400_000).toISOString();
  const data = { id: 'A-1', start, patient: { id: 'P-1', phone: '20123456' } };
  const posted = await fetch(`${service.url}/v1/webhooks/epj`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secrets.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'appointment.booked', data }),
  });
  expect(posted.status).toBe(202);
  await service.stop();
  expect(await run(users.service, 'select from audit')).toBe('2 rows');
  for (const statement of ["update audit set actor = 'nobody'", 'delete from audit', 'truncate audit'])
    expect(await run(users.service, statement)).toBe('permission denied for table audit');
  expect(await run(users.service, 'delete from installation')).toBe('permission denied for table installation');
  expect(await run(users.service, 'drop table audit')).toBe('must be owner of table audit');
  expect(await run(users.service, 'create table more (id int)')).toBe('permission denied for schema public');
});

it('the service’s role deletes entries of the audit that are older than half a year, whatever it says the time is', async () => {
  const insert = (days: number) =>
    `insert into audit (id, at, actor, action, target)
      values (gen_random_uuid(), now() - interval '${days} days', '${days}', 'x', 'x')`;
  for (const days of [179, 181]) expect(await run(users.service, insert(days))).toBe('1 rows');
  await owner.query("update audit set recorded_at = at where actor in ('179', '181')"); // As if written then.
  expect(await run(users.service, insert(400))).toBe('1 rows');
  const purge = "select purge_audit(now() + interval '10 years', 1000)";
  expect(await run(users.report, purge)).toBe('permission denied for function purge_audit');
  // A temporary table of the caller is not taken for the table.
  const trap = `create temp table audit as select * from public.audit; ${purge}`;
  expect(await run(users.service, trap)).not.toMatch('denied');
  const { rows } = await owner.query<{ actor: string }>(
    "select actor from audit where actor in ('179', '181', '400') order by 1",
  );
  // The entry that was written today under another day stays as well: nobody is rid of one by a clock that they set.
  expect(rows).toEqual([{ actor: '179' }, { actor: '400' }]);
});

it('whoever writes an entry of the audit, by hand too, chooses neither when it was recorded nor by whom', async () => {
  const entry = `insert into audit (id, at, actor, action, target, recorded_at, recorded_by)
    values (gen_random_uuid(), now() - interval '3 years', 'by hand', 'x', 'x', now() - interval '3 years', 'nobody')`;
  // A function of the caller that is named like the clock is not taken for it.
  const trap = `create function pg_temp.clock_timestamp() returns timestamptz language sql as 'select now() - interval ''3 years''';
    set search_path = pg_temp, pg_catalog, public; ${entry}`;
  expect(await run(users.service, `set role easysms_service; ${entry}`)).not.toMatch('denied');
  expect(await run(users.service, trap)).not.toMatch('denied');
  const said = await run(users.service, "update audit set recorded_by = 'nobody'");
  expect(said).toBe('permission denied for table audit');
  expect(await run(users.service, 'alter table audit disable trigger user')).toBe('must be owner of table audit');
  const { rows } = await owner.query(
    `select recorded_by as by, recorded_at > now() - interval '1 minute' as now from audit where actor = 'by hand'`,
  );
  expect(rows).toEqual(Array(2).fill({ by: users.service, now: true }));
});

it('the role for reports reads no number, text, place, id or secret, not even encrypted, and writes nothing', async () => {
  expect(await run(users.report, 'select status, count(*) from reminder group by 1')).toMatch(/rows$/);
  expect(await run(users.report, 'select * from statistics_sum')).toMatch(/rows$/);
  const { rows } = await owner.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns where table_schema = 'public'
      and (data_type in ('bytea', 'jsonb') or column_name in ('reference', 'group_reference', 'location_code',
        'location_text', 'value', 'key', 'recorded_by', 'actor', 'target')
      and table_name not like 'statistics%')`,
  );
  expect(rows.length).toBeGreaterThan(25);
  for (const { table, column } of rows)
    expect([table, column, await run(users.report, `select ${column} from ${table}`)]).toEqual([
      table,
      column,
      `permission denied for table ${table}`,
    ]);
  expect(await run(users.report, "update reminder set status = 'planned'")).toMatch('permission denied');
});

describe('the steps of compose.yaml', () => {
  const text = readFileSync(new URL('../../compose.yaml', import.meta.url), 'utf8');
  const commandOf = (service: string): string =>
    new RegExp(`^  ${service}:\\n(?:    .*\\n)*?    command: (.*)$`, 'm').exec(text)?.[1] ?? '';
  const passwords = { OWNER_PASSWORD: `owner${suffix}`, SERVICE_PASSWORD: `app${suffix}` };
  let empty: Awaited<ReturnType<typeof createEmptyPostgres>>;
  let superuser: pg.Client;
  const at = (user: string, password: string) => {
    const address = new URL(empty.url);
    address.username = user;
    address.password = password;
    return address.href;
  };
  /** Runs the command of a service, against the database of this test. */
  const psql = (service: string, address: string) => {
    const [program = '', ...args] = commandOf(service).split(' ');
    const here = args.map((arg) => arg.replace('/operations/', 'docs/operations/').replace(/^postgres:.*/, address));
    execFileSync(program, here, { env: { ...process.env, ...passwords }, stdio: 'pipe' });
  };

  beforeAll(async () => {
    empty = await createEmptyPostgres();
    superuser = new pg.Client({ connectionString: empty.url });
    await superuser.connect();
  });
  afterAll(async () => {
    await superuser.end();
    await empty.drop();
    await owner.query('drop role easysms_app, easysms_owner');
  });

  it('wait for each other, and only then start the service, as the user with the fewest rights', () => {
    const waits = ['roles', 'migrate', 'grants'].map((service) =>
      new RegExp(`^  ${service}:\\n(?:    .*\\n)*?    depends_on:\\n      (\\w+):\\n        condition: (\\w+)`, 'm')
        .exec(text)
        ?.slice(1),
    );
    const done = 'service_completed_successfully';
    expect(waits).toEqual([
      ['postgres', 'service_healthy'],
      ['roles', done],
      ['migrate', done],
    ]);
    expect(text).toMatch(new RegExp(`^x-easysms:.*\\n(?:  .*\\n)*?    grants:\\n      condition: ${done}`, 'm'));
    const found = [...text.matchAll(/DATABASE_URL: postgres:\/\/(\w+):/g)].map(([, user]) => user);
    expect(found).toEqual(['easysms_app', 'easysms_owner']);
    expect(commandOf('migrate')).toBe('node dist/migrate.js');
  });

  it('make a database of which the service can use everything, and change neither the schema nor the audit', async () => {
    for (let time = 0; time < 2; time++) {
      psql('roles', empty.url);
      await (await openMigratedDatabase({ databaseUrl: at('easysms_owner', passwords.OWNER_PASSWORD) })).close();
      psql('grants', at('easysms_owner', passwords.OWNER_PASSWORD));
    }
    const app = at('easysms_app', passwords.SERVICE_PASSWORD);
    // A start, which finds nothing to migrate.
    await (await openMigratedDatabase({ databaseUrl: app })).close();
    const client = new pg.Client({ connectionString: app });
    await client.connect();
    const said = async (statement: string) =>
      client.query(statement).then(
        ({ rowCount }) => `${rowCount} rows`,
        (error: Error) => error.message,
      );
    expect(
      await said("insert into audit (id, at, actor, action, target) values (gen_random_uuid(), now(), 'a', 'b', 'c')"),
    ).toBe('1 rows');
    expect(await said('delete from audit')).toBe('permission denied for table audit');
    expect(await said('select from appointment')).toBe('0 rows');
    expect(await said('drop table appointment')).toBe('must be owner of table appointment');
    expect(await said('create table more (id int)')).toBe('permission denied for schema public');
    expect(await said('create role more')).toBe('permission denied to create role');
    expect(await said('set role easysms_owner')).toContain('permission denied to set role');
    await client.end();
    const { rows } = await superuser.query(
      "select rolname, rolsuper or rolcreaterole or rolcreatedb as mighty from pg_roles where rolname like 'easysms%' order by 1",
    );
    expect(rows).toEqual(
      ['easysms_app', 'easysms_owner', 'easysms_report', 'easysms_service'].map((rolname) => ({
        rolname,
        mighty: false,
      })),
    );
  });
});
