import pino from 'pino';
import { Cipher } from '../../src/domain/keyring.ts';
import { putAuthority } from '../../src/staff/authorities.ts';
import { putSource } from '../../src/staff/sources/sources.ts';
import { saveTemplate } from '../../src/staff/templates.ts';
import { openInstallation } from '../../src/store/installation.ts';
import type { SharedDatabase } from './database.ts';
import type { Surroundings } from './process.ts';
import { AUTHORITIES, HOUR, type Kind, PUBLIC_URL, type Setting, SOURCE, textOf, WORDINGS } from './settings.ts';
import type { Timeline } from './timeline.ts';

/** What stands before the first day: two authorities with their sources and wordings. */
export async function setUp(
  database: SharedDatabase,
  timeline: Timeline,
  setting: Setting,
): Promise<Surroundings['keyring']> {
  const life = { dead: false, stoppedUntil: 0 };
  const db = database.for(life);
  const now = new Date(setting.start);
  const cipher = new Cipher([{ id: 'simulation', bytes: Buffer.alloc(32, 7) }]);
  const prepare = async () => {
    const { keyring } = await openInstallation(db, cipher, PUBLIC_URL, now);
    for (const id of AUTHORITIES) {
      await putAuthority({ db }, { id, settings: setting.authorities[id], actor: 'simulation' }, now);
      await putSource(
        { db, keyring, log: pino({ level: 'silent' }) },
        { authorityId: id, id, actor: 'simulation', settings: SOURCE },
        now,
      );
      for (const name of Object.keys(WORDINGS) as Kind[])
        await saveTemplate(
          { db, gateways: [] },
          { authorityId: id, name, language: 'da', text: textOf(name, 1), actor: 'simulation' },
          now,
        );
    }
    return keyring;
  };
  const prepared = prepare();
  await timeline.runUntil(setting.start + HOUR);
  return prepared;
}
