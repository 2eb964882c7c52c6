import type { Fault, Problem } from '../domain/errors.ts';

/** The media type of every response under /v1/fhir/. */
export const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** A FHIR R4 OperationOutcome, with the fields that are used here; the same in R4B and R5. */
export interface OperationOutcome {
  readonly resourceType: 'OperationOutcome';
  readonly issue: readonly Issue[];
}

/** An issue of an OperationOutcome. */
export interface Issue {
  readonly severity: 'error' | 'warning' | 'information';
  /** A code of the value set issue-type. */
  readonly code: string;
  readonly details: { readonly coding: readonly [{ readonly code: string }]; readonly text: string };
  readonly diagnostics?: string;
  /** FHIRPath to the element that is meant. */
  readonly expression?: readonly string[];
}

/** Codes of http://hl7.org/fhir/R4/valueset-issue-type.html by status; that of 422 depends on the fault. */
const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'structure',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  409: 'conflict',
  410: 'deleted',
  413: 'too-long',
  415: 'not-supported',
  429: 'throttled',
  500: 'exception',
  503: 'transient',
};
/** Those of problems that say more than their status. */
const BY_CODE: Readonly<Record<string, string>> = { 'not-supported': 'not-supported' };
const BY_FAULT: Readonly<Record<string, string>> = {
  required: 'required',
  invalid_type: 'structure',
  too_big: 'too-costly',
  too_deep: 'too-costly',
  cpr: 'business-rule',
  unknown_reference: 'not-found',
};
const FHIRPATH = /^[A-Z][A-Za-z]*(?:\.[A-Za-z]\w*|\[\d+\])*$/;

/**
 * A refusal as an OperationOutcome: one issue for each fault, or one for the whole. `requestId` is found in the log.
 */
export function toOperationOutcome(problem: Problem, requestId: string): OperationOutcome {
  const { status, code, message, faults } = problem;
  const request = `Request ${requestId}.`;
  if (faults.length === 0) {
    const kind = BY_CODE[code] ?? BY_STATUS[status] ?? (status === 422 ? 'invalid' : 'processing');
    return operationOutcomeOf([issueOf({ severity: 'error', kind, code, text: message, diagnostics: request })]);
  }
  return operationOutcomeOf(faults.map((fault) => issueOfFault(fault, status, `${message} ${request}`)));
}

function issueOfFault({ pointer, code, detail }: Fault, status: number, diagnostics: string): Issue {
  const kind = (status === 422 ? BY_FAULT[code] : BY_STATUS[status]) ?? 'value';
  if (FHIRPATH.test(pointer))
    return { ...issueOf({ severity: 'error', kind, code, text: detail, diagnostics }), expression: [pointer] };
  const where = pointer === '' ? '' : ` Where: ${pointer}.`;
  return issueOf({ severity: 'error', kind, code, text: detail, diagnostics: `${diagnostics}${where}` });
}

/** A warning about what was accepted. */
export function warningIssue({ pointer, code, detail }: Fault): Issue {
  const issue = issueOf({ severity: 'warning', kind: 'incomplete', code, text: detail });
  return FHIRPATH.test(pointer) ? { ...issue, expression: [pointer] } : issue;
}

/** An OperationOutcome with one issue. @param kind a code of the value set issue-type */
export function issueOf(issue: {
  readonly severity: Issue['severity'];
  readonly kind: string;
  readonly code: string;
  readonly text: string;
  readonly diagnostics?: string;
}): Issue {
  const { severity, kind, code, text, diagnostics } = issue;
  return {
    severity,
    code: kind,
    details: { coding: [{ code }], text },
    ...(diagnostics !== undefined && { diagnostics }),
  };
}

/** An OperationOutcome of these issues, at least one. */
export function operationOutcomeOf(issues: readonly Issue[]): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue: issues };
}
