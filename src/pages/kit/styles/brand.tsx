const BUBBLE = 'M4 2h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H9l-5 5v-5a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z';
const TICK = 'M7.5 9.8l3.2 3.2 6-6.4';

/** The mark and the name; a phone has room for the mark alone, and screen readers read the name there. */
export function Brand() {
  return (
    <p class="brand">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={BUBBLE} stroke="none" />
        <path d={TICK} fill="none" stroke-width="2.4" />
      </svg>
      <span>EasySMS</span>
    </p>
  );
}

const DRAWN =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="${BUBBLE}" fill="#0b4f8a"/>` +
  `<path d="${TICK}" fill="none" stroke="#fff" stroke-width="2.4"/></svg>`;

/** The mark as the icon of a browser's tab, which knows no style sheet. */
export const ICON = `data:image/svg+xml,${encodeURIComponent(DRAWN)}`;
