import { expect, it } from 'vitest';
import { AUTHORITY } from '../../shots/scene.ts';
import { DANISH } from '../../support/browser.ts';
import { describeInBrowser } from '../../support/in-browser.ts';

describeInBrowser('the replies', (site) => {
  it('have as much room below the last line of a card without buttons as above its first', async () => {
    const { page, go, close } = await site.visit({ ...DANISH, client: site.scene.people.viewer.client });
    await go(`/admin/replies?authority=${AUTHORITY}`);
    const rooms: number[] = await page.evaluate(`[...document.querySelectorAll('.replies article')].flatMap((card) => {
      const edges = [card, card.firstElementChild, card.lastElementChild].map((each) => each.getBoundingClientRect());
      return [edges[1].top - edges[0].top, edges[0].bottom - edges[2].bottom].map(Math.round);
    })`);
    expect([rooms.length > 0, [...new Set(rooms)]]).toEqual([true, [17]]);
    await close();
  });
});
