import { bilingual } from '../../kit/words.ts';

/** The words of the pages of gateways. */
export const GATEWAYS_WORDS = bilingual({
  da: {
    lead:
      'SMS’erne sendes gennem den første SMS-leverandør, der er i brug. Svigter den, tager den næste over. Hver ' +
      'kendes på sit id. Driften vælger dem og deres rækkefølge, medmindre ' +
      'myndigheden har valgt sin egen rækkefølge under »Regler«.',
    readOnly: 'Kun en administrator af hele installationen kan ændre noget her.',
    list: 'SMS-leverandører i rækkefølge',
    gateway: 'SMS-leverandør',
    /** The title of the page of one. */
    titleOf: (id: string) => `SMS-leverandør: ${id}`,
    use: 'Brug',
    state: 'Tilstand',
    inUse: 'I brug',
    since: 'Siden',
    staffSay: (note: string) => `Begrundelse: ${note}`,
    probe: (at: string) => `Prøves igen ${at}`,
    refusals: 'Kald, der fejlede (10 min.)',
    noCalls: 'Ingen kald',
    latency: 'Svartid',
    backlog: 'Venter',
    uncertain: 'Uvist, om de er sendt',
    out: 'Tag ud af brug',
    outLead:
      'Tages den ud af brug, sendes intet nyt gennem den, før nogen tager den i brug igen. Er der ingen andre, ' +
      'venter påmindelserne.',
    reason: 'Begrundelse',
    reasonHint: 'Andre ser den her og i loggen.',
    reasonWrong: 'Skriv en begrundelse på højst 200 tegn, uden CPR- eller telefonnummer.',
    outMeanwhile: (note: string) =>
      `En anden har i mellemtiden taget den ud af brug: »${note}«. Din begrundelse er ikke gemt: send formularen ` +
      'igen, hvis den skal gælde i stedet.',
    backMeanwhile:
      'En anden har i mellemtiden taget den i brug igen. Din begrundelse er ikke gemt: send formularen igen, hvis ' +
      'leverandøren alligevel skal tages ud af brug.',
    /** Where it was to be brought back, and staff have taken it out since the page was shown. */
    outAgain: (note: string) =>
      `En anden har i mellemtiden taget den ud af brug: »${note}«. Den er stadig ude af brug: tryk igen, hvis den ` +
      'alligevel skal tages i brug.',
    back: 'Tag i brug igen',
    backLead: 'Den får straks al trafik, uanset hvem der tog den ud.',
    done: {
      out: 'SMS-leverandøren er ude af brug.',
      in: 'SMS-leverandøren er i brug igen.',
      prices: 'Priserne er gemt.',
    },
    test: 'Send en prøve-SMS',
    testLead:
      'Sender én SMS til din egen telefon, også hvis leverandøren er ude af brug. Loggen viser prøven, ikke nummeret.',
    phone: 'Dit mobilnummer',
    phoneWrong: 'Skriv et mobilnummer, for eksempel 20\u00a012\u00a034\u00a056.',
    /** The fault of a number of a country that no authority sends to. */
    phoneElsewhere: 'Ingen myndighed sender SMS til dette land: se »Lande, hvis numre får SMS« under »Regler«.',
    tooManyTests: 'Der kan højst sendes 10 prøve-SMS’er til et nummer i døgnet og 50 i timen i alt. Prøv igen senere.',
    sender: 'Afsender',
    senderWrong:
      'Afsenderen kan ikke bruges her: 1 til 11 bogstaver, tal og mellemrum, eller et nummer, som SMS-leverandøren ' +
      'tillader.',
    testTitle: 'Prøve-SMS',
    testLook: 'Er afsenderen et nummer, så svar gerne på SMS’en: svaret ses også her.',
    testWaits: 'SMS’en sendes om et øjeblik.',
    /** The link that shows how far the test is by now. */
    look: 'Se, hvor langt den er kommet',
    acceptedAt: 'Modtaget af SMS-leverandøren',
    receiptAt: 'Kvittering',
    repliedAt: 'Svar fra telefonen',
    /** A code that this supplier alone explains. */
    code: (gateway: string) => `Kode fra SMS-leverandøren ${gateway}`,
    notYet: 'Ikke endnu',
    prices: 'Priser',
    pricesLead: 'Statistikken regner udgifter ud efter dem, også bagud: prisen er den, der gjaldt på dagen.',
    pricesEmpty: 'Der er ingen priser, og statistikken viser derfor ingen kroner. Tilføj prisen fra aftalen herunder.',
    country: 'Land',
    countryHint: 'To bogstaver: DK.',
    price: 'Pris pr. SMS',
    priceHint: 'For eksempel 0,295. En lang SMS koster det samme for hver del.',
    currency: 'Valuta',
    currencyHint: 'Tre bogstaver: DKK.',
    from: 'Gælder fra',
    addTitle: 'Tilføj en pris',
    add: 'Tilføj prisen',
    remove: 'Fjern',
    removeWhy: 'Statistikken regner så ikke med den.',
    faults: {
      country: 'Skriv landet med to bogstaver: DK.',
      perSegment: 'Skriv et tal fra 0 til 1.000 med højst seks decimaler: 0,295.',
      currency: 'Skriv valutaen med tre bogstaver: DKK.',
      repeated: 'Der er allerede en pris for landet fra den dag: fjern den først.',
    },
  },
  en: {
    lead:
      'SMS go through the first SMS supplier that is in use. When it fails, the next one takes over. Each is known ' +
      'by its id. The operations team chooses them and their order, unless the ' +
      'authority has chosen its own order under “Rules”.',
    readOnly: 'Only an administrator of the whole installation can change anything here.',
    list: 'SMS suppliers in their order',
    gateway: 'SMS supplier',
    titleOf: (id) => `SMS supplier: ${id}`,
    use: 'Use',
    state: 'State',
    inUse: 'In use',
    since: 'Since',
    staffSay: (note) => `Reason: ${note}`,
    probe: (at) => `Tried again ${at}`,
    refusals: 'Calls that failed (10 min)',
    noCalls: 'No calls',
    latency: 'Response time',
    backlog: 'Waiting',
    uncertain: 'Unknown whether they were sent',
    out: 'Take out of use',
    outLead:
      'Once it is taken out, nothing new goes through it until somebody brings it back. If it is the only one, ' +
      'reminders wait.',
    reason: 'Reason',
    reasonHint: 'Others see it here and in the audit log.',
    reasonWrong: 'Write a reason of 200 characters at most, without a CPR or phone number.',
    outMeanwhile: (note) =>
      `Somebody else has taken it out of use meanwhile: “${note}”. Your reason is not saved: send the form again to ` +
      'put it in its place.',
    backMeanwhile:
      'Somebody else has brought it back into use meanwhile. Your reason is not saved: send the form again to take ' +
      'it out all the same.',
    outAgain: (note) =>
      `Somebody else has taken it out of use meanwhile: “${note}”. It is still out of use: press the button again to ` +
      'bring it back all the same.',
    back: 'Bring back into use',
    backLead: 'It gets all traffic at once, whoever took it out.',
    done: {
      out: 'The SMS supplier is out of use.',
      in: 'The SMS supplier is in use again.',
      prices: 'The prices are saved.',
    },
    test: 'Send a test SMS',
    testLead:
      'Sends one SMS to your own phone, even if the SMS supplier is out of use. The audit log shows the test, not ' +
      'the number.',
    phone: 'Your mobile number',
    phoneWrong: 'Write a mobile number, such as 20\u00a012\u00a034\u00a056.',
    phoneElsewhere: 'No authority sends SMS to this country: see “Countries whose numbers get SMS” under “Rules”.',
    tooManyTests: 'At most 10 test SMS a day go to one number, and 50 an hour in all. Try again later.',
    sender: 'Sender',
    senderWrong:
      'This sender cannot be used here: 1 to 11 letters, digits and spaces, or a number that the SMS supplier allows.',
    testTitle: 'Test SMS',
    testLook: 'If the sender is a number, reply to the SMS if you like: the reply is shown here.',
    testWaits: 'The SMS is sent in a moment.',
    look: 'See how far it is',
    acceptedAt: 'Taken by the SMS supplier',
    receiptAt: 'Receipt',
    repliedAt: 'Reply from the phone',
    code: (gateway) => `Code from the SMS supplier ${gateway}`,
    notYet: 'Not yet',
    prices: 'Prices',
    pricesLead: 'Statistics work out costs from them, also for the past, at the price that held on the day.',
    pricesEmpty: 'There are no prices, so statistics show no kroner. Add the price of your contract below.',
    country: 'Country',
    countryHint: 'Two letters: DK.',
    price: 'Price of a segment',
    priceHint: 'Such as 0.295.',
    currency: 'Currency',
    currencyHint: 'Three letters: DKK.',
    from: 'From',
    addTitle: 'Add a price',
    add: 'Add the price',
    remove: 'Remove',
    removeWhy: 'Statistics then leave it out.',
    faults: {
      country: 'Write the country in two letters: DK.',
      perSegment: 'Write a number from 0 to 1,000 with six decimals at most: 0.295.',
      currency: 'Write the currency in three letters: DKK.',
      repeated: 'There is a price of this country from that day already: remove it first.',
    },
  },
});
