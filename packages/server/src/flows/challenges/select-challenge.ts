import { errors } from '../../errors.js'
import type { Step } from '../step.js'
import { askPasskey } from './web-authn.js'

/** The user chooses what to begin with. The answer to the challenge that is chosen may come along. */
export const selectChallenge: Step<'SELECT_CHALLENGE'> = {
  name: 'SELECT_CHALLENGE',
  carrier: 'session',

  async ask(call, { who }, { offer = { offered: [] } }) {
    if (!offer.passkey) return { state: offer, show: offer }
    const { passkey, options } = await askPasskey(call, who, offer)
    return { state: { ...offer, passkey }, show: { ...offer, options } }
  },

  answer(_call, { challenge }, _user, responses) {
    const { choice = '' } = responses
    const chosen = challenge.state.offered.find((name) => name === choice)
    return chosen ? { chosen, responses } : { refused: errors.challengeNotOffered(choice) }
  },
}
