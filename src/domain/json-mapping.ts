/**
 * Mapping of a vendor's JSON by JSON pointers (RFC 6901); of several pointers the first that leads to a value counts.
 */
export interface JsonMapping {
  /** Pointer to an array of events in one body; absent when the body is one event. */
  readonly events?: string | undefined;
  /** Pointer to the vendor's event type, which `types` translates; or cases, of which the first that fits decides. */
  readonly type: string | readonly string[] | readonly MappingCase[];
  /**
   * The vendor's event type → type in the JSON of EasySMS; null: such events are ignored. Those of other types are,
   * too, but for what may tell of an end: its appointment waits until the type stands here.
   */
  readonly types?: Readonly<Record<string, string | null>> | undefined;
  /** `timeZone` alone may be null: whatever zone stands beside the start says nothing about it. */
  readonly fields: Readonly<Record<string, string | readonly string[] | null>>;
}

/** True for a mapping that reads nothing which says what of two events came first. */
export function isUnordered({ fields }: JsonMapping): boolean {
  return !fields.version && !fields.timestamp;
}

/** Case of a mapping: what an event is that has these values. */
export interface MappingCase {
  /** JSON pointer → value that must stand there; null also fits where nothing does. */
  readonly when: Readonly<Record<string, string | number | boolean | null>>;
  /** Type in the JSON of EasySMS or status; null: the event is ignored. */
  readonly type: string | null;
}
