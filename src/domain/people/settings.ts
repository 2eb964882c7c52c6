/** The most characters of an e-mail (RFC 5321 §4.5.3.1.3, without the angle brackets). */
export const LONGEST_EMAIL = 254;

/** Settings of an authority about the people who work for it. */
export interface PeopleSettings {
  /** CVR number, eight digits: the scope of privileges that an identity provider gives (OIO BPP); null: none. */
  readonly cvr: string | null;
  /** True when people who sign in by a password must give a code too. */
  readonly requireSecondFactor: boolean;
}

/** Defaults of `PeopleSettings`. */
export const PEOPLE_DEFAULTS: PeopleSettings = { cvr: null, requireSecondFactor: false };
