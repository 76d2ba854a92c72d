import { createContext } from 'react'
import type { Problem } from '../problem.js'

/** What is wrong in the form around. A field whose name it has shows it. */
export const ProblemContext = createContext<Problem | undefined>(undefined)
