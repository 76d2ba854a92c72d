import { errors } from '../../errors.js'
import type { Step } from '../step.js'

/** The user chooses what to begin with. The answer to the challenge that is chosen may come along. */
export const selectChallenge: Step<'SELECT_CHALLENGE'> = {
  name: 'SELECT_CHALLENGE',
  carrier: 'session',

  ask: (_call, _attempt, _user, _responses, _of, offer = { offered: [] }) => ({ state: offer, show: offer }),

  answer(_call, { challenge }, _user, responses) {
    const { choice = '' } = responses
    const chosen = challenge.state.offered.find((name) => name === choice)
    return chosen ? { chosen, responses } : { refused: errors.challengeNotOffered(choice) }
  },
}
