import { type Context, Hono } from 'hono'
import type { Call } from '../clients/call.js'
import { getClientAndPool } from '../clients/known-clients.js'
import type { RequestInfo, ServerContext } from '../context.js'
import { ServiceError } from '../errors.js'
import { confirmSignUpWithCode } from '../flows/confirm-sign-up.js'
import * as c from '../wire/constraints.js'
import { parse } from '../wire/parse.js'
import { required, structure } from '../wire/shape.js'
import { Confirmed, NotConfirmed } from './pages/confirmation.js'
import { PAGE_HEADERS } from './pages/page.js'

interface Env {
  Variables: RequestInfo
}

const Query = structure({
  client_id: required(c.ClientId),
  user_name: required(c.Username),
  confirmation_code: required(c.ConfirmationCode),
})

/**
 * Where the link in a sign-up message leads. Like the service's it confirms on `GET`, so that a click is all it takes;
 * a mail scanner that opens links confirms the address too, which it does stand for. `HEAD` only looks.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
 */
export function confirmUser(context: ServerContext): Hono<Env> {
  const app = new Hono<Env>()
  app.on('GET', ['/confirmUser', '/confirmUser/'], async (c) => {
    if (c.req.method === 'HEAD') return c.body(null, 200, PAGE_HEADERS)
    const confirmed = await confirm(context, c)
    return confirmed ? c.html(<Confirmed />, 200, PAGE_HEADERS) : c.html(<NotConfirmed />, 400, PAGE_HEADERS)
  })
  return app
}

async function confirm(context: ServerContext, c: Context<Env>): Promise<boolean> {
  try {
    const { client_id, user_name, confirmation_code } = parse(Query, c.req.query())
    const call: Call = {
      ...(await getClientAndPool(context, client_id)),
      context,
      by: 'page',
      requestId: c.get('requestId'),
      clientAddress: c.get('clientAddress'),
      limitedAddress: c.get('clientAddress'),
      explain: c.get('explain'),
      about: c.get('about'),
      metadata: {},
      validationData: {},
    }
    await confirmSignUpWithCode(call, {
      username: user_name,
      code: confirmation_code,
      forceAliasCreation: false,
    })
    return true
  } catch (error) {
    if (error instanceof ServiceError) return false
    throw error
  }
}
