import type { AuthUser } from '@amulet/auth'
import { Leave } from './leave.js'
import { Tokens } from './tokens.js'
import { WhoAmI } from './who-am-i.js'

/** What a signed-in person sees. */
export function Account({ user }: { user: AuthUser }) {
  return (
    <>
      <WhoAmI user={user} />
      <Tokens />
      <Leave />
    </>
  )
}
