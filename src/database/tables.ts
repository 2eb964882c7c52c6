import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';
import type { AppointmentStatus, PhoneReason } from '../domain/appointment.ts';
import type { AppointmentKind, AuthoritySettings, Language, SourceMode, SourceSettings } from '../domain/authority.ts';
import type { Channel, EventType } from '../domain/event-types.ts';
import type { GATEWAY_TEST, OutReason } from '../domain/gateway-state.ts';
import type { Role } from '../domain/people/access.ts';
import type {
  MessageStatus,
  ReminderStatus,
  StoredReminderStatus,
  TemplateName,
  TextName,
} from '../domain/reminder.ts';
import type { Meaning } from '../domain/replies/read-reply.ts';
import type { SettleAction, SettleEffects } from '../domain/replies/settle.ts';

type Instant = ColumnType<Date, Date | string, Date | string>;
type NullableInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type Bytes = ColumnType<Buffer, Buffer, Buffer>;
type NullableBytes = ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
/** JSON is always sent as text: the drivers disagree on how a JavaScript value becomes JSON. */
type JsonColumn<T> = ColumnType<T, string, string>;
type NullableJson<T = unknown> = ColumnType<T | null, string | null | undefined, string | null>;
/** bigint: text in both drivers. */
type Big = ColumnType<string, string | number | bigint, string | number | bigint>;

/** The progress of a run that encrypts everything anew. */
interface Reencryption {
  /** Cursor of the batch that comes next. */
  readonly cursor: string;
  /** Ciphertexts so far that are not bound to their row and could not be opened. */
  readonly unopened: number;
}

interface InstallationTable {
  id: number;
  public_url: string;
  lookup_key: Bytes;
  patient_key: Bytes;
  created_at: Instant;
  adopted_at: NullableInstant;
  database_identity: string | null;
  clear_ids: Generated<boolean>;
  unbound_ciphertexts: Generated<boolean>;
  reencryption: NullableJson<Reencryption>;
}

interface AuthorityTable {
  id: string;
  name: string;
  sender: string;
  inbound_keyword: string | null;
  language: Language;
  time_zone: string;
  retention_days: number;
  on_uncertain: 'hold' | 'resend';
  max_per_number_per_day: number;
  /** Rows of an earlier release lack settings that came later: `toAuthority` fills them in. */
  settings: JsonColumn<AuthoritySettings>;
  version: Generated<number>;
  paused_at: NullableInstant;
  paused_until: NullableInstant;
  pause_reason: string | null;
  /** Reminders that were planned before have deadlines by another notice or time zone. */
  notice_changed_at: NullableInstant;
  /** Since then others get reminders than were planned; null: all are planned by the settings. */
  recipients_changed_at: NullableInstant;
  created_at: Instant;
  updated_at: Instant;
}

interface SourceTable {
  id: string;
  authority_id: string;
  name: string;
  mode: SourceMode;
  /** Rows of an earlier release lack settings that came later: `toSource` fills them in. */
  settings: JsonColumn<SourceSettings>;
  version: Generated<number>;
  paused_at: NullableInstant;
  paused_until: NullableInstant;
  pause_reason: string | null;
  created_at: Instant;
  updated_at: Instant;
  hmac_secret_ciphertext: NullableBytes;
  fhir_authorization_ciphertext: NullableBytes;
}

interface SourceSecretTable {
  id: string;
  authority_id: string;
  source_id: string;
  token_hash: Bytes;
  webhook_secret_ciphertext: Bytes;
  created_at: Instant;
  ended_at: NullableInstant;
}

interface ApiKeyTable {
  id: string;
  authority_id: string;
  name: string;
  role: Role;
  prefix: string;
  key_hash: Bytes;
  created_at: Instant;
  /** To the hour; null: never. */
  last_used_at: NullableInstant;
  revoked_at: NullableInstant;
}

interface TemplateVersionTable {
  authority_id: string;
  name: TemplateName;
  language: Language;
  version: number;
  text: string | null;
  created_at: Instant;
  created_by: string;
}

