import {
  fetchAuthSession,
  fetchUserAttributes,
  signOut,
  updatePassword,
  updateUserAttribute,
} from '@amulet/auth'

const { tokens } = await fetchAuthSession()
console.log(`${tokens?.accessToken}`)
console.log(await fetchUserAttributes())

await updateUserAttribute({
  userAttribute: {
    attributeKey: 'name',
    value: 'Ada',
  },
})
await updatePassword({
  oldPassword: '…',
  newPassword: '…',
})
await signOut()
