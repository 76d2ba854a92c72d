const rules: [string, RegExp][] = [
  ['8 characters or more', /^.{8,}$/s],
  ['an upper-case letter', /[A-Z]/],
  ['a lower-case letter', /[a-z]/],
  ['a digit', /[0-9]/],
  ['a symbol', /[^\p{L}\p{N}]/u],
]

/** The password policy of the pool, ticked off while typing. The server has the last word. */
export function PasswordRules({ password }: { password: string }) {
  return (
    <ul className="rules">
      {rules.map(([rule, pattern]) => {
        const met = pattern.test(password)
        return (
          <li key={rule} className={met ? 'met' : undefined}>
            {rule}
            {met && <span className="sr-only"> (done)</span>}
          </li>
        )
      })}
    </ul>
  )
}
