/** The date of the last change to this statement, which FHIR requires. */
const CHANGED = '2026-12-02';

/** Interactions that depend on a search or a condition are none. */
const UNCONDITIONAL = { conditionalCreate: false, conditionalUpdate: false, conditionalDelete: 'not-supported' };

/**
 * FHIR R4 CapabilityStatement: what a booking system's server may send to `/v1/fhir/{source}`. The same for every
 * source.
 */
export function capabilityStatement(publicUrl: string): object {
  const interactions = (...codes: string[]) => codes.map((code) => ({ code }));
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: CHANGED,
    kind: 'instance',
    software: { name: 'EasySMS' },
    implementation: {
      description: 'EasySMS accepts appointments and reminds citizens of them by SMS. Reading is not supported.',
      url: publicUrl,
    },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'A resource by PUT or POST, a Bundle (transaction, batch, history, collection, message) or a ' +
          'notification of a subscription by POST. R4B and R5 are read too.',
        resource: [
          {
            type: 'Appointment',
            interaction: interactions('create', 'update', 'delete'),
            updateCreate: true,
            ...UNCONDITIONAL,
            readHistory: false,
          },
          {
            type: 'Patient',
            interaction: interactions('create', 'update'),
            updateCreate: true,
            ...UNCONDITIONAL,
            documentation: 'Number, language and death of patients whose appointments are known.',
          },
        ],
        interaction: interactions('transaction', 'batch'),
        operation: [
          {
            name: 'process-message',
            definition: 'http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message',
          },
        ],
      },
    ],
  };
}
