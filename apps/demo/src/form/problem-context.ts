import { createContext } from 'react'
import type { Problem } from '../problem.js'

/** Which field of the form around is wrong, and the id of the element that says why. */
export const ProblemContext = createContext<{ id: string; field: Problem['field'] }>({
  id: '',
  field: undefined,
})
