import type { ClaimOverrides } from './token-overrides.js'

/** What a function makes of claims. Those that it cannot change come after. */
export function overridden(
  claims: Readonly<Record<string, unknown>>,
  overrides: ClaimOverrides | undefined,
): Readonly<Record<string, unknown>> {
  if (!overrides) return claims
  const { add, suppress } = overrides
  return Object.fromEntries(
    Object.entries({ ...claims, ...add }).filter(([name]) => !suppress.includes(name)),
  )
}
