/** Why a part of a request is accepted without effect: sentences for senders, by the codes that elements carry. */
export const IGNORED = {
  acknowledgement: 'an acknowledgement',
  not_about_appointment: 'not about an appointment',
  test_patient: 'a test message about a patient',
  blocked_slot: 'a blocked slot is not an appointment of a patient',
  slot_changed: 'a change of a slot in a schedule says nothing about an appointment',
  other_status: 'not the status of an appointment',
  excluded_type: 'the mapping of the source excludes events of this type',
  repeated: 'This event repeats one earlier in the batch.',
  no_patient_status: 'Its status is not that of an appointment with a patient.',
  pattern: 'It is a pattern of appointments; each appointment is sent by itself.',
  other_resource: 'It is not about an appointment.',
  no_patient_id: 'The patient has no permanent id.',
  document_bundle: 'A Bundle of type document changes nothing.',
  response_bundle: 'A Bundle of type response changes nothing.',
  no_event: 'The notification contains no event.',
  response_message: 'The message is a response to another one.',
  reading: 'Reading is not supported.',
  no_appointment: 'It contains no appointment.',
  no_patient: 'It contains no patient.',
  patient_used: 'The patient was read with the appointment.',
  newer_used: 'A newer version, or one that belongs to an appointment, is used instead.',
  several_servers: 'Several servers have a patient with this id.',
  other_server: 'It is on a server that resources are not read back from.',
  id_only: 'The notification contains only its id, which is not supported without reading back.',
  patient_gone: 'The patient does not exist any more.',
  other_type_read: 'Another type of resource was read back.',
} as const;

/** The code of a reason. */
export type IgnoredCode = keyof typeof IGNORED;
