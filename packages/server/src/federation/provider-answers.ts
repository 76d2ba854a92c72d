import type { ServerContext } from '../context.js'

/** Milliseconds that an answer is remembered. */
const REMEMBERED = 3_600_000
/** Milliseconds that a provider is not asked again after it has failed: every visitor of a page would wait for it. */
export const RESPITE = 10_000

/** What providers have answered to one kind of question, for each server. */
export interface ProviderAnswers<Answer> {
  /**
   * The answer of a provider: the remembered one, the one to a pending question, or the one to a new question. After a failure,
   * all get the same error for a while.
   *
   * @param version of what the question depends on. With another version, the provider is asked at once
   */
  get(context: ServerContext, id: string, version: string, ask: () => Promise<Answer>): Promise<Answer>
  /** What it has answered before. It is not asked. */
  known(context: ServerContext, id: string, version: string): Answer | undefined
}

interface Question<Answer> {
  readonly version: string
  until: number
  /** One for all requests that wait for it. */
  readonly asked: Promise<Answer>
  answer?: Answer
}

export function createProviderAnswers<Answer>(): ProviderAnswers<Answer> {
  const servers = new WeakMap<ServerContext, Map<string, Question<Answer>>>()
  return {
    get(context, id, version, ask) {
      const questions = servers.get(context) ?? new Map<string, Question<Answer>>()
      servers.set(context, questions)
      const now = context.clock.now()
      const last = questions.get(id)
      if (last && last.version === version && now < last.until) return last.asked
      const question: Question<Answer> = { version, until: now + REMEMBERED, asked: ask() }
      questions.set(id, question)
      question.asked.then(
        (answer) => {
          question.answer = answer
        },
        () => {
          question.until = context.clock.now() + RESPITE
        },
      )
      return question.asked
    },
    known(context, id, version) {
      const last = servers.get(context)?.get(id)
      return last?.version === version ? last.answer : undefined
    },
  }
}
