import { describePasskey } from '../users/describe-passkey.js'
import { listPasskeys, passkeyPosition } from '../users/passkey.js'
import * as c from '../wire/constraints.js'
import { page, pageStart } from '../wire/page.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const listWebAuthnCredentials = operation({
  name: 'ListWebAuthnCredentials',
  kind: 'user',
  input: structure({
    AccessToken: required(c.TokenModel),
    NextToken: c.PaginationKey,
    MaxResults: c.WebAuthnCredentialsQueryLimit,
  }),
  async run({ context, user }, { NextToken, MaxResults }) {
    const limit = MaxResults || c.MAX_PASSKEYS
    const list = ['ListWebAuthnCredentials', user.id]
    const after = pageStart(context, list, NextToken)
    const found = await listPasskeys(context.db, user.id, { after, limit: limit + 1 })
    const { rows, token } = page(context, list, found, limit, passkeyPosition)
    return { Credentials: rows.map(describePasskey), NextToken: token }
  },
})
