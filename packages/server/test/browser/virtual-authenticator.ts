import type { Passkey } from '@amulet/server/testing'
import type { Page } from 'playwright-core'

/** An authenticator that Chromium makes up, which the tests command. */
export interface VirtualAuthenticator {
  /** Whether the user is there to say yes. */
  setPresent(isPresent: boolean): Promise<unknown>
  /** Whether the user lets it make sure who they are. */
  setVerified(isVerified: boolean): Promise<unknown>
  /** Ids of its passkeys, in base64url. */
  ids(): Promise<string[]>
  add(credential: ReturnType<Passkey['forDevTools']>): Promise<unknown>
}

/** Gives the browser of a page an authenticator whose user says yes until it is told otherwise. */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('WebAuthn.enable')
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    setPresent: (enabled) =>
      devTools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    setVerified: (isUserVerified) =>
      devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    async ids() {
      const { credentials } = await devTools.send('WebAuthn.getCredentials', { authenticatorId })
      return credentials.map(({ credentialId }) => Buffer.from(credentialId, 'base64').toString('base64url'))
    },
    add: (credential) => devTools.send('WebAuthn.addCredential', { authenticatorId, credential }),
  }
}
