import type { AuthUser } from '@amulet/auth'
import type { Pool } from '../pool.js'
import { Devices } from './devices.js'
import { Leave } from './leave.js'
import { Passkeys } from './passkeys.js'
import { SecondFactors } from './second-factors.js'
import { Tokens } from './tokens.js'
import { WhoAmI } from './who-am-i.js'

/** What a signed-in person sees. */
export function Account({ pool, user }: { pool: Pool; user: AuthUser }) {
  return (
    <>
      <WhoAmI user={user} />
      <Tokens />
      <SecondFactors pool={pool} name={user.signInDetails?.loginId ?? user.username} />
      <Passkeys />
      <Devices />
      <Leave />
    </>
  )
}
