import type { AppClient } from './app-client.js'

const UNIT = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 }

/** Milliseconds. The default is 30 days; 0 means the default. */
export const refreshTokenLifetime = ({ settings }: Pick<AppClient, 'settings'>): number =>
  (settings.RefreshTokenValidity || 30) *
  UNIT[(settings.RefreshTokenValidity && settings.TokenValidityUnits?.RefreshToken) || 'days']

/** The same in the unit that the client's settings name. */
export const refreshTokenValidity = ({ settings }: Pick<AppClient, 'settings'>): number =>
  refreshTokenLifetime({ settings }) / UNIT[settings.TokenValidityUnits?.RefreshToken ?? 'days']

/** Milliseconds. The default is 60 minutes; a value without a unit is in hours. */
export const accessTokenLifetime = ({ settings }: Pick<AppClient, 'settings'>): number =>
  settings.AccessTokenValidity
    ? settings.AccessTokenValidity * UNIT[settings.TokenValidityUnits?.AccessToken ?? 'hours']
    : 3_600_000

/** Milliseconds. As for the access token. */
export const idTokenLifetime = ({ settings }: Pick<AppClient, 'settings'>): number =>
  settings.IdTokenValidity
    ? settings.IdTokenValidity * UNIT[settings.TokenValidityUnits?.IdToken ?? 'hours']
    : 3_600_000

/** Milliseconds a challenge may be answered. */
export const challengeLifetime = ({ settings }: Pick<AppClient, 'settings'>): number =>
  (settings.AuthSessionValidity ?? 3) * 60_000

/** Minutes since a user signed in on the pages in which a client takes that as its own sign-in, unless it says otherwise. */
export const DEFAULT_SSO_MINUTES = 60

/** Milliseconds since then in which the client does. */
export const ssoLifetime = ({ settings }: Pick<AppClient, 'settings'>): number =>
  (settings.SSOSession?.MaxValidityMinutes ?? DEFAULT_SSO_MINUTES) * 60_000
