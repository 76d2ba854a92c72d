import {
  configure,
  confirmResetPassword,
  fetchUserAttributes,
  getCurrentUser,
  resetPassword,
  signIn,
} from '@amulet/auth'

// Tests that share a server name it. In an application this is a part of its configuration.
const endpoint = new URLSearchParams(location.search).get('pool') ?? 'http://127.0.0.1:9230'
configure(
  {
    Auth: { Cognito: { userPoolId: 'us-east-1_AmuletDev', userPoolClientId: 'amuletdevwebclient00000000' } },
  },
  { endpoint },
)

const say = (text) => {
  document.querySelector('[role=status]').textContent = text
}
const field = (name) => document.querySelector(`[name=${name}]`).value
const on = (selector, event, run) =>
  document.querySelector(selector).addEventListener(event, async (happened) => {
    happened.preventDefault()
    await run().catch((error) => say(error.name))
  })

async function greet() {
  await getCurrentUser()
  const { email } = await fetchUserAttributes()
  say(`Hello, ${email}`)
}

on('#sign-in', 'submit', async () => {
  await signIn({ username: field('username'), password: field('password') })
  await greet()
})
on('#reset [type=button]', 'click', async () => {
  await resetPassword({ username: field('username') })
  say('Look for the code.')
})
on('#reset', 'submit', async () => {
  const newPassword = field('new-password')
  await confirmResetPassword({ username: field('username'), confirmationCode: field('code'), newPassword })
  say('The password is changed.')
})
greet().catch(() => say('Please sign in.'))
