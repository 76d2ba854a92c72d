import { of } from './mistakes.mjs'

/** What functions of triggers may do, and what is made of what they answer. */
export const triggers = [
  ...of(
    'packages/server/src/triggers/run-trigger.ts',
    ['triggers/failures', 'triggers/sign-in', 'triggers/sign-up'],
    {
      'functions that throw run again': [
        "const mayRetry = invocation.is === 'timed out' ||",
        "const mayRetry = invocation.is === 'threw' || invocation.is === 'timed out' ||",
      ],
      'functions run once': ['const TRIES = 3', 'const TRIES = 1'],
      'answers may be of any length': [
        'if (json.length > event.length + MAX_RESPONSE) throw',
        'if (false) throw',
      ],
      'answers may be of any depth': ['if (depth === MAX_DEPTH) throw', 'if (false) throw'],
      'answers may have a member __proto__': [
        "if (Object.hasOwn(value, '__proto__')) throw",
        'if (false) throw',
      ],
      'an empty answer is an answer': ['if (answer === null || answer === undefined)', 'if (false)'],
    },
  ),
  ...of('packages/server/src/triggers/function-webhook.ts', ['triggers/elsewhere'], {
    'events go to other machines in plain text': [
      'if (!URL.canParse(url) || !isPrivate(new URL(url)))',
      'if (!URL.canParse(url))',
    ],
  }),
  ...of(
    'packages/server/src/flows/after-proofs.ts',
    ['triggers/sign-in', 'triggers/tokens', 'triggers/failures'],
    {
      'users who are signed out while functions run are signed in': [
        'if (!current || stampOf(current) !== attempt.who.stamp) throw',
        'if (!current) throw',
      ],
      'users who are disabled while functions run are signed in': [
        'if (current && !current.enabled) throw',
        'if (false) throw',
      ],
      'devices that are forgotten while functions run are known': [
        'if (attempt.deviceKey) await',
        'if (false) await',
      ],
      'nothing runs after a sign-in': [
        'PostAuthentication !== undefined || PreTokenGeneration !== undefined',
        'false',
      ],
    },
  ),
  ...of('packages/server/src/flows/migrate-user.ts', ['triggers/sign-in', 'triggers/sign-up'], {
    'guesses at users of another directory are not counted': [
      'await context.db.transaction().execute((tx) => countPasswordAttempt(context, tx, subject, false))',
      '',
    ],
    'users of another directory need no attributes': [
      'if (Object.keys(answered.userAttributes ?? {}).length === 0) return undefined',
      '',
    ],
    'users of another directory are all confirmed': [
      "password !== undefined && finalUserStatus === 'CONFIRMED'",
      'password !== undefined',
    ],
  }),
  ...of('packages/server/src/flows/begin.ts', ['triggers/sign-in'], {
    'PreAuthentication does not run': ['await runPreAuthentication(request, user, typedName)', ''],
  }),
  ...of('packages/server/src/flows/claim.ts', ['triggers/custom-auth'], {
    'two answers are judged at once': ['throw errors.sessionUsed()', 'return await judge()'],
  }),
  ...of('packages/server/src/flows/custom.ts', ['triggers/custom-auth'], {
    'functions are not told that there is no user': ['...(!user && { userNotFound: true })', ''],
    'tokens win over the end': [
      '  if (failAuthentication) return',
      '  if (failAuthentication && !issueTokens) return',
    ],
  }),
]
