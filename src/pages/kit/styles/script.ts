import { CALENDAR_SCRIPT } from './calendar-script.ts';

/**
 * The script of the pages, without which everything works, too. It shows at once what a form would mean, which a button
 * does as well: a form with `data-live` is posted with `do=preview`, which saves nothing, and the parts of the page
 * with `data-live` are replaced.
 */
export const SCRIPT = `${CALENDAR_SCRIPT}
const form = document.querySelector('form[data-live]');
let timer;
let asked;
async function show() {
  asked?.abort();
  asked = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  body.set('do', 'preview');
  try {
    const response = await fetch(form.getAttribute('action'), {
      method: 'POST', body, signal: asked.signal, redirect: 'error',
    });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    for (const part of document.querySelectorAll('[data-live][id]')) {
      const fresh = page.getElementById(part.id);
      if (!fresh) continue;
      const open = [...part.querySelectorAll('details')].map((each) => each.open);
      part.replaceChildren(...document.importNode(fresh, true).childNodes);
      // Details that somebody has opened stay open.
      part.querySelectorAll('details').forEach((each, at) => { each.open ||= open[at] ?? false; });
    }
  } catch {
    // The button of the form still works, and shows what is wrong.
  }
}
form?.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(show, 400);
});
`;
