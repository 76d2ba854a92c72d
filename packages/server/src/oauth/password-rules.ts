import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import type { PasswordRules } from './pages/form.js'
import type { Texts } from './pages/texts/en.js'

/** What a page says that a new password needs. */
export function passwordRulesOf(pool: UserPool): PasswordRules {
  const { MinimumLength, RequireLowercase, RequireNumbers, RequireSymbols, RequireUppercase } =
    rulesOf(pool).password
  return {
    length: MinimumLength,
    lower: RequireLowercase,
    upper: RequireUppercase,
    number: RequireNumbers,
    symbol: RequireSymbols,
  }
}

/** Which rule the words of a violation are about. */
const RULE_OF: readonly (readonly [RegExp, Exclude<keyof Texts['rules'], 'length'>])[] = [
  [/uppercase characters$/, 'upper'],
  [/lowercase characters$/, 'lower'],
  [/numeric characters$/, 'number'],
  [/symbol characters$/, 'symbol'],
  [/regular expression pattern/, 'spaces'],
]

/** What is told below the field of a password that breaks the policy. */
export function policyText({ rules, invalid }: Texts, pool: UserPool, message: string): string {
  if (message.endsWith('Password not long enough')) return rules.length(rulesOf(pool).password.MinimumLength)
  const rule = RULE_OF.find(([words]) => words.test(message))?.[1]
  return rule === undefined ? invalid : rules[rule]
}
