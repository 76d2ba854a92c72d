import { timestamp } from '../wire/timestamp.js'
import { attributeList } from './attributes.js'
import { describeSmsMfa } from './mfa-preference.js'
import type { User } from './user.js'

/** A user in a list on the wire. */
export const describeUser = (user: User) => ({
  Username: user.username,
  Attributes: attributeList(user),
  UserCreateDate: timestamp(user.createdAt),
  UserLastModifiedDate: timestamp(user.updatedAt),
  Enabled: user.enabled,
  UserStatus: user.status,
  ...describeSmsMfa(user),
})
