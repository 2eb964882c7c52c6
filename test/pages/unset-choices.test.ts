import { expect, it } from 'vitest';
import { enter } from '../support/pages.ts';
import { scenario } from '../support/scenario.ts';

const { test, chief } = scenario({
  authorities: { rh: { name: 'Regionen' }, kk: { name: 'Kommunen', gateways: ['simulator'] } },
  people: { chief: { role: 'administrator', authority: null } },
  prepare: async () => {
    for (const authority of ['rh', 'kk']) await test.makeSource(authority, `${authority}-epj`);
  },
});

it('a gateway without a place is said to be used where none has a place', async () => {
  const none = await chief.text('/admin/rules/sender?authority=rh');
  expect([none.includes('Ikke valgt (alle bruges)'), none.includes('Bruges ikke')]).toEqual([true, false]);
  const chosen = await chief.text('/admin/rules/sender?authority=kk');
  expect([chosen.includes('Ikke valgt (alle bruges)'), chosen.includes('Bruges ikke')]).toEqual([false, true]);
});

it('deliveries of a booking system without an endpoint lead to setting one up, and nothing is sent again', async () => {
  const path = '/admin/set-up/sources/rh-epj/deliveries?authority=rh';
  const page = await chief.text(path);
  expect(page).toContain('href="/admin/set-up/sources/rh-epj/events?authority=rh">Opret en modtager');
  expect(page).not.toContain('Send en periode igen');
  const operator = await enter(test, { email: 'o@example.org', role: 'operator', authority: 'rh' });
  const theirs = await operator.text(path);
  expect([theirs.includes('Der sendes ingen hændelser'), theirs.includes('Opret en modtager')]).toEqual([true, false]);
});
