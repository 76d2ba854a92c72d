import { assertFlowEnabled } from '../clients/auth-flows.js'
import type { Call } from '../clients/call.js'
import { verifySecretHash } from '../clients/secret-hash.js'
import { errors } from '../errors.js'
import { answer } from '../flows/answer.js'
import type { AskedName, Flow } from '../flows/attempt.js'
import { begin, beginUnnamed } from '../flows/begin.js'
import { FACTOR_CHALLENGE } from '../flows/decide.js'
import type { Finish, Outcome } from '../flows/proceed.js'
import { refreshTokens, verifyRefreshSecretHash } from '../flows/refresh.js'
import type { Responses, Shown } from '../flows/step.js'
import { rulesOf } from '../pools/rules.js'
import { type IssuedTokens, issueTokens } from '../tokens/issue.js'
import { issueRefreshToken } from '../tokens/refresh-token.js'
import { createTokenFamily, type TokenFamily } from '../tokens/token-family.js'
import { codeDeliveryDetails } from '../users/code-destination.js'
import { deviceGroupKey, newDeviceKey } from '../users/device.js'
import * as c from '../wire/constraints.js'
import { parse } from '../wire/parse.js'
import { map, structure } from '../wire/shape.js'

/** How a challenge's parameters and responses name attributes. */
const ATTRIBUTE_PREFIX = 'userAttributes.'

type Parameters = Readonly<Record<string, string>>

/** The answer of the operations that a user signs in with. */
export type AuthResponse =
  | {
      readonly AuthenticationResult: IssuedTokens & {
        readonly RefreshToken?: string
        readonly NewDeviceMetadata?: { readonly DeviceKey: string; readonly DeviceGroupKey: string }
      }
      readonly ChallengeParameters: Record<string, never>
    }
  | {
      readonly ChallengeName: AskedName
      readonly ChallengeParameters: Parameters
      readonly Session: string | undefined
      readonly AvailableChallenges: readonly string[] | undefined
    }

/** `AuthFlow` of the wire, but for those that refresh, and what each needs. */
const FLOWS: Readonly<Record<string, { flow: Flow; needs?: string }>> = {
  USER_SRP_AUTH: { flow: 'SRP', needs: 'SRP_A' },
  USER_PASSWORD_AUTH: { flow: 'PASSWORD', needs: 'PASSWORD' },
  ADMIN_USER_PASSWORD_AUTH: { flow: 'PASSWORD', needs: 'PASSWORD' },
  ADMIN_NO_SRP_AUTH: { flow: 'PASSWORD', needs: 'PASSWORD' },
  USER_AUTH: { flow: 'CHOICE' },
  CUSTOM_AUTH: { flow: 'CUSTOM' },
}

/** InitiateAuth and AdminInitiateAuth. */
export async function initiate(
  received: Call,
  {
    AuthFlow,
    AuthParameters = {},
    Session,
  }: { AuthFlow: string; AuthParameters?: Parameters | undefined; Session?: string | undefined },
): Promise<AuthResponse> {
  const { context, client } = received
  const call = withSecret(received, AuthParameters)
  assertFlowEnabled(client, AuthFlow, call.by === 'admin' ? 'admin' : 'client')
  const found = FLOWS[AuthFlow]
  if (!found) {
    call.audit.note({ event: 'refresh' })
    const [token] = required(AuthParameters, 'REFRESH_TOKEN')
    await verifyRefreshSecretHash(call, token, AuthParameters.SECRET_HASH)
    return {
      // What an application sends along with this request is not for the functions of tokens.
      AuthenticationResult: await refreshTokens({ ...call, metadata: {} }, token, AuthParameters.DEVICE_KEY),
      ChallengeParameters: {},
    }
  }
  // The service itself asks for a name first.
  const isUnnamed =
    AuthFlow === 'USER_AUTH' && !AuthParameters.USERNAME && AuthParameters.PREFERRED_CHALLENGE === 'WEB_AUTHN'
  const [username] = isUnnamed ? [''] : required(AuthParameters, 'USERNAME')
  verifySecretHash(context, client, AuthParameters.SECRET_HASH, [username], errors.secretHashNotReceived)
  if (isUnnamed) return await authResponse(call, await beginUnnamed(call))
  const custom = found.flow === 'CUSTOM'
  const withSrp = custom && AuthParameters.CHALLENGE_NAME === 'SRP_A'
  const needs = withSrp ? 'SRP_A' : found.needs
  if (needs) required(AuthParameters, needs)
  const brought = responses(AuthParameters, Session)
  const given = custom && !withSrp ? { ...brought, srpA: undefined } : brought
  return await authResponse(call, await begin(call, found.flow, username, given, finish(call)))
}

/** A kind of challenge as the wire has it. */
interface WireChallenge<N extends AskedName> {
  /** The response that brings the sealed challenge back. Default: it is the `Session`. */
  readonly sealedIn?: string
  /** Challenge responses that an answer needs. */
  readonly needs: readonly string[]
  /** `ChallengeParameters`. */
  readonly parameters: (show: Shown[N], sealed: string) => Parameters
  /** `AvailableChallenges`, where there are any. */
  readonly available?: (show: Shown[N]) => readonly string[] | undefined
}

