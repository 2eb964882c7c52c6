/**
 * The script by which single keys work a list (`data-keys`): `j` and `k` go to the next and the
 * previous card, `1`, `2` and `u` press the button with that `data-key`, `?` shows the keys. They are in force only
 * while the focus is in the list, and outside fields (WCAG 2.1, 2.1.4).
 */
export const KEYS_SCRIPT = `
for (const list of document.querySelectorAll('[data-keys]')) {
  const help = list.querySelector('.keys');
  if (help) help.hidden = false;
  list.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || target.matches('input, select, textarea'))
      return;
    const cards = [...list.querySelectorAll('.replies > li')];
    const own = target.closest('.replies > li');
    const press = (within) => within?.querySelector('[data-key="' + key + '"]');
    const done = list.querySelector('#done')?.parentElement;
    if (key === 'j' || key === 'k') {
      cards[cards.indexOf(own) + (key === 'j' ? 1 : -1)]?.querySelector('article, #done').focus();
    } else if (key === '1' || key === '2') press(own)?.click();
    else if (key === 'u') (press(own) ?? press(done))?.click();
    else if (key === '?' && help) help.open = !help.open;
    else return;
    event.preventDefault();
  });
}
`;
