import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
  expect(await run(users.service, 'drop table audit')).toBe('must be owner of table audit');
  expect(await run(users.service, 'create table more (id int)')).toBe('permission denied for schema public');
});

it('the service’s role deletes entries of the audit that are older than half a year, whatever it says the time is', async () => {
  const insert = (days: number) =>
    `insert into audit (id, at, actor, action, target)
      values (gen_random_uuid(), now() - interval '${days} days', '${days}', 'x', 'x')`;
  for (const days of [179, 181]) expect(await run(users.service, insert(days))).toBe('1 rows');
  const purge = "select purge_audit(now() + interval '10 years', 1000)";
  expect(await run(users.report, purge)).toBe('permission denied for function purge_audit');
  // A temporary table of the caller is not taken for the table.
  const trap = `create temp table audit as select * from public.audit; ${purge}`;
  expect(await run(users.service, trap)).not.toMatch('denied');
  const { rows } = await owner.query<{ actor: string }>("select actor from audit where actor in ('179', '181')");
  expect(rows).toEqual([{ actor: '179' }]);
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