interface StandardAnswerTable {
  authority_id: string;
  id: string;
  name: string;
  text_da: string;
  text_en: string;
  version: number;
  updated_at: Instant;
}

interface AppointmentTable {
  id: string;
  authority_id: string;
  source_id: string;
  reference: string;
  version: Big | null;
  event_at: NullableInstant;
  cancel_stamp: NullableInstant;
  content_hash: Bytes;
  seen_events: NullableBytes;
  revision: number;
  slot: number;
  status: AppointmentStatus;
  unclear_status: NullableBytes;
  start_at: NullableInstant;
  end_at: NullableInstant;
  kind: AppointmentKind;
  patient_key: NullableBytes;
  phone_ciphertext: NullableBytes;
  phone_hash: NullableBytes;
  phone_reason: PhoneReason | null;
  wrong_phone_hash: NullableBytes;
  language: string | null;
  location_code: string | null;
  location_text: string | null;
  place_ciphertext: NullableBytes;
  department: string | null;
  department_code: string | null;
  contact_phone: string | null;
  source_mode: SourceMode;
  test: Generated<boolean>;
  outcome: 'arrived' | 'fulfilled' | 'noshow' | null;
  outcome_at: NullableInstant;
  announced_start_at: NullableInstant;
  received_at: Instant;
  updated_at: Instant;
  erased_at: NullableInstant;
  group_reference: string | null;
  replaced_by: ColumnType<string | null, string | null | undefined, string | null>;
  deceased: Generated<boolean>;
  location_printable: Generated<boolean>;
}

interface AppointmentAliasTable {
  source_id: string;
  kind: string;
  value: string;
  authority_id: string;
  appointment_id: string;
  shared: Generated<boolean>;
}

interface AppointmentChangeTable {
  appointment_id: string;
  at: Instant;
  /** The order within one moment. */
  id: Generated<string>;
  change: 'moved' | 'cancelled' | 'deleted' | 'replaced' | 'booked';
  /** The time that it had before. */
  start_at: Instant | null;
  /** The slot that it had before. */
  slot: number;
}

interface KnownPatientTable {
  id: string;
  authority_id: string;
  source_id: string;
  patient_key: Bytes;
  version: Big | null;
  event_at: NullableInstant;
  deceased: boolean;
  protected: Generated<boolean>;
  phone_ciphertext: Bytes | null;
  phone_hash: Bytes | null;
  language: string | null;
  kept_at: NullableInstant;
  updated_at: Instant;
}

interface UnmappedValueTable {
  authority_id: string;
  source_id: string;
  field: 'status' | 'location' | 'start';
  value: string;
  patients: NullableBytes;
  first_at: Instant;
  last_at: Instant;
}

interface RefusalTable {
  id: Generated<string>;
  authority_id: string;
  source_id: string;
  at: Instant;
  status: string;
  code: string;
  pointer: string;
  format: string;
  request_id: string | null;
  /** null: it stands on the to-do list for a day. */
  seen_at: Instant | null;
}

interface FhirFeedTable {
  authority_id: string;
  source_id: string;
  feed: string;
  last_event: Big | null;
  polled_at: NullableInstant;
  next_page_ciphertext: NullableBytes;
  begun_at: NullableInstant;
  updated_at: Instant;
}

interface ProcessTable {
  id: string;
  name: string;
  version: string;
  clock_ahead_ms: Big | null;
  started_at: Instant;
  heartbeat_at: Instant;
}

interface HandOverGroupTable {
  id: string;
  process_id: string;
  message_ids: string[];
  started_at: Instant;
}

interface GatewayStateTable {
  gateway: string;
  version: Generated<number>;
  since: Instant;
  reason: OutReason | null;
  note: string | null;
  probe_at: NullableInstant;
  probes: Generated<number>;
}

interface GatewayCallsTable {
  gateway: string;
  began: Instant;
  calls: number;
  throttled: number;
  unreachable: number;
  uncertain: number;
  refused: Generated<number>;
  latency_ms: Big;
}

