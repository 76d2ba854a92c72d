import { toBase64 } from '../base64.js'
import type { RequestContext } from '../context/deadline.js'
import { type AuthenticationResult, REPEATABLE, userPool } from '../service/user-pool.js'
import { storeDevice } from '../session/device-store.js'
import type { StoredTokens } from '../session/token-store.js'
import { userOf } from '../session/user-of.js'
import { randomBytes } from '../srp/bytes.js'
import { createDeviceVerifier } from '../srp/device.js'
import type { Attempt } from './attempt.js'

/**
 * Remembers the device of a completed sign-in: the known device, or a new one, which is confirmed. An error here does not
 * fail the sign-in; the device is a new one the next time.
 *
 * A refresh names the device, so that device and tokens are stored under one name, whatever was typed.
 */
export const keepDevice = async (
  context: RequestContext,
  { device, username: named, signInDetails }: Attempt,
  { AccessToken = '', NewDeviceMetadata }: AuthenticationResult,
  tokens: StoredTokens,
): Promise<void> => {
  const { username = named, userId } = userOf(tokens)
  if (NewDeviceMetadata) {
    const { DeviceKey = '', DeviceGroupKey = '' } = NewDeviceMetadata
    device = {
      username,
      deviceKey: DeviceKey,
      deviceGroupKey: DeviceGroupKey,
      randomPasswordKey: toBase64(randomBytes(40)),
    }
    try {
      const { salt, verifier } = await createDeviceVerifier(
        DeviceGroupKey + DeviceKey,
        device.randomPasswordKey,
      )
      const input = {
        AccessToken,
        DeviceName: await deviceName(),
        DeviceKey,
        DeviceSecretVerifierConfig: { Salt: toBase64(salt), PasswordVerifier: toBase64(verifier) },
      }
      await userPool(context, 'ConfirmDevice', input, REPEATABLE)
    } catch (error) {
      // It was confirmed, and the answer got lost.
      if ((error as Error).name !== 'DeviceKeyExistsException') return
    }
  }
  if (!device) return
  tokens.username = username
  // A passkey names its user by id.
  await storeDevice(context, { ...device, username }, [named, signInDetails?.loginId, userId])
}

const hints = ['platform', 'platformVersion', 'architecture', 'model'] as const

interface Hints extends Partial<Record<(typeof hints)[number], string>> {
  fullVersionList?: { brand: string; version: string }[]
}

/** What a user recognizes the device by in a list. Outside a browser there may be nothing. */
const deviceName = async (): Promise<string | undefined> => {
  // Client hints are those of some browsers only.
  const { userAgent, userAgentData } = (globalThis.navigator ?? {}) as Partial<Navigator> & {
    userAgentData?: { getHighEntropyValues(names: string[]): Promise<Hints> }
  }
  const found = (await userAgentData?.getHighEntropyValues([...hints, 'fullVersionList'])) ?? {}
  const versions = found.fullVersionList?.map(({ brand, version }) => `${brand}/${version}`).join(';')
  return [...hints.map((name) => found[name]), versions].filter(Boolean).join(' ') || userAgent
}
