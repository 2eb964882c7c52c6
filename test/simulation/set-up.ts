import pino from 'pino';
import { Cipher } from '../../src/domain/keyring.ts';
import { putAuthority } from '../../src/staff/authorities/authorities.ts';
import { putSource } from '../../src/staff/sources/sources.ts';
import { saveTemplate } from '../../src/staff/templates/save.ts';
import { openInstallation } from '../../src/store/installation.ts';
import type { SharedDatabase } from './database.ts';
import type { ProcessEnvironment } from './process.ts';
import {
  AUTHORITIES,
  type AuthorityId,
  HOUR,
  type Kind,
  PUBLIC_URL,
  type Setting,
  SOURCE,
  textOf,
  WORDINGS,
} from './settings.ts';
import type { Timeline } from './timeline.ts';
import { VENDORS } from './vendors.ts';

const EVENTS = { url: 'https://booking.example.org/events', types: null, includePhone: false, format: 'json' } as const;

/**
 * The scene before the first day: two authorities with their sources and wordings. The first source has an endpoint
 * for events. @returns its secret beside the keys
 */
export async function setUp(
  database: SharedDatabase,
  timeline: Timeline,
  setting: Setting,
): Promise<{ readonly keyring: ProcessEnvironment['keyring']; readonly eventSecret: string }> {
  const owner = { dead: false, stoppedUntil: 0 };
  const db = database.for(owner);
  const now = new Date(setting.start);
  const cipher = new Cipher([{ id: 'simulation', bytes: Buffer.alloc(32, 7) }]);
  const timers = {
    monotonic: () => timeline.now,
    after: (ms: number, work: () => void) => timeline.after(ms, work, owner),
  };
  const prepare = async () => {
    const { keyring } = await openInstallation(db, cipher, PUBLIC_URL, now);
    let eventSecret = '';
    for (const id of AUTHORITIES) {
      await putAuthority({ db }, { id, settings: setting.authorities[id], actor: 'simulation' }, now);
      const { secrets } = await putSource(
        { db, keyring, log: pino({ level: 'silent' }), now: () => now, timers },
        {
          authorityId: id,
          id,
          actor: 'simulation',
          settings: { ...sourceSettings(setting, id), events: id === AUTHORITIES[0] ? EVENTS : null },
        },
        now,
      );
      eventSecret ||= secrets.events?.secret ?? '';
      for (const name of Object.keys(WORDINGS) as Kind[])
        await saveTemplate(
          { db, gateways: [] },
          { authorityId: id, name, language: 'da', text: textOf(name, 1), actor: 'simulation' },
          now,
        );
    }
    // The feeds are read by the judge, from the first day on.
    for (const id of AUTHORITIES)
      database.inspect(
        `insert into event_reader (source_id, authority_id, since, read_at) values ($1, $1, $2, 'infinity')
          on conflict (authority_id, source_id) do update set read_at = 'infinity'`,
        [id, now],
      );
    return { keyring, eventSecret };
  };
  const prepared = prepare();
  await timeline.runUntil(setting.start + HOUR);
  return prepared;
}

/** The settings of an authority's source, but for its endpoint for events. */
export function sourceSettings({ vendors }: Setting, id: AuthorityId): typeof SOURCE {
  return { ...SOURCE, ...(vendors && VENDORS[id]) };
}
