import { expect, expectTypeOf, test } from 'vitest'
import type { Call, PoolCall } from '../src/clients/call.js'
import { errors } from '../src/errors.js'
import type { CallOf } from '../src/operations/kinds.js'
import { operation } from '../src/operations/operation.js'
import type { User } from '../src/users/user.js'
import * as c from '../src/wire/constraints.js'
import { required, structure } from '../src/wire/shape.js'

const run = async () => ({})

test('an operation gets only what its kind resolves', () => {
  expectTypeOf<CallOf<'client'>>().toEqualTypeOf<Call>()
  expectTypeOf<CallOf<'refresh token'>>().toEqualTypeOf<Call>()
  expectTypeOf<CallOf<'admin of a client'>>().toEqualTypeOf<Call>()
  expectTypeOf<CallOf<'admin'>>().toEqualTypeOf<PoolCall>()
  expectTypeOf<CallOf<'user'>['user']>().toEqualTypeOf<User>()
  expectTypeOf<CallOf<'user'>['familyId']>().toEqualTypeOf<string>()
  expectTypeOf<CallOf<'admin about a user'>['user']>().toEqualTypeOf<User>()
  expectTypeOf<CallOf<'none'>>().not.toHaveProperty('pool')
  expectTypeOf<CallOf<'admin'>>().not.toHaveProperty('client')
  expectTypeOf<CallOf<'client'>>().not.toHaveProperty('user')
})

test('an operation whose input lacks a member that its kind reads does not compile', () => {
  const UserPoolId = required(c.UserPoolId)
  const Username = required(c.Username)
  const ClientId = required(c.ClientId)
  const { SecretHash } = c
  const refusals = {
    clientNotFound: errors.clientNotFound,
    secretMissing: errors.secretHashNotReceived,
    secretWrong: errors.secretHashWrong,
  }

  operation({ name: 'A', kind: 'none', input: structure({}), run })
  operation({ name: 'A', kind: 'client', input: structure({ ClientId, SecretHash, Username }), run })
  operation({ name: 'A', kind: 'client', input: structure({ ClientId, Username }), run })
  operation({ name: 'A', kind: 'refresh token', refusals, input: structure({ ClientId }), run })
  operation({ name: 'A', kind: 'admin about a user', input: structure({ UserPoolId, Username }), run })

  // @ts-expect-error: no ClientId
  operation({ name: 'A', kind: 'client', input: structure({ Username }), run })
  // @ts-expect-error: a ClientId that may be left out
  operation({ name: 'A', kind: 'client', input: structure({ ClientId: c.ClientId }), run })
  // @ts-expect-error: a hash of no name
  operation({ name: 'A', kind: 'client', input: structure({ ClientId, SecretHash }), run })
  // @ts-expect-error: no AccessToken
  operation({ name: 'A', kind: 'user', input: structure({ ClientId }), run })
  // @ts-expect-error: no words to refuse with
  operation({ name: 'A', kind: 'refresh token', input: structure({ ClientId }), run })
  // @ts-expect-error: no UserPoolId
  operation({ name: 'A', kind: 'admin', input: structure({ ClientId }), run })
  // @ts-expect-error: no ClientId
  operation({ name: 'A', kind: 'admin of a client', input: structure({ UserPoolId }), run })
  // @ts-expect-error: no Username
  operation({ name: 'A', kind: 'admin about a user', input: structure({ UserPoolId }), run })

  const { name, caller } = operation({ name: 'A', kind: 'none', input: structure({}), run })
  expect({ name, caller }).toEqual({ name: 'A', caller: 'admin' })
})
