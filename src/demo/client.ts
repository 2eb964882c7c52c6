/** The demo's authority. */
export const AUTHORITY = 'demo';
/** The demo's source. */
export const SOURCE = 'demo-booking';

/** Reminder as the administration API returns it. */
export interface SeenReminder {
  readonly id: string;
  readonly rule: string;
  readonly status: string;
  readonly reason: string | null;
  readonly text: string | null;
}

/** HTTP client in the role of booking systems and administrators. */
export class DemoClient {
  readonly #url: string;
  readonly #adminToken: string;
  sourceToken = '';

  constructor(url: string, adminToken: string) {
    this.#url = url;
    this.#adminToken = adminToken;
  }

  /**
   * Calls the administration API as its administrator.
   * @throws Error with the body of the response when it is no 2xx
   */
  async admin<T>(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<T> {
    return this.#json(method, path, this.#adminToken, body);
  }

  /** Posts events to the webhook of the demo's source. @throws Error when the response is no 2xx */
  async book(events: readonly unknown[]): Promise<{ results: { result: string; reminders?: number }[] }> {
    return this.#json('POST', `/v1/webhooks/${SOURCE}`, this.sourceToken, events);
  }

  /**
   * Sends a message in a standard format.
   * @returns the body of the response
   */
  async send(path: 'hl7v2' | 'fhir', contentType: string, body: string): Promise<string> {
    const headers = { Authorization: `Bearer ${this.sourceToken}`, 'Content-Type': contentType };
    const response = await fetch(`${this.#url}/v1/${path}/${SOURCE}`, { method: 'POST', headers, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST /v1/${path} responded ${response.status}: ${text}`);
    return text;
  }

  /** Sends a citizen's reply from the simulated phone, by its form. */
  async reply(from: string, to: string, text: string): Promise<void> {
    const page = await fetch(`${this.#url}/simulator`);
    const proof = /name="form" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
    const response = await fetch(`${this.#url}/simulator/reply`, {
      method: 'POST',
      headers: { Cookie: page.headers.getSetCookie()[0]?.split(';')[0] ?? '' },
      body: new URLSearchParams({ form: proof, from, to, text }),
      redirect: 'manual',
    });
    if (response.status >= 400) throw new Error(`the simulator responded ${response.status}`);
  }

  /** Reads the reminders of an appointment through the administration API. */
  async reminders(reference: string): Promise<SeenReminder[]> {
    const path = `/v1/authorities/${AUTHORITY}/appointments/${SOURCE}/${reference}`;
    return (await this.admin<{ reminders: SeenReminder[] }>('GET', path)).reminders;
  }

  async #json<T>(method: string, path: string, token: string, body: unknown): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const response = await fetch(this.#url + path, { method, headers, ...sent });
    if (!response.ok) throw new Error(`${method} ${path} responded ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}
