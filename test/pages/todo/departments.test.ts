import { beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { setGateway } from '../../../src/staff/gateways/gateways.ts';
import { PageClient } from '../../support/pages.ts';
import { scenario } from '../../support/scenario.ts';
import { update } from '../../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const NOTHING = 'Der er ingen opgaver lige nu';
/** Text that tells of booking systems, which may be another department's, or leads where this visitor may not go. */
const OF_OTHERS = /Source rh|set-up\/|rules\/pause/;
const RUNNING = { paused_at: null, paused_until: null, pause_reason: null };

const { test, limited } = scenario({
  authorities: { rh: { name: 'Myndighed rh', sources: { rh: { mode: 'paused' } } } },
  people: { limited: { role: 'operator', departments: ['Øre'] } },
});
beforeEach(async () => {
  await test.db.deleteFrom('gateway_state').execute();
  await update(test.db, 'authority', { id: 'rh' }, RUNNING);
});

const list = (client = limited) => client.text('/admin?authority=rh');
const administratorOut = { id: 'simulator', actor: 'administrator' };

describe('the to-do list of somebody limited to departments', () => {
  it('says that there is nothing to do where only booking systems are paused', async () => {
    const page = await list();
    expect(page).toContain(NOTHING);
    expect(page).not.toMatch(OF_OTHERS);
  });

  it('says that no supplier is in use, and whom to tell', async () => {
    await setGateway(test.deps, administratorOut, { note: 'prøve' }, NOW);
    const page = await list();
    expect(page).toMatch(/id="obstacles".*Ingen SMS-leverandør er i brug.*Giv besked til en administrator/s);
    expect(page).not.toContain(NOTHING);
    expect(page).not.toMatch(OF_OTHERS);
  });

  it('says that the authority is paused, why, and whom to tell', async () => {
    const pause = { paused_at: NOW, paused_until: null, pause_reason: 'Flytning' };
    await update(test.db, 'authority', { id: 'rh' }, pause);
    const page = await list();
    expect(page).toMatch(
      /id="obstacles".*til nogen genoptager udsendelsen: Flytning.*Giv besked til en administrator/s,
    );
    expect(page).not.toContain(NOTHING);
    expect(page).not.toMatch(OF_OTHERS);
  });

  it('says that the installation sends nothing, and who can solve it', async () => {
    const held = createApp({ ...test.deps, sending: { ...test.deps.sending, heldReason: () => 'sending_off' } });
    const client = new PageClient({ app: held, deps: test.deps });
    client.cookie = limited.cookie;
    const page = await list(client);
    expect(page).toMatch(/id="obstacles".*Der sendes ingen SMS’er fra hele installationen.*driften, der kan løse/s);
    expect(page).not.toContain(NOTHING);
    expect(page).not.toMatch(OF_OTHERS);
  });
});
