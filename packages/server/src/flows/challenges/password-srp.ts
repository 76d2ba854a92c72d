import type { Step } from '../step.js'

/** The password by SRP, as the first factor that was chosen: the answer begins the exchange. */
export const passwordSrp: Step<'PASSWORD_SRP'> = {
  name: 'PASSWORD_SRP',
  carrier: 'session',

  isIn: ({ srpA }) => srpA !== undefined,

  ask: (_call, _attempt, { offer = { offered: [] } }) => ({ state: offer, show: offer }),

  answer: (_call, _open, _user, { srpA }) => ({ chosen: 'PASSWORD_VERIFIER', responses: { srpA } }),
}
