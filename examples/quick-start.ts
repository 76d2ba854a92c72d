import { configure, confirmSignUp, fetchUserAttributes, signIn, signUp } from '@amulet/auth'
import { createServer } from '@amulet/server'

const server = createServer()
const { url, userPoolId, userPoolClientId } = await server.listen()
configure({ Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: url } } })

const username = 'ada@example.com'
await signUp({ username, password: 'Correct-horse-1' })
await confirmSignUp({ username, confirmationCode: server.inbox.last(username)?.code ?? '' })
await signIn({ username, password: 'Correct-horse-1' })
console.log(await fetchUserAttributes())

await server.close()
