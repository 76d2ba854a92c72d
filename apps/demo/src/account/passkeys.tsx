import {
  type AuthWebAuthnCredential,
  associateWebAuthnCredential,
  deleteWebAuthnCredential,
  isAuthError,
  isPasskeySupported,
  listWebAuthnCredentials,
} from '@amulet/auth'
import { useState } from 'react'
import { useAction } from '../use-action.js'
import { Passkey } from './passkey.js'
import { useLoaded } from './use-loaded.js'

/** All passkeys of the account; nothing where the pool has none. */
async function load() {
  const all: AuthWebAuthnCredential[] = []
  let nextToken: string | undefined
  try {
    do {
      const page = await listWebAuthnCredentials(nextToken === undefined ? {} : { nextToken })
      all.push(...page.credentials)
      nextToken = page.nextToken
    } while (nextToken !== undefined)
  } catch (error) {
    if (isAuthError(error, 'WebAuthnNotEnabledException')) return undefined
    throw error
  }
  return all
}

export function Passkeys() {
  const { value: passkeys, problem, reload } = useLoaded(load)
  const [status, setStatus] = useState('')
  const adding = useAction(async () => {
    setStatus('')
    await associateWebAuthnCredential()
    setStatus('The passkey is added. Next time you can sign in with it.')
    reload()
  })

  if (!passkeys && !problem) return null
  return (
    <section aria-labelledby="passkeys">
      <h2 id="passkeys">Passkeys</h2>
      <p className="problem" role="alert">
        {(problem ?? adding.problem)?.sentence}
      </p>
      <ul className="list">
        {passkeys?.map((passkey) => (
          <Passkey
            key={passkey.credentialId}
            passkey={passkey}
            remove={async () => {
              setStatus('')
              await deleteWebAuthnCredential({ credentialId: passkey.credentialId ?? '' })
              setStatus('The passkey is deleted here. Your device may still offer it.')
              reload()
            }}
          />
        ))}
      </ul>
      {passkeys && isPasskeySupported() && (
        <div className="row">
          <button type="button" className="secondary" aria-disabled={adding.busy} onClick={adding.start}>
            {adding.busy ? 'Adding…' : 'Add a passkey'}
          </button>
        </div>
      )}
      <p className="hint" role="status">
        {status}
      </p>
    </section>
  )
}
