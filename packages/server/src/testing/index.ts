export { addPasskey, type DevelopmentServer } from './add-passkey.js'
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
