import type { AlertName } from '../../operations/alerts.ts';
import type { Bilingual } from '../kit/words.ts';

/** The meaning of each alert, and what to do. */
type AlertWords = Readonly<Record<AlertName, { readonly label: string; readonly todo: string }>>;

/** The words of alerts. */
export const ALERT_WORDS: Bilingual<AlertWords> = {
  da: {
    EasysmsDatabaseUnreachable: {
      label: 'Databasen svarer ikke: intet modtages, og intet sendes',
      todo: 'Se efter, at databasen kører og kan nås fra denne maskine.',
    },
    EasysmsDatabaseNotWritable: {
      label: 'Databasen kan læses, men ikke skrives i: intet modtages, og intet sendes',
      todo: 'Se efter, om databasens disk er fuld, eller om den er skrivebeskyttet.',
    },
    EasysmsSchedulerStuck: {
      label: 'Udsendelsen er gået i stå',
      todo: 'Se i loggen hvorfor, og genstart processen.',
    },
    EasysmsSendingHeld: {
      label: 'Intet sendes herfra',
      todo: 'Er det ikke meningen, så se herunder, om databasen skal bruges her, eller om udsendelsen er slået fra.',
    },
    EasysmsGatewayOut: {
      label: 'En SMS-leverandør er ude af brug',
      todo: 'Se under Opsætning, SMS-leverandører, hvorfor, og kontakt leverandøren.',
    },
    EasysmsRemindersLate: {
      label: 'Påmindelser sendes mere end ti minutter for sent',
      todo: 'Se efter, om en SMS-leverandør svarer langsomt, eller om der er for få processer, der sender.',
    },
    EasysmsClocksApart: {
      label: 'Maskinens ur og databasens går ikke ens',
      todo: 'Ret urene (NTP). Ved 30 sekunders forskel sender processen intet og modtager intet fra bookingsystemer.',
    },
    EasysmsRemindersQuarantined: {
      label: 'Påmindelser er ikke sendt på grund af en fejl eller deres tekst',
      todo: 'Ret teksten, eller giv loggen til leverandøren af EasySMS.',
    },
    EasysmsSweepStuck: { label: 'Oprydningen er gået i stå', todo: 'Se i loggen hvorfor, og genstart processen.' },
    EasysmsHandOversAbandoned: {
      label: 'Udfald af afbrudte udsendelser er ikke gjort op',
      todo: 'Se efter, at en proces, der sender, kører, og se i dens log.',
    },
    EasysmsPurgeStuck: {
      label: 'Gamle data er ikke slettet i over to timer',
      todo: 'Se i loggen hvorfor: data må ikke gemmes længere end aftalt.',
    },
    EasysmsCallbacksWaiting: {
      label: 'Kvitteringer er modtaget, men ikke behandlet',
      todo: 'Se efter, at en proces, der sender, kører, og se i dens log.',
    },
    EasysmsAnswersLate: {
      label: 'Borgere, der skrev STOP eller HJÆLP, venter på svar',
      todo: 'Se efter, om SMS-leverandøren er i brug.',
    },
    EasysmsReplyUnread: {
      label: 'Et svar fra en borger har ventet over en time',
      todo: 'Bed myndigheden om at læse sine svar: imens holdes påmindelser tilbage.',
    },
    EasysmsPoolExhausted: {
      label: 'Der mangler forbindelser til databasen',
      todo: 'Se efter langsomme forespørgsler, eller giv processen flere forbindelser.',
    },
    EasysmsEventEndpointFailing: {
      label: 'Et bookingsystem har ikke taget imod hændelser i et kvarter',
      todo: 'Kontakt dem, der driver bookingsystemet. Afleveringerne ses under Opsætning, Bookingsystemer.',
    },
    EasysmsEventEndpointStopped: {
      label: 'Et bookingsystem får ingen hændelser',
      todo: 'Ret adressen, eller genoptag afleveringen under Opsætning, Bookingsystemer.',
    },
    EasysmsProxyUnknown: {
      label: 'Alle, der kommer gennem proxyen, tæller som én',
      todo: 'Angiv proxyens adresse i serverens opsætning: ellers kan én, der gætter adgangskoder, lukke alle ude.',
    },
    EasysmsAccountGuessed: {
      label: 'Nogen gætter på adgangskoden til en konto',
      todo: 'Se under Log, hvis konto det er, og hvor forsøgene kommer fra. Sig det til personen.',
    },
    EasysmsReceiptsOverdue: {
      label: 'Mange SMS’er mangler en kvittering efter deres frist',
      todo: 'Spørg SMS-leverandøren, og se efter, at dens kvitteringer når frem hertil.',
    },
    EasysmsEmbeddedDatabase: {
      label: 'Den indbyggede database bruges',
      todo: 'Brug PostgreSQL i drift: den indbyggede har ingen reserve og ingen sikkerhedskopi.',
    },
    EasysmsSimulator: {
      label: 'Simulatoren er blandt SMS-leverandørerne',
      todo: 'Det, den tager imod, når aldrig frem til en telefon. Fjern den i drift.',
    },
  },
  en: {
    EasysmsDatabaseUnreachable: {
      label: 'The database does not respond: nothing is accepted, nothing is sent',
      todo: 'Check that the database runs and can be reached from this machine.',
    },
    EasysmsDatabaseNotWritable: {
      label: 'The database can be read, but not written to: nothing is accepted, nothing is sent',
      todo: 'Check whether the disk of the database is full, or the database is read-only.',
    },
    EasysmsSchedulerStuck: { label: 'Sending has stopped', todo: 'See in the log why, and restart the process.' },
    EasysmsSendingHeld: {
      label: 'Nothing is sent from here',
      todo: 'Unless intended, see below whether the database should be taken into use here, or sending is off.',
    },
    EasysmsGatewayOut: {
      label: 'An SMS supplier is out of use',
      todo: 'See under Set-up, SMS suppliers, why, and contact the supplier.',
    },
    EasysmsRemindersLate: {
      label: 'Reminders go more than ten minutes late',
      todo: 'See whether an SMS supplier is slow, or whether too few processes send.',
    },
    EasysmsClocksApart: {
      label: 'The clocks of this machine and of the database differ',
      todo:
        'Set the clocks (NTP). From 30 seconds on the process sends nothing, and takes nothing from ' +
        'booking systems.',
    },
    EasysmsRemindersQuarantined: {
      label: 'Reminders were not sent because of an error or their text',
      todo: 'Correct the text, or give the log to the supplier of EasySMS.',
    },
    EasysmsSweepStuck: { label: 'The sweep has stopped', todo: 'See in the log why, and restart the process.' },
    EasysmsHandOversAbandoned: {
      label: 'Outcomes of broken-off sending are not settled',
      todo: 'Check that a process that sends is running, and see its log.',
    },
    EasysmsPurgeStuck: {
      label: 'Old data has not been erased for over two hours',
      todo: 'See in the log why: data must not be kept longer than agreed.',
    },
    EasysmsCallbacksWaiting: {
      label: 'Receipts have come and are not applied',
      todo: 'Check that a process that sends is running, and see its log.',
    },
    EasysmsAnswersLate: {
      label: 'Citizens who wrote STOP or HELP wait for an answer',
      todo: 'See whether the SMS supplier is in use.',
    },
    EasysmsReplyUnread: {
      label: 'A reply of a citizen has waited for over an hour',
      todo: 'Ask the authority to read its replies: reminders are held meanwhile.',
    },
    EasysmsPoolExhausted: {
      label: 'Connections to the database are lacking',
      todo: 'Look for slow queries, or give the process more connections.',
    },
    EasysmsEventEndpointFailing: {
      label: 'A booking system has taken no events for a quarter of an hour',
      todo: 'Contact those who run it. The deliveries are under Set-up, Booking systems.',
    },
    EasysmsEventEndpointStopped: {
      label: 'A booking system gets no events',
      todo: 'Correct the address, or resume under Set-up, Booking systems.',
    },
    EasysmsProxyUnknown: {
      label: 'All who come through the proxy count as one',
      todo: 'Set the proxy’s address in the server’s configuration: who guesses passwords could keep all out.',
    },
    EasysmsAccountGuessed: {
      label: 'Somebody is guessing at the password of an account',
      todo: 'See in the audit log whose account it is and where the tries come from, and tell that person.',
    },
    EasysmsReceiptsOverdue: {
      label: 'Many SMS have no receipt after their deadline',
      todo: 'Ask the SMS supplier, and check that its receipts reach this installation.',
    },
    EasysmsEmbeddedDatabase: {
      label: 'The embedded database is in use',
      todo: 'Use PostgreSQL in production: the embedded one has no stand-by and no backup.',
    },
    EasysmsSimulator: {
      label: 'The simulator is among the SMS suppliers',
      todo: 'What it takes reaches no phone. Remove it in production.',
    },
  },
};
