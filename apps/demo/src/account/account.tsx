import { type AuthUser, fetchUserAttributes } from '@amulet/auth'
import type { Pool } from '../pool.js'
import { Devices } from './devices.js'
import { Leave } from './leave.js'
import { Passkeys } from './passkeys.js'
import { Profile } from './profile.js'
import { SecondFactors } from './second-factors.js'
import { Tokens } from './tokens.js'
import { useLoaded } from './use-loaded.js'
import { WhoAmI } from './who-am-i.js'

/** What a signed-in person sees. */
export function Account({ pool, user }: { pool: Pool; user: AuthUser }) {
  const { value: attributes, problem, reload } = useLoaded(fetchUserAttributes)
  const name = user.signInDetails?.loginId ?? attributes?.email ?? user.username
  return (
    <>
      <WhoAmI user={user} attributes={attributes} problem={problem} />
      <Leave />
      <Profile pool={pool} attributes={attributes} username={name} onChange={reload} />
      <Tokens />
      <SecondFactors pool={pool} name={name} />
      <Passkeys />
      <Devices />
    </>
  )
}
