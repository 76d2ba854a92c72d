/** A difference from Amplify, by the words that it begins with, apart from stars, in docs/amplify-differences.md, and the tests that show it. */
interface Difference {
  readonly words: string
  readonly file: string
  readonly tests: readonly string[]
}

export const DIFFERENCES: readonly Difference[] = [
  {
    words: 'A second `autoSignIn()` within',
    file: 'auto-sign-in.test.ts',
    tests: ['the user is signed in once the account is confirmed, by one sign-in however often it is asked'],
  },
  {
    words: 'A call of `autoSignIn()` cannot',
    file: 'auto-sign-in.test.ts',
    tests: ['a call that is aborted does not end for other callers, and can be made again'],
  },
  {
    words: '`confirmSignUp` never settles in',
    file: 'auto-sign-in.test.ts',
    tests: ['the code of the link can be typed in as well'],
  },
  {
    words: '`signUp` without `autoSignIn` inherits',
    file: 'auto-sign-in.test.ts',
    tests: ['a later sign-up did not ask for it'],
  },
  {
    words: 'A timer of three minutes ends',
    file: 'auto-sign-in.test.ts',
    tests: ['the time of an earlier sign-up does not end that of a later one'],
  },
  {
    words: 'Unfinished sign-ups react to',
    file: 'auto-sign-in.test.ts',
    tests: ['another account was confirmed'],
  },
  {
    words: 'A request that is never answered',
    file: 'auto-sign-in.test.ts',
    tests: ['an answer that never comes delays the wait by half a minute'],
  },
  {
    words: 'In a pool that sends links,',
    file: 'auto-sign-in.test.ts',
    tests: ['the user is signed in within five seconds of following the link'],
  },
  {
    words: 'A dropped connection ends',
    file: 'auto-sign-in.test.ts',
    tests: ['a network that is away for a moment does not end the wait'],
  },
  {
    words: '`autoSignIn` is an export',
    file: 'auto-sign-in.test.ts',
    tests: ['the exported function is the same one before and after'],
  },
  {
    words: '`autoSignIn` by `USER_AUTH` replaces',
    file: 'auto-sign-in.test.ts',
    tests: ['a user who is signed in stays signed in'],
  },
  {
    words: 'With `PASSWORD` or `PASSWORD_SRP`',
    file: 'auto-sign-in.test.ts',
    tests: [
      'a user without a password is signed in although %s is preferred, and a user with a password has to prove it',
    ],
  },
  {
    words: '`autoSignIn` uses the global',
    file: 'every-call.test.ts',
    tests: ['no call with a context of its own touches the default one'],
  },
  {
    words: 'A challenge that the library',
    file: 'confirm-sign-in.test.ts',
    tests: ['of an unknown challenge leaves nothing to confirm, not even an earlier sign-in'],
  },
  {
    words: 'A reload between `signIn`',
    file: 'confirm-sign-in.test.ts',
    tests: ['sets the new password after a sign-in by %s, in another page too, after a refused try'],
  },
  {
    words: 'The three minutes of a sign-in',
    file: 'confirm-sign-in.test.ts',
    tests: [
      'after three minutes rejects with SignInException, in the same page too',
      'waits longer in a pool whose app client says so',
    ],
  },
  {
    words: 'A page has one sign-in under',
    file: 'context.test.ts',
    tests: ['of two app clients in one page each have a sign-in under way, unaffected by the other'],
  },
  {
    words: 'A challenge without a session',
    file: 'confirm-sign-in.test.ts',
    tests: ['of a challenge without a session does not send the session of an earlier challenge'],
  },
  {
    words: 'Error texts contain tabs and',
    file: 'confirm-sign-in.test.ts',
    tests: ['without signIn rejects with SignInException, and without an answer EmptyChallengeResponse'],
  },
  {
    words: 'Without data of threat protection,',
    file: 'transport.test.ts',
    tests: ['carries what the page’s script for threat protection has collected'],
  },
  {
    words: 'With an access token only, `getCurrentUser`',
    file: 'sign-in.test.ts',
    tests: ['while signed in with an access token only rejects in the same way, and the user is known'],
  },
  {
    words: 'The URI for an authenticator',
    file: 'second-factors.test.ts',
    tests: ['has an URI in which no name of an application or an account is taken for something else'],
  },
  {
    words: 'A `preferredChallenge` that the',
    file: 'choice.test.ts',
    tests: ['refuses %s where the configuration does not have it, and leaves a sign-in under way alone'],
  },
  {
    words: '`availableChallenges` is missing when',
    file: 'choice.test.ts',
    tests: ['offers the choice again when the service asks again'],
  },
  {
    words: '`CUSTOM_WITH_SRP` takes the first',
    file: 'custom-sign-in.test.ts',
    tests: ['is asked at once where the functions want no proof of the password'],
  },
  {
    words: 'The set-up of a second factor',
    file: 'second-factors.test.ts',
    tests: ['the set-up carries what the page’s script for threat protection has collected, too'],
  },
  {
    words: '`verifyTOTPSetup` takes every answer',
    file: 'second-factors.test.ts',
    tests: ['with a wrong code is an error, in whichever of its two ways the service says so'],
  },
  {
    words: 'An answer without a secret',
    file: 'second-factors.test.ts',
    tests: ['whose secret does not come rejects with SetUpTOTPException'],
  },
  {
    words: 'A passkey is sent without',
    file: 'passkey-sign-in.test.ts',
    tests: [
      'asks for the passkey at once where it is preferred',
      'asks for the passkey once the user has chosen it',
    ],
  },
  {
    words: 'A passkey that is not used',
    file: 'passkeys.test.ts',
    tests: ['gives the user the time that the service sets, and then rejects with TimeoutError'],
  },
  {
    words: 'Only the user can close the',
    file: 'passkeys.test.ts',
    tests: ['ends by its signal or timeout, and with it the prompt of the browser'],
  },
  {
    words: 'Passkeys of some password',
    file: 'passkeys.test.ts',
    tests: ['a passkey is registered, listed and deleted'],
  },
  {
    words: 'A passkey can be used with',
    file: 'passkey-sign-in.test.ts',
    tests: ['that waits among suggestions asks for another challenge before the old one expires'],
  },
  {
    words: 'While a sign-in is open, every',
    file: 'redirect.test.ts',
    tests: [
      'an attempt that is open makes nothing wait',
      'calls wait while the code is exchanged, at most as long as the request may take',
    ],
  },
  {
    words: 'There is one attempt per app',
    file: 'redirect.test.ts',
    tests: ['completes each of two attempts that were open at once, in any order'],
  },
  {
    words: 'A page that is loaded twice,',
    file: 'browser/redirect.test.ts',
    tests: [
      'a page in strict mode, which configures and completes twice, sends the code once',
      'the same answer in two tabs is exchanged once, and both know the user',
    ],
  },
  {
    words: 'A page that is left before',
    file: 'redirect.test.ts',
    tests: ['that cannot be stored says so, and does not leave the page'],
  },
  {
    words: 'A page without an answer ends',
    file: 'redirect.test.ts',
    tests: ['an attempt that is open makes nothing wait'],
  },
  {
    words: 'Any error in the URL is taken',
    file: 'redirect.test.ts',
    tests: ['leaves an answer %s alone', 'reads an error in the %s, and reports it in the domain’s words'],
  },
  {
    words: 'Going back by the back/forward',
    file: 'browser/redirect.test.ts',
    tests: [
      'a page that was left three times says once that the user has come back',
      'a user who goes back past a sign-in that is complete has cancelled nothing',
    ],
  },
  {
    words: 'The reason why the token endpoint',
    file: 'redirect.test.ts',
    tests: ['whose token endpoint %s reports it, and sends the code once'],
  },
  {
    words: 'A `nonce` is sent and not',
    file: 'redirect.test.ts',
    tests: ['refuses %s'],
  },
  {
    words: 'Values in the fragment of',
    file: 'redirect.test.ts',
    tests: ['reads an error in the %s, and reports it in the domain’s words'],
  },
  {
    words: 'A `customState` with characters',
    file: 'redirect.test.ts',
    tests: ['completes the sign-in when it is configured, and tells its listeners in order'],
  },
  {
    words: 'A redirect URI is chosen if',
    file: 'redirect.test.ts',
    tests: ['of %j takes at %s the one that is %s'],
  },
  {
    words: '`signOut` validates its `redirectUrl`',
    file: 'redirect.test.ts',
    tests: ['comes back to the URL that is asked for, which must be one of the configured'],
  },
  {
    words: 'A `domain` is always used',
    file: 'redirect.test.ts',
    tests: ['finds the domain %s at %s'],
  },
  {
    words: 'Importing `signInWithRedirect` starts to',
    file: 'bundle.test.ts',
    tests: ['loading the package uses nothing of a browser or another platform'],
  },
  {
    words: 'A session that ends because',
    file: 'refresh.test.ts',
    tests: ['NotAuthorizedException ends the session: no user is signed in, and listeners learn why'],
  },
  {
    words: 'An expired session without',
    file: 'refresh.test.ts',
    tests: ['without a refresh token rejects with TokenRefreshException, and keeps what there is'],
  },
  {
    words: 'A refresh that brings unreadable',
    file: 'refresh.test.ts',
    tests: ['tokens that cannot be read'],
  },
  {
    words: 'A refresh is announced and',
    file: 'refresh.test.ts',
    tests: ['serves all calls that wait for it, with one event'],
  },
  {
    words: 'A refresh with `clientMetadata`',
    file: 'refresh.test.ts',
    tests: ['are refreshed at once with forceRefresh, and clientMetadata goes along'],
  },
  {
    words: 'Contexts drop `clientMetadata`. They',
    file: 'refresh.test.ts',
    tests: ['are refreshed at once with forceRefresh, and clientMetadata goes along'],
  },
  {
    words: 'Two tabs that refresh at the',
    file: 'refresh.test.ts',
    tests: ['about a token another tab has used first waits for what that one will store, here for %d ms'],
  },
  {
    words: 'Two requests of one page,',
    file: 'refresh.test.ts',
    tests: ['share a rotation for a minute, one after the other'],
  },
  {
    words: 'The tokens of a user stay',
    file: 'sign-in.test.ts',
    tests: ['as another user leaves no tokens of the one before, whose session could not be refreshed'],
  },
  {
    words: '`decodeJWT` returns whatever JSON',
    file: 'decode-jwt.test.ts',
    tests: ['refuses a payload that is %s'],
  },
  {
    words: '`getCurrentUser` rejects when expired',
    file: 'tabs.test.ts',
    tests: ['the user is known although the tokens have expired, and the session continues afterwards'],
  },
  {
    words: 'A remembered device is found',
    file: 'devices.test.ts',
    tests: ['is found under every name that its user signs in with'],
  },
  {
    words: 'A sign-in by `USER_AUTH` does',
    file: 'choice.test.ts',
    tests: ['is known after a sign-in by %s as %s, and proves itself'],
  },
  {
    words: 'A remembered device cannot',
    file: 'devices.test.ts',
    tests: ['proves itself after a new password, where the service asks for it then'],
  },
  {
    words: 'The name of a device contains',
    file: 'devices.test.ts',
    tests: ['is named after what the browser says about itself'],
  },
  {
    words: 'A device whose clock is more',
    file: 'refresh.test.ts',
    tests: ['expire by the server’s clock, however wrong this device’s is'],
  },
  {
    words: 'Events of other tabs are dispatched',
    file: 'other-tabs.test.ts',
    tests: ['a listener hears nothing of another app client’s session'],
  },
  {
    words: '`signOut` resolves before a',
    file: 'sign-out.test.ts',
    tests: ['has removed the tokens of a slow storage when it resolves'],
  },
  {
    words: '`signOut` forgets the session',
    file: 'sign-out.test.ts',
    tests: [
      'has forgotten the session before the service answers (global: %s)',
      'does not end what another user has begun before the service answers',
    ],
  },
  {
    words: '`signOut({ global: true })`',
    file: 'sign-out.test.ts',
    tests: ['global ends them even if this page’s own access token has expired'],
  },
  {
    words: 'A sign-in that is aborted',
    file: 'sign-in.test.ts',
    tests: ['that is aborted once the service has answered is completed and announced'],
  },
  {
    words: '`signOut` does not report',
    file: 'sign-out.test.ts',
    tests: ['works without a network, and says in the event what could not be done'],
  },
  {
    words: '`deleteUser` tries to revoke',
    file: 'wire.test.ts',
    tests: ['deleting the user is the same, but for a token that Amplify tries to revoke afterwards'],
  },
  {
    words: 'Calls for the signed-in user',
    file: 'every-call.test.ts',
    tests: ['a call for the signed-in user sends one request, and none to an identity pool'],
  },
  {
    words: 'AWS credentials are kept for',
    file: 'credentials.test.ts',
    tests: [
      'keeps them over a refresh of the tokens, and has new ones when both are asked for',
      'a device whose clock is a day off keeps credentials as long as they last',
    ],
  },
  {
    words: 'Calls at the same time each',
    file: 'credentials.test.ts',
    tests: ['fetch credentials once'],
  },
  {
    words: 'With an access token only, a',
    file: 'credentials.test.ts',
    tests: ['without an ID token has tokens and nothing else, and no request is sent'],
  },
  {
    words: 'A guest whose identity was',
    file: 'credentials.test.ts',
    tests: ['whose identity was deleted gets another one'],
  },
  {
    words: "A guest's identity is not",
    file: 'credentials.test.ts',
    tests: ['keeps the identity when a request fails'],
  },
  {
    words: 'Errors of an identity pool',
    file: 'credentials.test.ts',
    tests: ['with what the identity pool says, with its metadata'],
  },
  {
    words: 'Custom `headers` come from',
    file: 'transport.test.ts',
    tests: ['carries the headers the application adds, and tells both products'],
  },
  {
    words: '`updateUserAttribute` and `autoSignIn` take',
    file: 'every-call.test.ts',
    tests: ['no call with a context of its own touches the default one'],
  },
  {
    words: 'The documented `AuthTokenConfigException` is',
    file: 'every-call.test.ts',
    tests: ['%s rejects with AuthTokenConfigException, caused by AuthUserPoolException'],
  },
  {
    words: '`configure` freezes the object',
    file: 'context.test.ts',
    tests: ['neither changes nor freezes what it is given'],
  },
  {
    words: 'A configuration in the shape',
    file: 'context.test.ts',
    tests: ['refuses what Amplify v5 had %s, and says what the shape is now'],
  },
  {
    words: 'A `userPoolEndpoint` that is',
    file: 'transport.test.ts',
    tests: ['%j is refused by name, and nothing is sent: not to the page’s own server either'],
  },
  {
    words: 'An `amplify_outputs.json` cannot be',
    file: 'context.test.ts',
    tests: [
      'sends the requests of an amplify_outputs.json to another endpoint, and keeps that like every option',
    ],
  },
  {
    words: 'A `userPoolEndpoint` causes a',
    file: 'transport.test.ts',
    tests: ['goes to the endpoint of the configuration, whole, and without a warning'],
  },
  {
    words: 'A browser sends a preflight',
    file: 'browser/preflight.test.ts',
    tests: ['a sign-in sends one preflight request, and not one before each request'],
  },
  {
    words: 'A full storage ends the sign-in',
    file: 'full-storage.test.ts',
    tests: ['a storage that refuses %s all but %i items leaves the session in memory, and says so once'],
  },
  {
    words: 'What a platform lacks is reported',
    file: 'platform.test.ts',
    tests: ['%s is reported by name'],
  },
  {
    words: 'An error of one copy of the',
    file: 'platform.test.ts',
    tests: ['makes errors that this copy recognizes'],
  },
  {
    words: 'An answer that is not JSON',
    file: 'every-call.test.ts',
    tests: ['%s ends by its signal and at its timeout, always with a named error'],
  },
  {
    words: '`LimitExceededException`, which counts attempts,',
    file: 'transport.test.ts',
    tests: ['not after the limit of attempts has been reached: that is not throttling'],
  },
  {
    words: 'Every request that fails is',
    file: 'transport.test.ts',
    tests: ['not after %s if it may have created an account or counted an attempt'],
  },
  {
    words: 'Calls cannot be aborted and',
    file: 'every-call.test.ts',
    tests: ['%s ends by its signal and at its timeout, always with a named error'],
  },
  {
    words: 'Errors of some operations',
    file: 'every-call.test.ts',
    tests: ['%s ends by its signal and at its timeout, always with a named error'],
  },
  {
    words: 'Errors are of several classes,',
    file: 'transport.test.ts',
    tests: ['is one class, whatever happened, and serializes to what a log needs'],
  },
]
