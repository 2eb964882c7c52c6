import type { Dice } from '../simulation/dice.ts';
import { PASSWORD, proven } from '../support/pages.ts';
import type { Access } from './access.ts';
import type { FuzzRequest } from './request.ts';
import { hostileText } from './values.ts';

type Form = readonly [path: string, fields: Readonly<Record<string, string>>];

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Makes what browsers send: pages are asked for, and forms filled in, most of them as somebody would. */
export class Pages {
  readonly #dice: Dice;
  readonly #access: Access;

  constructor(dice: Dice, access: Access) {
    this.#dice = dice;
    this.#access = access;
  }

  next(): FuzzRequest {
    const dice = this.#dice;
    if (dice.chance(0.6)) return this.#page();
    const [path, fields] = dice.pick(this.#forms());
    const names = Object.keys(fields);
    const changed =
      dice.chance(0.3) && names[0] !== undefined ? { [dice.pick([names[0], ...names])]: this.#text() } : {};
    const cookie = dice.chance(0.2) ? `easysms-form=${'N'.repeat(43)}` : dice.pick(this.#access.sessions);
    const form = dice.chance(0.9) ? proven({ ...fields, ...changed }, cookie) : new URLSearchParams(fields);
    const headers = { Cookie: cookie, Origin: this.#access.origin, 'Content-Type': FORM_TYPE };
    return { format: 'forms', method: 'POST', path, headers, body: form.toString() };
  }

  #text(): string {
    return hostileText(this.#dice, 'text');
  }

  /** In an address, whose length is bounded. */
  #word(): string {
    return encodeURIComponent(Buffer.from(this.#text().slice(0, 300)).toString());
  }

  #page(): FuzzRequest {
    const dice = this.#dice;
    const setUp = dice.chance(0.3);
    const path = setUp ? this.#setUpPage() : this.#readerPage();
    // The numbers of citizens are shown to those who may see them: this session may not.
    const session = setUp ? this.#access.sessions[1] : this.#access.sessions[0];
    const headers = { Cookie: session, 'Accept-Language': dice.pick(['da', 'en', this.#word()]) };
    return { format: 'pages', method: 'GET', path, headers, body: null };
  }

  #readerPage(): string {
    const dice = this.#dice;
    return dice.pick([
      dice.pick(['/', '/admin', '/admin/replies', '/admin/account', '/admin/second-factor', '/admin/texts']),
      `/admin/statistics?by=${dice.pick(['day', 'department', this.#word()])}&from=2026-11-01&to=${this.#word()}`,
      `/admin/statistics?authority=${dice.pick(['rh', 'a-1', this.#word()])}&language=${dice.pick(['en', 'da', 'x'])}`,
      `/admin/replies?show=${this.#word()}&cursor=${this.#word()}`,
      `/admin/texts/${dice.pick(['reminder', this.#word()])}?authority=rh&done=${this.#word()}`,
      `/admin/texts/reminder/versions?authority=rh&of=${dice.pick(['da', this.#word()])}&before=${this.#word()}`,
      `/admin/sign-in?next=${this.#word()}`,
      `/admin/invitation/${dice.pick([...this.#access.invitations, this.#word()])}`,
      `/admin/${this.#word()}`,
    ]);
  }

  /** Pages of an administrator, which tell of no citizen. */
  #setUpPage(): string {
    const dice = this.#dice;
    const page = dice.pick(['keys', 'people', 'departments', 'audit', 'people/01936a8e-1234-7123-8123-000000000001']);
    const search = [`actor=${this.#word()}`, `from=2026-11-01&to=${this.#word()}`, `action=${this.#word()}`, 'done=x'];
    return `/admin/set-up/${page}?authority=rh&${dice.pick(['', ...search, `cursor=${this.#word()}`])}`;
  }

  #forms(): readonly [Form, ...Form[]] {
    const dice = this.#dice;
    const id = `01936a8e-1234-7123-8123-${String(dice.between(1, 999)).padStart(12, '0')}`;
    const email = `p${dice.between(1, 200)}@example.org`;
    const next = dice.pick(['/admin', '/admin/replies', '//evil.example']);
    const code = String(dice.between(100_000, 999_999));
    const rh = { authority: 'rh' };
    const invitation = dice.pick([...this.#access.invitations, 'x'.repeat(43)]);
    return [
      ['/admin/sign-in', { email, password: dice.chance(0.1) ? PASSWORD : 'x', next }],
      ['/admin/sign-in', { token: 'x'.repeat(dice.between(1, 60)), next }],
      ['/admin/sign-in/code', { code, next }],
      ['/admin/second-factor', { code, next }],
      ['/admin/account/password', { old: 'x', password: this.#text() }],
      ['/admin/account/second-factor', { code }],
      ['/admin/accept', { token: invitation }],
      [`/admin/invitation/${invitation}`, { password: this.#text() }],
      ['/admin/first-account', { email, name: this.#text(), password: this.#text() }],
      [
        `/admin/replies/${id}/settle`,
        { action: dice.pick(['none', 'opt_out', 'cancelled']), appointment: this.#text() },
      ],
      [`/admin/replies/${id}/undo`, {}],
      [
        '/admin/texts/reminder',
        { ...rh, do: dice.pick(['show', 'save']), 'text-da': `Husk {{ time }} ${this.#text()}` },
      ],
      ['/admin/texts/reminder/restore', { ...rh, language: 'da', version: '1', seen: this.#text() }],
      ['/admin/set-up/keys', { ...rh, name: this.#text(), role: 'viewer' }],
      [`/admin/set-up/keys/${id}/revoke`, rh],
      ['/admin/set-up/people', { ...rh, email, name: this.#text(), role: 'viewer' }],
    ];
  }
}