const CHALLENGES: { readonly [N in AskedName]: WireChallenge<N> } = {
  PASSWORD_VERIFIER: {
    sealedIn: 'PASSWORD_CLAIM_SECRET_BLOCK',
    needs: ['PASSWORD_CLAIM_SIGNATURE', 'TIMESTAMP'],
    parameters: ({ salt, B, srpIdentity }, sealed) => ({
      SALT: salt,
      SECRET_BLOCK: sealed,
      SRP_B: B,
      USERNAME: srpIdentity,
      USER_ID_FOR_SRP: srpIdentity,
    }),
  },
  SELECT_CHALLENGE: {
    needs: ['ANSWER'],
    parameters: ({ options }) => requestOptions(options),
    available: ({ offered }) => offered,
  },
  PASSWORD: { needs: ['PASSWORD'], parameters: () => ({}) },
  PASSWORD_SRP: { needs: ['SRP_A'], parameters: () => ({}) },
  NEW_PASSWORD_REQUIRED: {
    needs: ['NEW_PASSWORD'],
    parameters: ({ srpIdentity, missing, attributes }) => ({
      USER_ID_FOR_SRP: srpIdentity,
      requiredAttributes: JSON.stringify(missing.map((name) => `${ATTRIBUTE_PREFIX}${name}`)),
      userAttributes: JSON.stringify(attributes),
    }),
  },
  SMS_MFA: { needs: ['SMS_MFA_CODE'], parameters: sentCode },
  EMAIL_OTP: {
    needs: ['EMAIL_OTP_CODE'],
    parameters: sentCode,
    available: ({ srpIdentity }) => (srpIdentity === undefined ? ['EMAIL_OTP'] : undefined),
  },
  SMS_OTP: { needs: ['SMS_OTP_CODE'], parameters: sentCode, available: () => ['SMS_OTP'] },
  WEB_AUTHN: { needs: ['CREDENTIAL'], parameters: ({ options }) => requestOptions(options) },
  SOFTWARE_TOKEN_MFA: {
    needs: ['SOFTWARE_TOKEN_MFA_CODE'],
    parameters: ({ srpIdentity, deviceName }) => ({
      ...(deviceName !== undefined && { FRIENDLY_DEVICE_NAME: deviceName }),
      USER_ID_FOR_SRP: srpIdentity,
    }),
  },
  SELECT_MFA_TYPE: {
    needs: ['ANSWER'],
    parameters: ({ of }) => ({
      MFAS_CAN_CHOOSE: JSON.stringify(of.map((factor) => FACTOR_CHALLENGE[factor])),
    }),
  },
  MFA_SETUP: {
    needs: [],
    parameters: ({ of }) => ({
      MFAS_CAN_SETUP: JSON.stringify(of.map((factor) => FACTOR_CHALLENGE[factor])),
    }),
  },
  CUSTOM_CHALLENGE: {
    needs: ['ANSWER'],
    parameters: ({ srpIdentity, publicParameters }) => ({ ...publicParameters, USERNAME: srpIdentity }),
  },
  // What becomes of an answer without `DEVICE_KEY`, the steps of a device say.
  DEVICE_SRP_AUTH: { needs: ['SRP_A'], parameters: () => ({}) },
  DEVICE_PASSWORD_VERIFIER: {
    sealedIn: 'PASSWORD_CLAIM_SECRET_BLOCK',
    needs: ['PASSWORD_CLAIM_SIGNATURE', 'TIMESTAMP'],
    parameters: ({ salt, B, srpIdentity, deviceKey }, sealed) => ({
      SALT: salt,
      SECRET_BLOCK: sealed,
      SRP_B: B,
      USERNAME: srpIdentity,
      DEVICE_KEY: deviceKey,
    }),
  },
}

const requestOptions = (options: Shown['WEB_AUTHN']['options'] | undefined): Parameters =>
  options === undefined ? {} : { CREDENTIAL_REQUEST_OPTIONS: JSON.stringify(options) }

/** Where a code was sent, masked. */
function sentCode({ to, srpIdentity }: Shown['SMS_MFA']): Parameters {
  const { DeliveryMedium, Destination } = codeDeliveryDetails(to)
  return {
    CODE_DELIVERY_DELIVERY_MEDIUM: DeliveryMedium,
    CODE_DELIVERY_DESTINATION: Destination,
    ...(srpIdentity !== undefined && { USER_ID_FOR_SRP: srpIdentity }),
  }
}

