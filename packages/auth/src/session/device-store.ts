import type { AuthContext } from '../context/context.js'
import { authError } from '../errors.js'
import { readItems, writeItems } from './items.js'
import { keyOf, lastUsername, userPrefix } from './token-store.js'

/** What this device is remembered by, as it is stored under the username of its user. The names are Amplify's. */
export type Device = Record<(typeof names)[number], string> & { username: string }

const names = ['deviceKey', 'deviceGroupKey', 'randomPasswordKey'] as const

/** Under another name that the user has typed: the username. */
const note = 'deviceUsername'

/** What the keys of a user's session and device begin with. */
const prefixOf = (context: AuthContext, username: string) => keyOf(context, `${username}.`)

/** How this device is remembered for a user: by the username, or by another name that the user has signed in with. */
export const findDevice = async (
  context: AuthContext,
  username: string,
  isNoted?: boolean,
): Promise<Device | undefined> => {
  const { [note]: owner, ...device } = await readItems(context, prefixOf(context, username), [...names, note])
  const isComplete = names.every((name) => device[name])
  // Every name has just been looked for.
  if (isComplete) return { ...device, username } as Device
  return owner && !isNoted ? findDevice(context, owner, true) : undefined
}

/** @throws AuthError `DeviceMetadataNotFoundException` when this device is not remembered */
export const knownDevice = (device: Device | undefined): Device => {
  if (device) return device
  throw authError(
    'DeviceMetadataNotFoundException',
    'Either deviceKey, deviceGroupKey or secretPassword were not found during the sign-in process.',
    'Make sure to not clear storage after calling the signIn API.',
  )
}

/** The device as it is remembered for the user of the stored session. */
export const findOwnDevice = async (context: AuthContext): Promise<Device | undefined> =>
  findDevice(context, await lastUsername(context))

/** Remembers a device under its user's name, to be found under the other names too. */
export const storeDevice = async (
  context: AuthContext,
  device: Device,
  typed: (string | undefined)[],
): Promise<void> => {
  const { username } = device
  await writeItems(context, prefixOf(context, username), names, device)
  for (const name of typed) {
    if (name && name !== username)
      await writeItems(context, prefixOf(context, name), [note], { [note]: username })
  }
}

export const forgetDeviceOf = (context: AuthContext, { username }: Device): Promise<void> =>
  writeItems(context, prefixOf(context, username), names)

/** Forgets what this device was remembered by for the user of the stored session. */
export const clearDevice = async (context: AuthContext): Promise<void> =>
  writeItems(context, await userPrefix(context), names)
