import { type Context, Hono } from 'hono'
import type { Call } from '../clients/call.js'
import { getClientAndPool } from '../clients/known-clients.js'
import type { RequestInfo, ServerContext } from '../context.js'
import { ServiceError } from '../errors.js'
import { type ConfirmationLink, confirmSignUpByLink, findUserOfLink } from '../flows/confirm-sign-up.js'
import { rulesOf } from '../pools/rules.js'
import * as c from '../wire/constraints.js'
import { parse } from '../wire/parse.js'
import { required, structure } from '../wire/shape.js'
import { Confirm, Confirmed, NotConfirmed } from './pages/confirmation.js'
import { FORM_PAGE_HEADERS, PAGE_HEADERS } from './pages/page.js'

interface Env {
  Variables: RequestInfo
}

const Query = structure({
  client_id: required(c.ClientId),
  user_name: required(c.Username),
  confirmation_code: required(c.ConfirmationCode),
})

/**
 * Where the link in a sign-up message leads: a page with a button that confirms. Opening the link does nothing, for
 * programs that look for dangerous mail open links too. The code in the address proves that the mail was read, so the
 * form needs no other proof of where it comes from, and a client with a secret none of it.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
 */
export function confirmUser(context: ServerContext): Hono<Env> {
  const app = new Hono<Env>()
  const notConfirmed = (c: Context<Env>) => c.html(<NotConfirmed />, 400, PAGE_HEADERS)
  app.on('GET', ['/confirmUser', '/confirmUser/'], async (c) => {
    const found = await orNothing(c, async () => {
      const { call, link } = await read(context, c)
      return { call, user: await findUserOfLink(call, link) }
    })
    if (!found?.user) return notConfirmed(c)
    const { user, call } = found
    // A username that was made up tells the user nothing.
    const account = rulesOf(call.pool).usernameAttributes.length > 0 ? undefined : user.username
    return c.html(<Confirm account={account} address={user.attributes.email ?? ''} />, 200, FORM_PAGE_HEADERS)
  })
  app.on('POST', ['/confirmUser', '/confirmUser/'], async (c) => {
    const confirmed = await orNothing(c, async () => {
      return await c.get('audit').run('account', 'ConfirmSignUp', async () => {
        const { call, link } = await read(context, c)
        const isConfirmed = await confirmSignUpByLink(call, link)
        if (!isConfirmed) call.audit.note({ exception: 'CodeMismatchException' })
        return isConfirmed
      })
    })
    return confirmed ? c.html(<Confirmed />, 200, PAGE_HEADERS) : notConfirmed(c)
  })
  return app
}

/** @throws ServiceError the address is not one of a link */
async function read(
  context: ServerContext,
  c: Context<Env>,
): Promise<{ call: Call; link: ConfirmationLink }> {
  const query = parse(Query, c.req.query())
  const found = await getClientAndPool(context, query.client_id)
  c.get('audit').note({ userPoolId: found.pool.id, clientId: found.client.id })
  const call: Call = {
    ...found,
    context,
    by: 'page',
    operation: 'ConfirmSignUp',
    requestId: c.get('requestId'),
    clientAddress: c.get('clientAddress'),
    userAgent: c.get('userAgent'),
    limitedAddress: c.get('clientAddress'),
    explain: c.get('explain'),
    about: c.get('about'),
    audit: c.get('audit'),
    metadata: {},
    validationData: {},
  }
  return { call, link: { username: query.user_name, code: query.confirmation_code } }
}

/** Every refusal is the same page: it says nothing about whether there is such a user, or in what state. */
async function orNothing<T>(c: Context<Env>, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    c.get('explain')(error.message)
    return undefined
  }
}
