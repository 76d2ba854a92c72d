import { sql } from 'kysely'
import type { PoolCall } from '../clients/call.js'
import type { ServerContext } from '../context.js'
import type { MessageBudget, Queryable, Transaction } from '../db/schema.js'
import type { CodeDestination } from '../users/code-destination.js'
import { mailbox } from '../wire/mailbox.js'
import { network } from '../wire/network.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Messages that one client address asks for, by default. */
const PER_HOUR_AND_CLIENT = 100

/** A message that is about to be sent, or is said to be. */
export interface CountedMessage {
  /** For a message that is not sent: the subject that its request is counted by. */
  readonly to: CodeDestination | { readonly simulatedFor: string }
  /**
   * `anyone`: a code that anyone can ask for who knows a name. `proven`: a code to a verified address, for who has an
   * access token or is an administrator. `unproven`: every other message.
   */
  readonly asked: 'anyone' | 'proven' | 'unproven'
}

/** How many messages of one subject a budget has. */
interface Spending {
  readonly subject: string
  readonly budget: MessageBudget
  readonly messages: number
  readonly limit: number
  readonly window: number
}

/**
 * Counts messages against the budgets of their destinations and of the client address, if there are any. Call it last
 * in the transaction that makes the codes: transactions lock users before counts.
 *
 * @returns whether they may be sent: all of them, which are counted then, or none
 */
export async function countMessages(
  call: PoolCall,
  tx: Transaction,
  messages: readonly CountedMessage[],
): Promise<boolean> {
  const spendings = spendingsOf(call, messages)
  if (spendings.length === 0) return true
  const used = await spend(call, tx, spendings, 1)
  const within = spendings.every(({ subject, budget, limit }) =>
    used.some((row) => row.subject === subject && row.budget === budget && row.used <= limit),
  )
  // What is not sent leaves the budgets to others.
  if (!within) {
    await spend(call, tx, spendings, -1)
    await forgetUnused(tx, spendings)
  }
  return within
}

/** Removes the counts of what no message went to: anyone can name as many destinations as they please. */
async function forgetUnused(tx: Transaction, spendings: readonly Spending[]): Promise<void> {
  await tx
    .deleteFrom('message_counts')
    .where(
      'subject',
      'in',
      spendings.map(({ subject }) => subject),
    )
    .where('used', '<=', 0)
    .execute()
}

/** What one client address can make in an hour without a message, for each message that it can ask for: what is made stays. */
const FOR_EACH_MESSAGE = { 'sign-up': 10, guest: 100 } as const

/**
 * Counts what a client address has made without a message. In a transaction, call it last, as above.
 *
 * @returns whether it is within the budget. Otherwise, nothing may be made
 */
export async function countSilent(
  call: Pick<PoolCall, 'context' | 'limitedAddress'>,
  db: Queryable,
  what: keyof typeof FOR_EACH_MESSAGE,
): Promise<boolean> {
  const { context, limitedAddress } = call
  const { client } = context.messageLimits
  if (!client || limitedAddress === undefined) return true
  const subject = subjectOf(context, `${what} ${network(limitedAddress)}`)
  const limit = FOR_EACH_MESSAGE[what] * (client.perHour ?? PER_HOUR_AND_CLIENT)
  const spending = { subject, budget: 'client address an hour', messages: 1, limit, window: HOUR } as const
  const [counted] = await spend(call, db, [spending], 1)
  return counted !== undefined && counted.used <= limit
}

/** One statement, whose locks last until the transaction ends: of messages at the same moment each is counted. */
const spend = (
  { context }: Pick<PoolCall, 'context'>,
  db: Queryable,
  spendings: readonly Spending[],
  sign: 1 | -1,
): Promise<{ subject: string; budget: MessageBudget; used: number }[]> => {
  const now = context.clock.now()
  const over = sql<boolean>`message_counts.expires_at <= ${now}`
  return db
    .insertInto('message_counts')
    .values(
      spendings.map(({ subject, budget, messages, window }) => ({
        subject,
        budget,
        used: sign * messages,
        expires_at: now + window,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['subject', 'budget']).doUpdateSet({
        used: sql<number>`case when ${over} then excluded.used else message_counts.used + excluded.used end`,
        expires_at: sql<number>`case when ${over} then excluded.expires_at else message_counts.expires_at end`,
      }),
    )
    .returning(['subject', 'budget', 'used'])
    .execute()
}

const subjectOf = ({ rootKey }: ServerContext, text: string): string =>
  rootKey.mac('message-count', text).toString('base64url')

/** Each subject and budget once, in an order that is the same for all, so that transactions do not wait in a circle. */
function spendingsOf(call: PoolCall, messages: readonly CountedMessage[]): Spending[] {
  const { context, limitedAddress } = call
  const { destination, client } = context.messageLimits
  const spendings = new Map<string, Spending>()
  const add = (text: string, budget: MessageBudget, limit: number, window: number) => {
    const subject = subjectOf(context, text)
    const key = `${subject} ${budget}`
    const messages = (spendings.get(key)?.messages ?? 0) + 1
    spendings.set(key, { subject, budget, messages, limit, window })
  }
  const address = limitedAddress === undefined ? undefined : network(limitedAddress)
  for (const { to, asked } of messages) {
    if (destination) {
      const { perHour = 10, perDay = 30 } = destination
      const { perHourAndClient = Math.ceil(perHour / 2), perHourAfterProof = 3 * perHour } = destination
      const name = nameOf(to)
      if (asked === 'proven') add(name, 'destination after a proof an hour', perHourAfterProof, HOUR)
      else {
        add(name, 'destination an hour', perHour, HOUR)
        add(name, 'destination a day', perDay, DAY)
      }
      if (asked === 'anyone' && address !== undefined)
        add(`${name} ${address}`, 'destination by one address an hour', perHourAndClient, HOUR)
    }
    if (client && address !== undefined)
      add(address, 'client address an hour', client.perHour ?? PER_HOUR_AND_CLIENT, HOUR)
  }
  return [...spendings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, spending]) => spending)
}

/** A destination however it is written, in whatever pool. Nothing is sent to a simulated one, so it has its own name. */
function nameOf(to: CountedMessage['to']): string {
  if ('simulatedFor' in to) return `simulated ${to.simulatedFor}`
  const { attribute, destination } = to
  return `${attribute} ${attribute === 'email' ? mailbox(destination) : destination}`
}