/** RespondToAuthChallenge and AdminRespondToAuthChallenge. */
export async function respond(
  received: Call,
  input: {
    ChallengeName: string
    Session?: string | undefined
    ChallengeResponses?: Parameters | undefined
  },
): Promise<AuthResponse> {
  const { context, client } = received
  const given = input.ChallengeResponses ?? {}
  const call = withSecret(received, given)
  // A passkey can be of a sign-in without a name.
  const isNameless = input.ChallengeName === 'WEB_AUTHN' && !given.USERNAME
  const [username] = isNameless ? [''] : required(given, 'USERNAME')
  verifySecretHash(context, client, given.SECRET_HASH, [username], errors.secretHashNotReceived)
  const name = isChallenge(input.ChallengeName) ? input.ChallengeName : undefined
  const sealedIn = name && CHALLENGES[name].sealedIn
  const sealed = sealedIn ? given[sealedIn] : input.Session
  if (!sealed) throw errors.missingParameter(sealedIn ?? 'Session')
  // No challenge of another name is issued, so no session can be one.
  if (!name) throw errors.sessionInvalid()
  required(given, ...CHALLENGES[name].needs)
  const brought = responses(given, input.Session, name)
  return await authResponse(call, await answer(call, name, sealed, username, brought, finish(call)))
}

/** A hash is found to be right, or the request is refused. What brings one comes from a server, which has many users. */
const withSecret = (call: Call, { SECRET_HASH }: Parameters): Call =>
  SECRET_HASH === undefined ? call : { ...call, limitedAddress: undefined }

const isChallenge = (name: string): name is AskedName => Object.hasOwn(CHALLENGES, name)

/** @throws InvalidParameterException the first that is missing or empty */
function required(parameters: Parameters, ...names: string[]): [string, ...string[]] {
  const [first = '', ...rest] = names.map((name) => {
    const value = parameters[name]
    if (!value) throw errors.missingParameter(name)
    return value
  })
  return [first, ...rest]
}

const AttributeValues = structure({ ChallengeResponses: map(c.AttributeValue) })

/**
 * What a request brings, in our words. A challenge response may be any text on the wire, but attributes are kept: only
 * values that the operations take that set them otherwise.
 *
 * @param challenge whose code is read, since a request may bring codes of several
 * @throws InvalidParameterException
 */
function responses(given: Parameters, session: string | undefined, challenge?: AskedName): Responses {
  const attributes = Object.entries(given).filter(([key]) => key.startsWith(ATTRIBUTE_PREFIX))
  if (attributes.length > 0) parse(AttributeValues, { ChallengeResponses: Object.fromEntries(attributes) })
  return {
    session,
    // An empty value is a missing one: nothing could be right about it, and it is no guess.
    password: given.PASSWORD || undefined,
    srpA: given.SRP_A || undefined,
    claim: {
      block: given.PASSWORD_CLAIM_SECRET_BLOCK ?? '',
      signature: given.PASSWORD_CLAIM_SIGNATURE ?? '',
      timestamp: given.TIMESTAMP ?? '',
    },
    newPassword: given.NEW_PASSWORD,
    code: challenge && given[`${challenge}_CODE`],
    // A first request has no challenge that it could answer.
    credential: (challenge && given.CREDENTIAL) || undefined,
    choice: given.ANSWER,
    preferred: given.PREFERRED_CHALLENGE,
    email: given.EMAIL,
    phoneNumber: given.PHONE_NUMBER,
    deviceKey: given.DEVICE_KEY,
    attributes: Object.fromEntries(
      attributes.map(([key, value]) => [key.slice(ATTRIBUTE_PREFIX.length), value]),
    ),
  }
}

interface Finished {
  readonly family: TokenFamily
  /** The key of a device that may be confirmed now: a sign-in did not come from a known one. */
  readonly newDeviceKey: string | undefined
}

/** A sign-in by the API ends in a token family. It is signed for once the transaction is over. */
const finish =
  (call: Call): Finish<Finished> =>
  async (tx, user, { deviceKey }) => {
    // An administrator's server signs users in from devices that it does not know.
    const { context, pool, by } = call
    const isNew = !deviceKey && by === 'client' && rulesOf(pool).devices
    const offered = isNew ? newDeviceKey(context, pool.id) : undefined
    return {
      family: await createTokenFamily(call, tx, user, { deviceKey: deviceKey ?? offered }),
      newDeviceKey: offered,
    }
  }

async function authResponse(call: Call, outcome: Outcome<Finished>): Promise<AuthResponse> {
  if (outcome.is === 'challenge') {
    call.audit.note({ challenge: outcome.name })
    return challengeResponse(outcome.name, outcome)
  }
  const { context, client } = call
  const { result, user, overrides } = outcome
  const { family, newDeviceKey: DeviceKey } = result
  const tokens = await issueTokens(context, { client, user, family, overrides })
  return {
    AuthenticationResult: {
      ...tokens,
      RefreshToken: issueRefreshToken(context, family),
      ...(DeviceKey && { NewDeviceMetadata: { DeviceKey, DeviceGroupKey: deviceGroupKey(DeviceKey) } }),
    },
    ChallengeParameters: {},
  }
}

function challengeResponse<N extends AskedName>(
  name: N,
  { show, sealed, session }: { show: Shown[N]; sealed: string; session?: string },
): AuthResponse {
  const { sealedIn, parameters, available } = CHALLENGES[name]
  return {
    ChallengeName: name,
    Session: sealedIn ? session : sealed,
    ChallengeParameters: parameters(show, sealed),
    AvailableChallenges: available?.(show),
  }
}
