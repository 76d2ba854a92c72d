export { addPasskey } from './add-passkey.js'
export {
  type AmuletFixtureOptions,
  type AmuletFixtures,
  type AmuletWorkerFixtures,
  amuletFixtures,
  type PlaywrightFixtures,
} from './amulet-fixtures.js'
export { connect, type RemoteServer } from './connect.js'
export { type Admin, createAdmin } from './create-admin.js'
export {
  createSession,
  type Session,
  type SessionOptions,
  type SessionStorage,
  type StorageState,
} from './create-session.js'
export type { DevelopmentServer } from './development-server.js'
export { type Fault, type FaultOptions, injectFault } from './inject-fault.js'
export {
  type Authenticator,
  type AuthenticatorOptions,
  installAuthenticator,
} from './install-authenticator.js'
export {
  type AuthenticationResponse,
  type CreationOptions,
  createPasskey,
  type Passkey,
  type PasskeyAlgorithm,
  type PasskeyOptions,
  type RegistrationResponse,
  type RequestOptions,
} from './passkey.js'
export { totpCode } from './totp-code.js'
