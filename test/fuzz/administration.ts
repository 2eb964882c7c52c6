import type { Dice } from '../simulation/dice.ts';
import { EVENT } from '../support/every-field.ts';
import type { Access } from './access.ts';
import type { FuzzRequest } from './request.ts';
import { ADMIN, SUPPLIERS } from './service-process.ts';
import { goodText, hostileText, hostileValue, withOneReplaced } from './values.ts';

type Call = readonly [method: string, path: string, body?: unknown];

const RH = '/v1/authorities/rh';
const GATEWAYS = [...SUPPLIERS, 'nobody'] as const;
const SOURCES = ['easysms', 'cloudevents', 'cal-com', 'vendor', 'fhir', 'hl7v2', 'csv', 'spare'] as const;

/** Texts as somebody reads them who sees every number masked. */
const READ = [
  ...['/statistics?by=day', '/statistics?by=department', '/statistics?by=template', '/plan', '/templates', '/sources'],
  ...['/messages', '/inbound', '/inbound?settled=true', '/opt-outs', '/people', '/keys', '/audit'],
] as const;
/** The parts of one source that are read. */
const READ_OF_SOURCE = ['/deliveries', '/deliveries?status=failed', '/refusals', '/unmapped'] as const;

/** The beginning of a text, as it can stand in an address. */
const wellFormed = (text: string, length: number) => Buffer.from(text.slice(0, length)).toString();

/** Makes requests of administrators, staff and booking systems that are no messages about appointments. */
export class Administration {
  readonly #dice: Dice;
  readonly #access: Access;

  constructor(dice: Dice, access: Access) {
    this.#dice = dice;
    this.#access = access;
  }

  next(): FuzzRequest {
    const area = this.#dice.pick(['settings', 'settings', 'people', 'gateways', 'events', 'reading', 'reading']);
    if (area === 'reading') return this.#reading();
    const [method, path, body] = this.#dice.pick(this.#calls(area));
    const headers = { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json' };
    const changed = this.#dice.chance(0.2) ? withOneReplaced(body, this.#dice, hostileValue) : body;
    return { format: area, method, path, headers, body: body === undefined ? null : JSON.stringify(changed) };
  }

  #calls(area: string): readonly [Call, ...Call[]] {
    if (area === 'people') return this.#people();
    if (area === 'gateways') return this.#gateways();
    return area === 'events' ? this.#events() : this.#settings();
  }

