import { forgetDevice, signOut } from 'aws-amplify/auth'
import { ConsoleLogger } from 'aws-amplify/utils'
import { beforeEach, onTestFinished, vi } from 'vitest'

/**
 * Has each test of a file begin with stock Amplify in a browser that it knows nothing of. Amplify keeps one signed-in user
 * per process, so tests run one after the other; the date is replaced, which client and server share here.
 */
export function amplifyInBrowser(): void {
  ConsoleLogger.LOG_LEVEL = 'ERROR'
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
    // Amplify names a device after the browser, and confirms none without it.
    vi.stubGlobal('navigator', { userAgent: 'Firefox' })
    onTestFinished(async () => {
      // The device stays where another sign-in finds it: forgotten, it does not.
      await forgetDevice().catch(() => {})
      await signOut()
      vi.unstubAllGlobals()
      vi.useRealTimers()
    })
  })
}