interface GatewayPriceTable {
  gateway: string;
  country: string;
  valid_from: ColumnType<string, string, string>;
  currency: string;
  per_segment_micro: Big;
}

interface GatewayPaceTable {
  gateway: string;
  next_at: Instant;
}

interface ReminderTable {
  id: string;
  authority_id: string;
  source_id: string;
  appointment_id: string;
  slot: number;
  revision: number;
  rule: string;
  template: TemplateName;
  language: Language;
  department: string | null;
  status: StoredReminderStatus;
  reason: string | null;
  due_at: Instant;
  /** Select it as text: the drivers read a date differently. */
  due_day: ColumnType<string, string, string>;
  expires_at: Instant;
  next_at: NullableInstant;
  held_reason: string | null;
  tries: Generated<number>;
  phone_hash: NullableBytes;
  text_ciphertext: NullableBytes;
  template_version: number | null;
  encoding: 'gsm7' | 'ucs2' | null;
  segments: number | null;
  created_at: Instant;
  updated_at: Instant;
}

interface ReminderHistoryTable {
  reminder_id: string;
  at: Instant;
  status: ReminderStatus;
  reason: string | null;
}

interface MessageTable {
  id: string;
  authority_id: string | null;
  reminder_id: string | null;
  inbound_id: string | null;
  template: TextName | typeof GATEWAY_TEST;
  language: Language;
  department: string | null;
  /** Select it as text: the drivers read a date differently. */
  due_day: ColumnType<string | null, string | null, string | null>;
  gateway: string;
  gateway_message_id: string | null;
  sender: string;
  phone_ciphertext: NullableBytes;
  phone_hash: NullableBytes;
  country: string | null;
  text_ciphertext: NullableBytes;
  template_version: number | null;
  status: MessageStatus;
  reason: string | null;
  code: string | null;
  attempts: Generated<number>;
  encoding: 'gsm7' | 'ucs2';
  segments: number;
  gateway_segments: number | null;
  valid_until: Instant;
  next_at: NullableInstant;
  asked_at: NullableInstant;
  created_at: Instant;
  handed_over_at: NullableInstant;
  accepted_at: NullableInstant;
  delivered_at: NullableInstant;
  updated_at: Instant;
}

interface StaffAnswerTable {
  message_id: string;
  appointment_id: string | null;
  slot: number | null;
  appointment_status: AppointmentStatus | null;
  start_before: Instant;
  written_by: string;
}

/** Messages with the status uncertain, kept by a trigger of message. */
interface UncertainMessageTable {
  message_id: string;
  gateway: string;
  since: Instant;
}

/** Messages that did not reach the citizen, or may not have, kept by a trigger of message. */
interface FailedMessageTable {
  message_id: string;
  authority_id: string;
  reminder_id: string;
  expires_at: Instant;
}

interface HandledAppointmentTable {
  appointment_id: string;
  slot: number;
  authority_id: string;
  handled_at: Instant;
  handled_by: string;
}

interface SourceActivityTable {
  source_id: string;
  authority_id: string;
  last_at: Instant;
}

interface CallbackTable {
  id: string;
  gateway: string;
  kind: 'receipt' | 'inbound';
  dedupe_key: Bytes;
  raw_ciphertext: NullableBytes;
  phone_hash: NullableBytes;
  received_at: Instant;
  applied_at: NullableInstant;
  note: string | null;
}

interface ReceiptTable {
  id: string;
  message_id: string;
  callback_id: string | null;
  state: string;
  cause: string | null;
  code: string | null;
  at: NullableInstant;
  received_at: Instant;
}

interface InboundMessageTable {
  id: string;
  gateway: string;
  gateway_message_id: string | null;
  phone_ciphertext: NullableBytes;
  phone_hash: Bytes;
  recipient_ciphertext: NullableBytes;
  text_ciphertext: NullableBytes;
  meaning: Meaning;
  scope: 'authority' | 'installation';
  callback_id: string | null;
  written_at: NullableInstant;
  received_at: Instant;
}

