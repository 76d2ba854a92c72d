import { createAuthContext, createMemoryStorage, signIn, signOut } from '@amulet/auth'
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type ICognitoStorage,
} from 'amazon-cognito-identity-js'
import { Amplify } from 'aws-amplify'
import { signIn as amplifySignIn, signOut as amplifySignOut } from 'aws-amplify/auth'
import { ConsoleLogger } from 'aws-amplify/utils'
import { serverPublicValue, verifierOf } from './openssl.js'
import { amplifySrp, amuletSrp, type SrpChallenge } from './srp-work.js'
import { median, milliseconds, printTable, times } from './table.js'

const userPoolId = 'us-east-1_BenchPool'
const userPoolClientId = 'benchclient'
const username = 'ada'
const password = 'Correct-horse-1'

/**
 * The client's part of a sign-in with SRP. Each library signs in through its public call, and the service's answers
 * are there at once: real answers but for the tokens, and nothing checks the proof. Beside it, its arithmetic and
 * hashing alone.
 */
export async function benchClientSrp(repeat = 20): Promise<void> {
  const verifier = verifierOf(userPoolId, username, password)
  const challenge = {
    SALT: verifier.salt,
    SECRET_BLOCK: Buffer.alloc(1200, 7).toString('base64'),
    SRP_B: serverPublicValue(verifier).toString(16),
    USERNAME: username,
    USER_ID_FOR_SRP: username,
  }
  const canned = cannedService(challenge)
  const realFetch = globalThis.fetch
  globalThis.fetch = canned
  try {
    const [ours = 0, amplify = 0, older = 0, ourSrp = 0, theirSrp = 0] = await inTurns(repeat, [
      amuletClient(canned),
      amplifyClient(),
      identityJsClient(),
      { signIn: await amuletSrp(userPoolId, password, challenge) },
      { signIn: await amplifySrp(userPoolId, password, challenge) },
    ])
    printTable(
      'Work of one SRP sign-in on the client (median)',
      ['client', 'a sign-in', 'to ours', 'SRP alone', 'to ours'],
      [
        ['@amulet/auth', milliseconds(ours), '', milliseconds(ourSrp), ''],
        [
          'aws-amplify',
          milliseconds(amplify),
          times(amplify / ours),
          milliseconds(theirSrp),
          times(theirSrp / ourSrp),
        ],
        ['amazon-cognito-identity-js', milliseconds(older), times(older / ours)],
      ],
    )
  } finally {
    globalThis.fetch = realFetch
  }
}

interface Client {
  signIn(): Promise<unknown>
  forget?(): Promise<unknown>
}

/** The median of each. They take turns, so that a machine that is busy with other things slows down all of them. */
async function inTurns(repeat: number, clients: readonly Client[]): Promise<number[]> {
  const samples = clients.map((): number[] => [])
  // The first ones warm up the compiler.
  for (let i = -10; i < repeat; i++)
    for (const [index, client] of clients.entries()) {
      const started = performance.now()
      await client.signIn()
      if (i >= 0) samples[index]?.push(performance.now() - started)
      await client.forget?.()
    }
  return samples.map(median)
}

function amuletClient(fetch: typeof globalThis.fetch): Client {
  const context = createAuthContext(
    { Auth: { Cognito: { userPoolId, userPoolClientId } } },
    { fetch, storage: createMemoryStorage() },
  )
  return {
    signIn: () => signIn(context, { username, password }),
    forget: () => signOut(context),
  }
}

function amplifyClient(): Client {
  ConsoleLogger.LOG_LEVEL = 'ERROR'
  Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId } } })
  return { signIn: () => amplifySignIn({ username, password }), forget: () => amplifySignOut() }
}

function identityJsClient(): Client {
  const items = new Map<string, string>()
  const Storage: ICognitoStorage = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
    clear: () => items.clear(),
  }
  const Pool = new CognitoUserPool({ UserPoolId: userPoolId, ClientId: userPoolClientId, Storage })
  return {
    signIn: () =>
      new Promise((onSuccess, onFailure) =>
        new CognitoUser({ Username: username, Pool, Storage }).authenticateUser(
          new AuthenticationDetails({ Username: username, Password: password }),
          { onSuccess, onFailure },
        ),
      ),
    forget: async () => items.clear(),
  }
}

function cannedService(challenge: SrpChallenge): typeof globalThis.fetch {
  const now = Math.floor(Date.now() / 1000)
  const token = (claims: object) =>
    [{ alg: 'RS256', kid: 'bench' }, { sub: username, iat: now, exp: now + 3600, ...claims }, 'signature']
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
  const answers: Record<string, object> = {
    InitiateAuth: {
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeParameters: challenge,
    },
    RespondToAuthChallenge: {
      AuthenticationResult: {
        AccessToken: token({ token_use: 'access', username, client_id: userPoolClientId }),
        IdToken: token({ token_use: 'id', aud: userPoolClientId, 'cognito:username': username }),
        RefreshToken: 'refresh',
        ExpiresIn: 3600,
        TokenType: 'Bearer',
      },
      ChallengeParameters: {},
    },
    RevokeToken: {},
  }
  return async (input, init) => {
    const headers = new Headers(input instanceof Request ? input.headers : init?.headers)
    const operation = headers.get('x-amz-target')?.split('.')[1] ?? ''
    return Response.json(answers[operation] ?? { __type: 'UnknownOperationException' }, {
      status: operation in answers ? 200 : 400,
    })
  }
}
