import type { AuthContext } from '../context/context.js'
import { writeItems } from './items.js'
import { userPrefix } from './token-store.js'

/** Forgets what this device was remembered by for the user of the stored session. */
export const clearDevice = async (context: AuthContext): Promise<void> =>
  writeItems(context, await userPrefix(context), ['deviceKey', 'deviceGroupKey', 'randomPasswordKey'])
