/**
 * Importing `@amulet/auth/enable-oauth-listener` has the page complete a sign-in by redirect with code that is loaded with
 * the page, where `configure` alone loads it on demand. As with Amplify, the order of the two does not matter.
 */
import { byDefault } from './context/default.js'
import { complete } from './oauth/complete.js'

const { context } = byDefault
const url = `${globalThis.location}`
// Before `configure` there is nothing to complete with. Then it is `configure` that does.
if (context.hub && url.includes('state=')) context.memory.redirect ??= complete(context, url)
