import type { PageLanguage } from '../../kit/language.ts';

/** Actions of the audit in words, Danish and English. */
const WORDS = {
  'access.refused': ['Adgang blev afvist', 'Access was refused'],
  'authentication.refused': ['Forkerte adgangsoplysninger', 'Wrong credentials'],
  'authority.create': ['Myndighed oprettet', 'Authority created'],
  'authority.replace': ['Myndighedens indstillinger ændret', 'Settings of the authority changed'],
  'authority.pause': ['Udsendelsen sat på pause', 'Sending paused'],
  'authority.resume': ['Udsendelsen genoptaget', 'Sending resumed'],
  'citizen.answer': ['Skrevet til en borger', 'Wrote to a citizen'],
  'citizen.look-up': ['Alt om en borger slået op', 'Everything about a citizen looked up'],
  'citizen.erase': ['En borgers oplysninger slettet', 'Data of a citizen erased'],
  'gateway.in': ['SMS-leverandør taget i brug igen', 'SMS supplier brought back'],
  'gateway.out': ['SMS-leverandør taget ud af brug', 'SMS supplier taken out of use'],
  'gateway.prices': ['Priser ændret', 'Prices changed'],
  'gateway.test': ['Prøve-SMS sendt', 'Test SMS sent'],
  'gateway.test-refused': ['Prøve-SMS afvist', 'Test SMS refused'],
  'appointment.handle': ['Borger taget af opgavelisten', 'Citizen ticked off the to-do list'],
  'refusals.see': ['Afviste beskeder taget af opgavelisten', 'Refused messages taken off the to-do list'],
  'appointment.handle-undo': ['Borger sat på opgavelisten igen', 'Citizen put back on the to-do list'],
  'inbound.settle': ['Svar fra en borger behandlet', 'Reply of a citizen settled'],
  'inbound.undo': ['Behandling af et svar fortrudt', 'Settling of a reply undone'],
  'installation.adopt': ['Databasen knyttet til adressen', 'Database bound to the address'],
  'installation.recovered': ['Gendannet sikkerhedskopi taget i brug', 'Restored backup taken into use'],
  'installation.reencrypt': ['Data krypteret med ny nøgle', 'Data encrypted under a new key'],
  'installation.refuse-unbound': ['Gamle krypteringer afvises', 'Old ciphertexts are refused'],
  'key.create': ['API-nøgle oprettet', 'API key made'],
  'key.revoke': ['API-nøgle spærret', 'API key revoked'],
  'number.search': ['Søgt efter et telefonnummer', 'Searched for a phone number'],
  'number.see': ['Telefonnumre vist', 'Phone numbers shown'],
  'opt-out.record': ['Framelding noteret', 'Opt-out recorded'],
  'opt-out.lift': ['Framelding ophævet', 'Opt-out lifted'],
  'person.accept': ['Invitation taget imod', 'Invitation accepted'],
  'person.change': ['En persons adgang ændret', 'Access of a person changed'],
  'person.first': ['Første konto oprettet', 'First account created'],
  'person.guessed': ['Adgangskode til en konto gættet på', 'Password of an account guessed at'],
  'person.invite': ['Person inviteret', 'Person invited'],
  'person.password': ['Adgangskode skiftet', 'Password changed'],
  'person.provider': ['Adgang givet af organisationens login', 'Access given by the organisation’s login'],
  'person.recovery-code': ['Gendannelseskode brugt', 'Recovery code used'],
  'person.remove': ['Person fjernet', 'Person removed'],
  'person.rename': ['En persons navn ændret', 'Name of a person changed'],
  'person.second-factor': ['Godkendelsesapp sat op', 'Authenticator app set up'],
  'person.second-factor-removed': ['Godkendelsesapp fjernet', 'Authenticator app removed'],
  'reminder.again': ['Påmindelse sendt igen', 'Reminder sent again'],
  'retention.erase': ['Gamle data slettet', 'Old data erased'],
  'session.refused': ['Mislykket login', 'A sign-in failed'],
  'session.sign-in': ['Logget ind', 'Signed in'],
  'session.sign-out': ['Logget ud', 'Signed out'],
  'session.sign-out-everywhere': ['Logget ud alle steder', 'Signed out everywhere'],
  'source.create': ['Bookingsystem oprettet', 'Booking system created'],
  'source.replace': ['Bookingsystemets indstillinger ændret', 'Settings of a booking system changed'],
  'source.pause': ['Bookingsystem sat på pause', 'Booking system paused'],
  'source.resume': ['Bookingsystem genoptaget', 'Booking system resumed'],
  'source.add-secret': ['Adgangsnøgle oprettet', 'Credentials made'],
  'source.end-secret': ['Adgangsnøgle spærret', 'Credentials revoked'],
  'source.add-event-secret': ['Nøgle til hændelser oprettet', 'Secret for events made'],
  'source.end-event-secret': ['Nøgle til hændelser spærret', 'Secret for events revoked'],
  'source.import': ['Fil indlæst', 'File imported'],
  'source.replay-events': ['Hændelser sendt igen', 'Events sent again'],
  'source.resume-events': ['Hændelser genoptaget', 'Events resumed'],
  'source.test-events': ['Modtager af hændelser prøvet', 'Event endpoint tested'],
  'standard-answer.save': ['Standardsvar gemt', 'Standard answer saved'],
  'standard-answer.delete': ['Standardsvar slettet', 'Standard answer deleted'],
  'template.save': ['Tekst ændret', 'Text changed'],
  'template.reset': ['Tekst sat tilbage', 'Text reset'],
} as const satisfies Readonly<Record<string, readonly [da: string, en: string]>>;

/** An action that has words. */
export type Action = keyof typeof WORDS;

/** The actions that can be looked for, in the order of their words. */
export function actionsIn(language: PageLanguage): [Action, string][] {
  const named = (Object.keys(WORDS) as Action[]).map((action): [Action, string] => [action, nameOf(action, language)]);
  return named.sort(([, a], [, b]) => a.localeCompare(b, language));
}

/** The actions on things of a kind, which begin with its word. */
export function actionsOn(kind: string): Action[] {
  return (Object.keys(WORDS) as Action[]).filter((action) => action.startsWith(`${kind}.`));
}

/** True for an action that has words. */
export function isAction(text: string | undefined): text is Action {
  return text !== undefined && Object.hasOwn(WORDS, text);
}

function nameOf(action: Action, language: PageLanguage): string {
  return WORDS[action][language === 'da' ? 0 : 1];
}

/** The words of an action; one that has none, of another version of the program, as it is stored. */
export function actionText(action: string, language: PageLanguage): string {
  return isAction(action) ? nameOf(action, language) : action;
}
