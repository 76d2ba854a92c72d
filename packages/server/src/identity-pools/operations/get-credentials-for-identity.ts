import { errors } from '../../errors.js'
import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { timestamp } from '../../wire/timestamp.js'
import { chooseRole } from '../choose-role.js'
import { signOpenIdToken } from '../open-id-token.js'
import { sessionOf } from '../session-of.js'

export const getCredentialsForIdentity = operation({
  name: 'GetCredentialsForIdentity',
  kind: 'anyone',
  input: structure({
    IdentityId: required(s.IdentityId),
    Logins: s.LoginsMap,
    CustomRoleArn: s.ArnString,
  }),
  async run(call, { IdentityId, Logins, CustomRoleArn }) {
    const { context } = call
    const session = await sessionOf(call, IdentityId, Logins)
    const { pool, identity, methods, principalTags } = session
    const roleArn = chooseRole(context, session, CustomRoleArn)
    if (!context.assumeRole) throw errors.noCredentials()
    const credentials = await context.assumeRole({
      roleArn,
      identityId: identity.id,
      webIdentityToken: () =>
        signOpenIdToken(context, pool, { identityId: identity.id, methods, principalTags }),
    })
    return {
      IdentityId: identity.id,
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: timestamp(credentials.expiresAt),
      },
    }
  },
})
