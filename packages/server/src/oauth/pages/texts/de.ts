import type { Texts } from './en.js'

export const de: Texts = {
  toContinueTo: (application) => `weiter zu ${application}`,
  language: 'Sprache',
  or: 'oder',

  username: 'Benutzername',
  email: 'E-Mail',
  phoneNumber: 'Telefonnummer',
  emailOrPhoneNumber: 'E-Mail oder Telefonnummer',
  password: 'Passwort',
  showPassword: 'Passwort anzeigen',
  newPassword: 'Neues Passwort',
  confirmPassword: 'Passwort bestätigen',
  verificationCode: 'Bestätigungscode',
  attributes: {
    address: 'Adresse',
    birthdate: 'Geburtsdatum',
    email: 'E-Mail',
    family_name: 'Nachname',
    gender: 'Geschlecht',
    given_name: 'Vorname',
    locale: 'Sprachraum',
    middle_name: 'Zweiter Vorname',
    name: 'Name',
    nickname: 'Spitzname',
    phone_number: 'Telefonnummer',
    picture: 'Bild',
    preferred_username: 'Bevorzugter Benutzername',
    profile: 'Profil',
    website: 'Website',
    zoneinfo: 'Zeitzone',
  },
  phoneNumberHint: 'Mit Ländervorwahl, etwa +493012345678',
  birthdateHint: 'Jahr, Monat und Tag, etwa 1990-12-31',

  next: 'Weiter',
  continue: 'Weiter',
  back: 'Zurück',
  startOver: 'Von vorn beginnen',
  sendNewCode: 'Neuen Code senden',
  tryAnotherWay: 'Andere Methode wählen',

  signIn: 'Anmelden',
  signInWith: {
    username: 'Mit Benutzername und Passwort anmelden',
    email: 'Mit E-Mail und Passwort anmelden',
    phoneNumber: 'Mit Telefonnummer und Passwort anmelden',
    emailOrPhoneNumber: 'Mit E-Mail oder Telefonnummer und Passwort anmelden',
  },
  forgotLink: 'Passwort vergessen?',
  needAccount: 'Noch kein Konto?',
  newUser: 'Neu hier?',
  createAccount: 'Konto erstellen',
  continueWith: (provider) => `Weiter mit ${provider}`,
  signInAs: (user) => `Als ${user} anmelden`,

  signUp: 'Registrieren',
  signUpLead: 'Ein neues Konto anlegen',
  haveAccount: 'Schon ein Konto?',

  confirmTitle: 'Konto bestätigen',
  confirmAccount: 'Konto bestätigen',
  confirmByLink:
    'Wir haben Ihnen eine Nachricht mit einem Link geschickt. Öffnen Sie ihn, um Ihr Konto zu bestätigen, und melden Sie sich dann an.',

  forgotTitle: 'Passwort vergessen?',
  forgotLead:
    'Sagen Sie uns, wer Sie sind. Wir schicken Ihnen eine Nachricht, mit der Sie das Passwort zurücksetzen.',
  resetMyPassword: 'Passwort zurücksetzen',
  resetTitle: 'Passwort zurücksetzen',
  changePassword: 'Passwort ändern',

  newPasswordTitle: 'Neues Passwort wählen',
  newPasswordLead: 'Ihr bisheriges Passwort gilt nur vorläufig.',

  enterPasswordTitle: 'Passwort eingeben',
  chooseTitle: 'Anmeldemethode wählen',
  methods: {
    PASSWORD: 'Passwort',
    EMAIL_OTP: 'Einmalcode per E-Mail',
    SMS_OTP: 'Einmalcode per SMS',
    WEB_AUTHN: 'Passkey',
  },

  checkEmailTitle: 'Sehen Sie in Ihre E-Mails',
  checkPhoneTitle: 'Sehen Sie auf Ihr Telefon',
  authenticatorTitle: 'Code der App eingeben',
  authenticatorLead: 'Öffnen Sie Ihre Authenticator-App und geben Sie den Code ein, den sie zeigt.',
  codeSentTo: (destination) => `Wir haben einen Code an ${destination} gesendet.`,
  codeSent: 'Wir haben Ihnen einen Code gesendet.',
  codeExpires: (minutes) => (minutes === 1 ? 'Er gilt eine Minute.' : `Er gilt ${minutes} Minuten.`),

  chooseFactorTitle: 'Wie möchten Sie sich ausweisen?',
  factors: { totp: 'Authenticator-App', sms: 'SMS', email: 'E-Mail' },

  setUpTitle: 'Zweiten Schritt einrichten',
  setUpLead: 'Ihr Konto braucht bei der Anmeldung einen zweiten Schritt. Welchen möchten Sie?',
  setUpApp: 'Authenticator-App einrichten',
  setUpScan: 'Scannen Sie dies mit der App auf Ihrem Telefon und geben Sie den Code ein, den sie dann zeigt.',
  setUpQrCode: 'QR-Code für Ihre Authenticator-App',
  setUpKey: 'Scannen geht nicht? Geben Sie diesen Schlüssel ein:',
  setUpEmail: 'E-Mail-Adresse hinzufügen',
  setUpPhone: 'Telefonnummer hinzufügen',
  setUpAddressLead: 'Dorthin senden wir bei jeder Anmeldung einen Code.',

  passkeySignIn: 'Mit Passkey anmelden',
  passkeyTitle: 'Passkey verwenden',
  passkeyLead: 'Ihr Gerät fragt nach Fingerabdruck, Gesicht oder Displaysperre.',
  passkeyUse: 'Passkey verwenden',
  passkeyAddTitle: 'Anmeldung mit Passkey einrichten',
  passkeyAddLead:
    'Mit einem Passkey melden Sie sich per Fingerabdruck, Gesicht oder Displaysperre an. Es gibt kein Passwort, das man sich merken müsste oder das gestohlen werden könnte.',
  passkeyAdd: 'Passkey hinzufügen',
  passkeyNotNow: 'Nicht jetzt',
  passkeyNeedsScript: 'Passkeys brauchen JavaScript, das in diesem Browser ausgeschaltet ist.',
  passkeyFailed:
    'Der Passkey wurde nicht verwendet. Versuchen Sie es noch einmal oder wählen Sie eine andere Methode.',
  passkeyNotMade: 'Es wurde kein Passkey erstellt. Sie können es noch einmal versuchen.',

  signedOutTitle: 'Sie sind abgemeldet',
  signedOutLead: 'Sie können diese Seite schließen.',

  errorTitle: 'Diese Seite kann nicht angezeigt werden',
  requestedPage: 'Beim Aufruf der Seite ist ein Fehler aufgetreten.',
  errorHelp:
    'Gehen Sie zur Anwendung zurück und versuchen Sie es noch einmal. Bleibt es dabei, wenden Sie sich an deren Betreiber.',

  formExpired: 'Diese Seite war zu lange offen. Bitte versuchen Sie es noch einmal.',
  signInExpired: 'Das hat zu lange gedauert. Bitte melden Sie sich noch einmal an.',
  confirmed: 'Ihr Konto ist bestätigt. Sie können sich jetzt anmelden.',
  resetRequired: 'Ihr Passwort muss zurückgesetzt werden. Geben Sie den Code ein, der Ihnen gesendet wurde.',
  newCodeSent: 'Wir haben einen neuen Code gesendet.',

  missing: 'Diese Angabe fehlt.',
  invalid: 'Diese Angabe ist ungültig.',
  passwordsDiffer: 'Die Passwörter stimmen nicht überein.',

  rules: {
    length: (least) => `Mindestens ${least} Zeichen`,
    lower: 'Ein Kleinbuchstabe',
    upper: 'Ein Großbuchstabe',
    number: 'Eine Ziffer',
    symbol: 'Ein Sonderzeichen oder Leerzeichen',
    spaces: 'Kein Leerzeichen am Anfang oder Ende',
  },

  errors: {
    incorrect: 'Benutzername oder Passwort ist falsch.',
    attempts: 'Zu viele Versuche mit dem Passwort. Bitte warten Sie etwas.',
    limit: 'Zu viele Versuche. Bitte versuchen Sie es später noch einmal.',
    requests: 'Zu viele Anfragen. Bitte versuchen Sie es später noch einmal.',
    disabled: 'Das Konto ist gesperrt.',
    userExists: 'Ein Konto mit diesem Namen gibt es schon.',
    aliasExists: 'Dies gehört schon zu einem anderen Konto.',
    wrongCode: 'Der Code ist falsch. Bitte versuchen Sie es noch einmal.',
    expiredCode: 'Der Code gilt nicht mehr. Bitte fordern Sie einen neuen an.',
    usedCode: 'Dieser Code wurde schon verwendet. Warten Sie auf den nächsten.',
    temporaryExpired: 'Das vorläufige Passwort ist abgelaufen. Ein Administrator muss es zurücksetzen.',
    usedPassword: 'Dieses Passwort wurde schon einmal verwendet. Wählen Sie ein anderes.',
    notDelivered: 'Die Nachricht konnte nicht gesendet werden. Fordern Sie einen neuen Code an.',
    noSignUp: 'Hier können keine neuen Konten angelegt werden.',
    cannotReset:
      'Dieses Passwort kann hier nicht zurückgesetzt werden. Wenden Sie sich an einen Administrator.',
    passkey: 'Dieser Passkey kann nicht verwendet werden.',
    server: 'Etwas ist schiefgegangen. Bitte versuchen Sie es noch einmal.',
  },
}