  #name(): string {
    return this.#dice.chance(0.2) ? hostileText(this.#dice) : `Authority ${this.#dice.between(1, 50)}`;
  }

  /** An id that nothing has. */
  #uuid(): string {
    return `01936a8e-1234-7123-8123-${String(this.#dice.between(1, 1e6)).padStart(12, '0')}`;
  }

  #settings(): readonly [Call, ...Call[]] {
    const dice = this.#dice;
    const [name, reason] = [this.#name(), dice.chance(0.3) ? hostileText(dice) : 'vi flytter'];
    const phone = `20${dice.between(100_000, 899_999)}`;
    const contactPhone = dice.chance(0.2) ? hostileText(dice, 'contactPhone') : null;
    const rh = { name, sender: 'RegionH', sendingWindow: null, maxPerNumberPerDay: 1_000, contactPhone };
    const mapping = { type: '/a', types: {}, fields: { id: hostileText(dice) } };
    return [
      ['PUT', RH, rh],
      [
        'PUT',
        `/v1/authorities/a-${dice.between(1, 20)}`,
        { name, sender: '1204', retentionDays: dice.between(1, 3650) },
      ],
      ['PUT', `${RH}/sources/spare`, { name, locationMap: { [goodText(dice)]: goodText(dice) } }],
      ['PUT', `${RH}/sources/spare`, { name: 'x', mapping }],
      ['PUT', `${RH}/templates/reminder/da`, { text: `Husk {{ time }}. ${hostileText(dice, 'text')}` }],
      ['POST', `${RH}/pause`, { source: 'spare', reason }],
      ['POST', `${RH}/resume`, { source: 'spare' }],
      ['POST', `${RH}/opt-outs`, { phone, reason }],
      ['POST', `${RH}/citizens/lookup`, { phone }],
      ['POST', `${RH}/citizens/erase`, { phone }],
      ['POST', `${RH}/plan`, { type: EVENT.type, data: EVENT.data }],
      ['POST', `${RH}/keys`, { name, role: 'viewer' }],
      ['POST', `${RH}/inbound/${this.#uuid()}/settle`, { action: dice.pick(['none', 'opt_out', 'cancelled']) }],
    ];
  }

  #people(): readonly [Call, ...Call[]] {
    const dice = this.#dice;
    const email = dice.chance(0.2) ? hostileText(dice) : `p${dice.between(1, 200)}@example.org`;
    const invite = { email, name: this.#name(), role: dice.pick(['viewer', 'operator', 'administrator']) };
    const departments = [goodText(dice), dice.chance(0.2) ? hostileText(dice) : 'Ambulatoriet'];
    const cursor = encodeURIComponent(wellFormed(hostileText(dice), 500));
    return [
      ['POST', `${RH}/people`, invite],
      ['POST', `${RH}/people`, { ...invite, departments }],
      ['POST', '/v1/installation/people', invite],
      ['GET', `${RH}/people?cursor=${cursor}`],
      ['GET', '/v1/installation/people'],
      ['DELETE', `${RH}/people/${this.#uuid()}`],
      ['DELETE', `/v1/installation/people/${this.#uuid()}`],
    ];
  }

  #gateways(): readonly [Call, ...Call[]] {
    const dice = this.#dice;
    const gateway = `/v1/gateways/${dice.pick(GATEWAYS)}`;
    const reason = dice.chance(0.3) ? hostileText(dice) : 'leverandøren har nedbrud';
    const price = () => ({
      country: dice.pick(['DK', 'SE', 'NO']),
      perSegment: dice.between(0, 900_000) / 1e6,
      currency: 'DKK',
      from: `2026-${String(dice.between(1, 12)).padStart(2, '0')}-01`,
    });
    const phone = `20${dice.between(100_000, 899_999)}`;
    return [
      ['GET', '/v1/gateways'],
      ['POST', `${gateway}/out`, { reason }],
      // All that are out would be hours without a hand-over.
      ['POST', `${gateway}/in`],
      ['POST', '/v1/gateways/kannel/in'],
      ['GET', `${gateway}/prices`],
      ['PUT', `${gateway}/prices`, Array.from({ length: dice.chance(0.1) ? 500 : dice.between(0, 5) }, price)],
      ['POST', `${gateway}/tests`, { phone, sender: 'RegionH' }],
      ['GET', `${gateway}/tests/${this.#uuid()}`],
    ];
  }

  #events(): readonly [Call, ...Call[]] {
    const dice = this.#dice;
    const source = dice.pick(['easysms', 'cloudevents', 'spare']);
    const deliveries = `${RH}/sources/${source}/deliveries`;
    const url = dice.chance(0.5) ? `${this.#access.endpoint}/${dice.between(1, 9)}` : hostileText(dice, 'url');
    const format = dice.pick(['json', 'cloudevents']);
    const from = new Date(this.#access.now - dice.between(0, 10) * 60_000).toISOString();
    return [
      ['PUT', `${RH}/sources/spare`, { name: 'spare', events: { url, format } }],
      ['POST', `${deliveries}/replay`, { ids: [this.#uuid(), this.#uuid()] }],
      ['POST', `${deliveries}/replay`, { from, to: new Date(this.#access.now).toISOString() }],
      ['POST', `${deliveries}/test`],
      ['POST', `${deliveries}/resume`],
      ['POST', `${RH}/sources/${source}/secrets`, { for: 'events' }],
      ['GET', `${deliveries}?reference=${encodeURIComponent(wellFormed(hostileText(dice), 400))}`],
      ['GET', `${deliveries}?cursor=${encodeURIComponent(wellFormed(hostileText(dice), 400))}`],
    ];
  }

  #reading(): FuzzRequest {
    const dice = this.#dice;
    const source = dice.pick(SOURCES);
    const token = this.#access.tokens.get(source) ?? '';
    const reference = `A-${dice.between(1, 5_000)}`;
    const get = (path: string, bearer: string): FuzzRequest => {
      return { format: 'reading', method: 'GET', path, headers: { Authorization: `Bearer ${bearer}` }, body: null };
    };
    const limit = dice.chance(0.2) ? encodeURIComponent(wellFormed(hostileText(dice), 100)) : dice.between(1, 500);
    return dice.pick([
      get(`/v1/sources/${source}/events?limit=${limit}`, token),
      get(`/v1/sources/${source}/appointments/${reference}`, token),
      get(`${RH}/appointments/${source}/${reference}`, this.#access.viewer),
      get(`${RH}/sources/${source}${dice.pick(READ_OF_SOURCE)}`, this.#access.viewer),
      get(RH + dice.pick(READ), this.#access.viewer),
      get(RH + dice.pick(READ), this.#access.viewer),
      get(dice.pick(['/v1/installation', '/v1/installation/audit', '/metrics', '/readyz']), ADMIN),
    ]);
  }
}
