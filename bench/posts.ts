import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { systemClock } from '../src/clock.ts';

export interface BenchAppointment {
  readonly id: string;
  /** An instant with `Z`. */
  readonly start: string;
  /** Eight digits. */
  readonly phone: string;
}

/** How one appointment is posted in some format. */
export interface Posting {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  path(appointment: BenchAppointment): string;
  readonly method: 'POST' | 'PUT';
  body(appointment: BenchAppointment): string;
  /** Each carries an Idempotency-Key. */
  readonly keyed?: true;
  /** Must stand in the answer, where the status says too little. */
  readonly answer?: string;
}

export const JSON_EVENT: Posting = {
  name: 'JSON',
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  status: 202,
  path: () => '/v1/webhooks/bench',
  body: ({ id, start, phone }) =>
    JSON.stringify({
      type: 'appointment.booked',
      data: { id, start, patient: { phone }, location: { text: 'Opgang 4' } },
    }),
};

/** The same with a version and a key to tell repeats by. */
export const JSON_VERSIONED: Posting = {
  ...JSON_EVENT,
  name: 'JSON with version and key',
  keyed: true,
  body: ({ id, start, phone }) =>
    JSON.stringify({
      type: 'appointment.booked',
      data: { id, start, version: 1, patient: { phone }, location: { text: 'Opgang 4' } },
    }),
};

/** How long an appointment takes, where it is and whose it is: what hospitals' formats below say, word for word. */
const WHOLE = { minutes: 30, place: 'AMB4', placeText: 'Opgang 4', patient: (id: string) => `P-${id}` };

const endOf = (start: string): string => new Date(Date.parse(start) + WHOLE.minutes * 60_000).toISOString();

/** The same appointment as in hospitals' formats. */
export const JSON_WHOLE: Posting = {
  ...JSON_EVENT,
  name: 'the same as JSON',
  body: ({ id, start, phone }) => {
    const patient = { id: WHOLE.patient(id), phone };
    const location = { code: WHOLE.place, text: WHOLE.placeText };
    return JSON.stringify({ type: 'appointment.booked', data: { id, start, end: endOf(start), patient, location } });
  },
};

/** With a key to tell repeats by, as every message of HL7 v2 has one. */
export const JSON_KEYED: Posting = { ...JSON_WHOLE, name: 'the same as JSON with a key', keyed: true };

/** As a hospital's integration engine sends it. */
export const HL7_SIU: Posting = {
  name: 'HL7 v2',
  method: 'POST',
  headers: { 'content-type': 'application/hl7-v2' },
  status: 200,
  path: () => '/v1/hl7v2/bench',
  answer: 'MSA|AA|',
  body: ({ id, start, phone }) => {
    const stamp = `${start.replaceAll(/[-:T]|\.\d+Z/g, '')}+0000`;
    return [
      `MSH|^~\\&|HIS|BENCH|EASYSMS|BENCH|${stamp}||SIU^S12^SIU_S12|M-${id}|P|2.5|||AL|NE||UNICODE UTF-8`,
      `SCH||${id}^HIS||||ROUTINE|||${WHOLE.minutes}|min|^^${WHOLE.minutes}^${stamp}|||||||||||||||BOOKED`,
      `PID|1||${WHOLE.patient(id)}^^^HIS||Hansen^Hanne||19700101|F|||Nygade 1^^Aarhus^^8000||^PRN^CP^^^^${phone}`,
      'RGS|1|A',
      `AIL|1|A|${WHOLE.place}^^^^^^^^${WHOLE.placeText}|||${stamp}`,
      '',
    ].join('\r');
  },
};

/** As HAPI FHIR sends it, with the patient inside. */
export const FHIR_PUT: Posting = {
  name: 'FHIR',
  method: 'PUT',
  headers: { 'content-type': 'application/fhir+json; charset=UTF-8' },
  status: 200,
  path: ({ id }) => `/v1/fhir/bench/Appointment/${id}`,
  body: ({ id, start, phone }) =>
    JSON.stringify({
      resourceType: 'Appointment',
      id,
      meta: { versionId: '1', lastUpdated: start },
      contained: [
        {
          resourceType: 'Patient',
          id: 'p',
          identifier: [{ system: 'urn:his', value: WHOLE.patient(id) }],
          name: [{ family: 'Hansen' }],
          telecom: [{ system: 'phone', use: 'mobile', value: phone }],
        },
        {
          resourceType: 'Location',
          id: 'l',
          identifier: [{ system: 'urn:his', value: WHOLE.place }],
          name: WHOLE.placeText,
        },
      ],
      status: 'booked',
      start,
      end: endOf(start),
      participant: [
        { actor: { reference: '#p' }, status: 'accepted' },
        { actor: { reference: '#l' }, status: 'accepted' },
      ],
    }),
};

/** What is posted: how many appointments, over how many connections at once, how many in one request. */
export interface Load {
  readonly appointments: number;
  readonly connections: number;
  readonly together?: number;
  /** Of each appointment; a month ahead unless given. */
  readonly start?: Date;
  /** Requests a second, whatever they take; unless given, each connection posts the next one at once. */
  readonly perSecond?: number;
  /** Told how long each request took, in ms: from when it was to be made, where that is told. */
  readonly took?: (ms: number) => void;
}

/** Every appointment has a number of its own, so that none reaches the most that a citizen gets a day. */
let numbers = 0;

/** @returns appointments a second, each of them a new one whose id begins with `prefix` */
export async function post(url: string, posting: Posting, token: string, prefix: string, load: Load): Promise<number> {
  const { appointments, connections, together = 1 } = load;
  const pool = new Pool(url, { connections, pipelining: 1 });
  const start = (load.start ?? new Date(systemClock.now().getTime() + 30 * 86_400_000)).toISOString();
  const headers = { ...posting.headers, authorization: `Bearer ${token}` };
  let next = 0;
  const take = (): BenchAppointment => ({
    id: `${prefix}-${next++}`,
    start,
    phone: String(20_100_000 + (numbers++ % 800_000)),
  });
  const began = performance.now();
  const worker = async () => {
    while (next < appointments) {
      const appointment = take();
      const rest = Array.from({ length: together - 1 }, take);
      const body = together === 1 ? posting.body(appointment) : `[${[appointment, ...rest].map(posting.body).join()}]`;
      const own = posting.keyed ? { ...headers, 'idempotency-key': `M-${appointment.id}` } : headers;
      const asked = await turnOf(next - 1, began, load);
      const answer = await pool.request({
        method: posting.method,
        path: posting.path(appointment),
        headers: own,
        body,
      });
      const text = await answer.body.text();
      load.took?.(performance.now() - asked);
      if (answer.statusCode !== (together === 1 ? posting.status : 207) || !text.includes(posting.answer ?? ''))
        throw new Error(`answered ${answer.statusCode}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - began) / 1000;
  await pool.close();
  return next / seconds;
}

/** Waits for the moment of a request. @returns when it was to be made: earlier than now where no connection was free */
async function turnOf(nth: number, began: number, { perSecond }: Load): Promise<number> {
  const at = perSecond === undefined ? performance.now() : began + (nth * 1000) / perSecond;
  const early = at - performance.now();
  if (early <= 0) return at;
  await sleep(early);
  return performance.now();
}
