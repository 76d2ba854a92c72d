import type { AssumeRole } from '../assume-role.js'
import type { ServerContext } from '../context.js'
import { randomText } from '../crypto/random.js'

const SESSION_SECONDS = 3600
/** Of AWS's access key ids: base32. */
const KEY_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const SECRET_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/**
 * Credentials for developing, which look like AWS's and are worth nothing there. The key id begins with `ASIAAMULETDEV`. An
 * emulator of a service can read in the session token which identity and role they are of.
 */
export const developmentCredentials =
  (context: Pick<ServerContext, 'clock' | 'randomBytes'>): AssumeRole =>
  async ({ roleArn, identityId }) => {
    const expiresAt = (Math.floor(context.clock.now() / 1000) + SESSION_SECONDS) * 1000
    const session = JSON.stringify({ identityId, roleArn, expiresAt })
    return {
      accessKeyId: `ASIAAMULETDEV${randomText(context, KEY_CHARACTERS, 7)}`,
      secretAccessKey: randomText(context, SECRET_CHARACTERS, 40),
      sessionToken: `AMULET-DEV-NOT-AWS.${Buffer.from(session).toString('base64url')}`,
      expiresAt,
    }
  }
