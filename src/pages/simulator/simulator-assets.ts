import { FORM_FIELD } from '../kit/forms.ts';

/** The style sheet of the phone page. */
export const PHONE_CSS = `
:root {
  color-scheme: light; --ink: #1b1f24; --soft: #57606a; --paper: #eef1f4; --line: #d0d7de; --blue: #0b5cad;
  --green: #1a6b34; --red: #a40e26; --on-blue: #fff; --frame: #22272e; --screen: #fff; --bar: #f6f8fa;
  --bubble: #e9edf1; --field-line: #6e7781; --note: #fff8db; --note-line: #d4a72c; --written-soft: #e1ecf7;
}
@media (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark; --ink: #e8edf3; --soft: #b6c1cd; --paper: #12171d; --line: #3d4855; --blue: #8fc4f5;
    --green: #7fd79f; --red: #ffa198; --on-blue: #0b1c2c; --frame: #3d4855; --screen: #1b222b; --bar: #222b36;
    --bubble: #2d3845; --field-line: #8b98a6; --note: #3a2f12; --note-line: #b98b1c; --written-soft: #16324a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink);
  background: var(--paper);
}
header { max-width: 1120px; margin: 0 auto; padding: 24px 20px 8px; }
h1 { margin: 0 0 8px; font-size: 1.6rem; }
.notice {
  margin: 0; padding: 10px 14px; background: var(--note); border: 1px solid var(--note-line); border-radius: 8px;
}
main {
  max-width: 1120px; margin: 0 auto; padding: 16px 20px 48px; display: grid; gap: 24px;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); align-items: start;
}
a { color: var(--blue); }
.ways { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 12px 0 0; }
details { margin-top: 10px; color: var(--soft); font-size: .92rem; }
summary { cursor: pointer; padding: 4px 0; }
dl {
  margin: 6px 0 0; display: grid; gap: 2px 24px;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
}
dl div { display: flex; gap: 10px; }
dt { min-width: 3.2em; font-weight: 600; color: var(--ink); font-variant-numeric: tabular-nums; }
dd { margin: 0; }
.empty { grid-column: 1 / -1; padding: 48px; text-align: center; color: var(--soft); }
.phone { background: var(--frame); border-radius: 34px; padding: 12px; box-shadow: 0 6px 20px rgb(0 0 0 / 18%); }
.screen { background: var(--screen); border-radius: 24px; overflow: hidden; display: flex; flex-direction: column; }
h2 {
  margin: 0; padding: 12px 16px; border-bottom: 1px solid var(--line); font-size: 1rem; display: flex;
  flex-wrap: wrap; justify-content: space-between; gap: 8px; background: var(--bar);
}
.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
.sender { min-width: 0; color: var(--soft); font-weight: 500; overflow-wrap: break-word; }
ol {
  list-style: none; margin: 0; padding: 16px 12px; height: 440px; max-height: 60vh; overflow-y: auto;
  display: flex; flex-direction: column; gap: 10px;
}
li { max-width: 86%; padding: 8px 12px; border-radius: 16px; overflow-wrap: anywhere; }
li p { margin: 0; white-space: pre-wrap; }
li.received { align-self: flex-start; background: var(--bubble); border-bottom-left-radius: 4px; }
li.written { align-self: flex-end; background: var(--blue); color: var(--on-blue); border-bottom-right-radius: 4px; }
small { display: flex; gap: 10px; font-size: .78rem; margin-top: 4px; color: var(--soft); }
li.written small { color: var(--written-soft); justify-content: flex-end; }
.state { font-weight: 600; }
.state.delivered { color: var(--green); }
.state.undelivered { color: var(--red); }
form { padding: 8px 12px; }
form:not(.stop) { border-top: 1px solid var(--line); }
label { display: block; font-size: .8rem; color: var(--soft); margin-bottom: 4px; }
.write { display: flex; gap: 8px; }
.wrong { margin: 0 0 4px; color: var(--red); font-size: .8rem; font-weight: 600; }
input:not([type=hidden]) {
  flex: 1; min-width: 0; font: inherit; padding: 8px 12px; border: 1px solid var(--field-line); border-radius: 18px;
  background: var(--screen); color: var(--ink);
}
button {
  font: inherit; font-weight: 600; padding: 8px 16px; border-radius: 18px; border: 1px solid var(--blue);
  background: var(--blue); color: var(--on-blue); cursor: pointer;
}
.stop { padding-top: 0; padding-bottom: 14px; }
.stop button { width: 100%; background: var(--screen); color: var(--red); border-color: var(--red); }
:focus-visible { outline: 3px solid #bf8700; outline-offset: 2px; }
`;

/**
 * The script of the phone page: fetches the page every second and inserts what is new, without touching a reply that is
 * being written; replies are sent without leaving the page.
 */
export const PHONE_JS = `
const phones = document.querySelector('#phones');
const toEnd = (list) => { list.scrollTop = list.scrollHeight; };
document.querySelectorAll('.phone ol').forEach(toEnd);

function merge(known, fresh) {
  let added = false;
  for (const entry of fresh.querySelectorAll('li')) {
    const before = [...known.children].find((candidate) => candidate.dataset.id === entry.dataset.id);
    if (!before) { known.append(entry); added = true; }
    else if (before.innerHTML !== entry.innerHTML) before.innerHTML = entry.innerHTML;
  }
  if (added) toEnd(known);
}

async function look() {
  const response = await fetch('/simulator', { headers: { Accept: 'text/html' } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  const news = [...fresh.querySelectorAll('.phone')];
  if (news.length > 0) phones.querySelector('.empty')?.remove();
  // Another one belongs to the browser once somebody has signed in or out beside this page.
  const proof = fresh.querySelector('[name=${FORM_FIELD}]')?.value;
  if (proof) for (const field of phones.querySelectorAll('[name=${FORM_FIELD}]')) field.value = proof;
  for (const phone of news.reverse()) {
    const isThis = (candidate) => candidate.dataset.phone === phone.dataset.phone;
    const known = [...phones.querySelectorAll('.phone')].find(isThis);
    if (known) { merge(known.querySelector('ol'), phone.querySelector('ol')); continue; }
    phones.prepend(phone);
    toEnd(phone.querySelector('ol'));
  }
}

phones.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch(form.action, { method: 'POST', body, redirect: 'manual' });
    if (response.type !== 'opaqueredirect') throw new Error('not taken');
    form.reset();
    form.querySelector('.wrong')?.remove();
    form.querySelector('[aria-invalid]')?.removeAttribute('aria-invalid');
    await look();
  } catch {
    // The browser's own way shows what is wrong.
    form.submit();
  }
});

setInterval(() => { if (!document.hidden) look().catch(() => undefined); }, 1000);
`;