interface InboundAuthorityTable {
  inbound_id: string;
  authority_id: string;
  phone_hash: Bytes;
  needs_person: boolean;
  holds: boolean;
  settled_at: NullableInstant;
  settled_by: string | null;
  action: SettleAction | null;
  effects: NullableJson<SettleEffects>;
  undone_at: NullableInstant;
  answered_message_id: string | null;
  taken_at: NullableInstant;
}

interface InboundAppointmentTable {
  inbound_id: string;
  authority_id: string;
  appointment_id: string;
  slot: number;
  phone_hash: Bytes;
  subject: boolean;
  holds: boolean;
  had_number: boolean;
}

interface EventReaderTable {
  source_id: string;
  authority_id: string;
  since: NullableInstant;
  read_at: NullableInstant;
}

interface EventOutboxTable {
  ordinal: Generated<string>;
  type: EventType;
  at: Instant;
  reminder_id: string | null;
  appointment_id: string | null;
  inbound_id: string | null;
  status: string | null;
  reason: string | null;
  held_until: Instant | null;
}

interface EventTable {
  source_id: string;
  sequence: Big;
  id: string;
  authority_id: string;
  appointment_id: string;
  /** null: the appointment is past retention. */
  reference: string | null;
  reminder_id: string | null;
  inbound_id: string | null;
  type: EventType;
  at: Instant;
  status: string | null;
  reason: string | null;
  numbered_at: Instant;
}

interface EventSequenceTable {
  source_id: string;
  last: Big;
}

interface EventEndpointTable {
  source_id: string;
  channel: Channel;
  authority_id: string;
  state: 'live' | 'paused' | 'ended';
  taken: Big;
  failures: Generated<number>;
  failing_since: NullableInstant;
  next_at: NullableInstant;
  last_result: string | null;
  delivered_at: NullableInstant;
  owner: string | null;
  owned_until: NullableInstant;
}

interface DeliveryTable {
  source_id: string;
  channel: Channel;
  sequence: Big;
  authority_id: string;
  appointment_id: string;
  status: 'pending' | 'delivered' | 'failed';
  attempts: number;
  next_at: NullableInstant;
  last_result: string | null;
  attempted_at: NullableInstant;
}

interface EventSecretTable {
  id: string;
  authority_id: string;
  source_id: string;
  secret_ciphertext: Bytes;
  created_at: Instant;
  ended_at: NullableInstant;
}

interface OptOutTable {
  id: string;
  authority_id: string | null;
  phone_hash: Bytes;
  phone_ciphertext: NullableBytes;
  reason: string;
  recorded_by: string;
  inbound_id: string | null;
  recorded_at: Instant;
  lifted_at: NullableInstant;
  lifted_by: string | null;
  lift_reason: string | null;
}

interface IdempotencyKeyTable {
  source_id: string;
  key: string;
  body_hash: Bytes;
  response: JsonColumn<unknown>;
  created_at: Instant;
}

interface AuditTable {
  id: string;
  at: Instant;
  actor: string;
  action: string;
  authority_id: string | null;
  target: string;
  before: NullableJson;
  after: NullableJson;
  recorded_at: NullableInstant;
  recorded_by: string | null;
  fold: string | null;
}

interface ImportFileTable {
  id: string;
  authority_id: string;
  source_id: string;
  person_id: string | null;
  content_ciphertext: Bytes;
  created_at: Instant;
}

interface PersonTable {
  id: string;
  email_hash: NullableBytes;
  identity_hash: NullableBytes;
  email_ciphertext: NullableBytes;
  password_hash: string | null;
  totp_ciphertext: NullableBytes;
  totp_confirmed_at: NullableInstant;
  totp_step: Big | null;
  created_at: Instant;
  signed_in_at: NullableInstant;
  ended_at: NullableInstant;
}

interface PersonNameTable {
  id: string;
  person_id: string;
  authority_id: string | null;
  name_ciphertext: Bytes;
}

interface AccountTable {
  id: string;
  person_id: string;
  authority_id: string | null;
  role: Role;
  departments: NullableJson<readonly string[]>;
  origin: 'invitation' | 'provider';
  accepted_at: NullableInstant;
  created_at: Instant;
}

interface InvitationTable {
  token_hash: Bytes;
  account_id: string | null;
  created_at: Instant;
  expires_at: Instant;
}

interface RecoveryCodeTable {
  person_id: string;
  code_hash: Bytes;
}

interface SignInFailureTable {
  key_hash: Bytes;
  failures: number;
  began_at: Instant;
}

interface SessionTable {
  id_hash: Bytes;
  token_hash: NullableBytes;
  person_id: string | null;
  method: 'token' | 'password' | 'provider';
  second_factor: Generated<boolean>;
  started_at: Instant;
  seen_at: Instant;
}

interface DepartmentTable {
  authority_id: string;
  key: string;
  name: string | null;
  patients: Bytes;
  seen_at: Instant;
}

interface StatisticsDeltaTable {
  id: Generated<string>;
  authority_id: string;
  day: ColumnType<string, string, string>;
  template: string;
  language: string;
  gateway: string;
  department: string;
  country: string;
  status: ReminderStatus;
  reminders: number;
  segments: number;
  /** `none`: there is none. */
  reason: string;
}

interface StatisticsDayTable extends Omit<StatisticsDeltaTable, 'id' | 'reminders' | 'segments'> {
  reminders: Big;
  segments: Big;
}

/** Sums of the rows by day, kept by triggers of statistics_day. */
interface StatisticsSumTable {
  authority_id: string;
  dimension: string;
  span: string;
  begins: ColumnType<string, string, string>;
  key: string;
  status: ReminderStatus;
  reminders: Big;
  segments: Big;
}

/** Every table, as migrations/ makes them; a test compares the two. */
export interface Database {
  installation: InstallationTable;
  authority: AuthorityTable;
  source: SourceTable;
  source_secret: SourceSecretTable;
  known_patient: KnownPatientTable;
  unmapped_value: UnmappedValueTable;
  refusal: RefusalTable;
  fhir_feed: FhirFeedTable;
  source_activity: SourceActivityTable;
  api_key: ApiKeyTable;
  template_version: TemplateVersionTable;
  standard_answer: StandardAnswerTable;
  appointment: AppointmentTable;
  appointment_alias: AppointmentAliasTable;
  appointment_change: AppointmentChangeTable;
  process: ProcessTable;
  hand_over_group: HandOverGroupTable;
  gateway_state: GatewayStateTable;
  gateway_calls: GatewayCallsTable;
  gateway_pace: GatewayPaceTable;
  gateway_price: GatewayPriceTable;
  reminder: ReminderTable;
  reminder_history: ReminderHistoryTable;
  message: MessageTable;
  staff_answer: StaffAnswerTable;
  uncertain_message: UncertainMessageTable;
  failed_message: FailedMessageTable;
  handled_appointment: HandledAppointmentTable;
  callback: CallbackTable;
  receipt: ReceiptTable;
  inbound_message: InboundMessageTable;
  inbound_authority: InboundAuthorityTable;
  inbound_appointment: InboundAppointmentTable;
  event_reader: EventReaderTable;
  event_outbox: EventOutboxTable;
  event: EventTable;
  event_sequence: EventSequenceTable;
  event_endpoint: EventEndpointTable;
  delivery: DeliveryTable;
  event_secret: EventSecretTable;
  opt_out: OptOutTable;
  idempotency_key: IdempotencyKeyTable;
  audit: AuditTable;
  import_file: ImportFileTable;
  person: PersonTable;
  person_name: PersonNameTable;
  account: AccountTable;
  invitation: InvitationTable;
  recovery_code: RecoveryCodeTable;
  sign_in_failure: SignInFailureTable;
  session: SessionTable;
  department: DepartmentTable;
  statistics_delta: StatisticsDeltaTable;
  statistics_day: StatisticsDayTable;
  statistics_sum: StatisticsSumTable;
}

/** The database, or a transaction of it. */
export type Db = Kysely<Database>;
/** A transaction of the database. */
export type Trx = Transaction<Database>;
