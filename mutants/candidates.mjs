import { parseSync } from 'vite'

/**
 * All of a source, in the order of its text.
 *
 * @param {string} file
 * @param {string} text
 * @returns {import('./candidates.mjs').Candidate[]}
 */
export function candidatesOf(file, text) {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`)
  const candidates = []
  let statement
  const add = ({ start, end }, what, replace) => {
    const line = text.slice(0, start).split('\n').length
    const code = text.slice(start, end)
    candidates.push({ line, start, end, what, code, replace, beginsStatement: start === statement })
  }
  const source = (node) => text.slice(node.start, node.end)
  const visit = (node, parent, key) => {
    // Types and imports do nothing when the program runs.
    if (/^(TS(?!As|NonNull|Satisfies)|Import|Export(?!Named|Default))/.test(node.type)) return
    if (node.type === 'ExpressionStatement') statement = node.start
    mistake({ node, parent, key, source, turn: candidates.length % 2 === 0, add })
    for (const [name, member] of Object.entries(node))
      for (const child of [member].flat()) if (typeof child?.type === 'string') visit(child, node, name)
  }
  visit(program)
  return candidates
}

const OTHER_COMPARISON = { '<': '<=', '<=': '<', '>': '>=', '>=': '>', '===': '!==', '!==': '===' }
const NARROWING = ['where', 'whereRef', 'onRef', 'filter', 'slice', 'trim', 'toLowerCase']

/** Of two mistakes that could be made at one place, the turn decides. */
function mistake({ node, parent, key, source, turn, add }) {
  if (key === 'test') return add(node, turn ? 'never' : 'always', String(!turn))
  switch (node.type) {
    case 'LogicalExpression':
      if (node.operator !== '??')
        add(node, turn ? 'only the left' : 'only the right', source(turn ? node.left : node.right))
      return
    case 'BinaryExpression': {
      const other = OTHER_COMPARISON[node.operator]
      if (other) add(node, other, `${source(node.left)} ${other} ${source(node.right)}`)
      return
    }
    case 'Literal':
      if (key === 'key' || (key === 'property' && parent.computed)) return
      if (typeof node.value === 'number')
        add(node, 'another number', node.value < 1000 ? `${node.raw} + 1` : `${node.raw} * 10`)
      if (typeof node.value === 'boolean') add(node, 'the opposite', String(!node.value))
      return
    case 'UnaryExpression':
      if (node.operator === '!') add(node, 'not negated', source(node.argument))
      return
    case 'ExpressionStatement': {
      const { expression } = node
      const call = expression.type === 'AwaitExpression' ? expression.argument : expression
      if (call.type === 'CallExpression' && call.callee.type !== 'Super')
        add(expression, 'left out', 'undefined')
      return
    }
    case 'CallExpression':
      if (
        node.callee.type === 'MemberExpression' &&
        NARROWING.includes(node.callee.property.name) &&
        // Of `a?.filter(b).length`, a part cannot stand for itself.
        !(key === 'object' && isOptional(node))
      )
        add(node, `no ${node.callee.property.name}`, source(node.callee.object))
  }
}

const isOptional = (node) =>
  node !== undefined && (node.optional === true || isOptional(node.callee ?? node.object))

/**
 * The source with some of its mistakes in it, each asleep until `globalThis.__isMutant` says that it is the one.
 *
 * @param {string} text
 * @param {readonly (import('./candidates.mjs').Candidate & { id: string })[]} mutants
 */
export function withMutants(text, mutants) {
  const openings = mutants.map(({ id, start, end, replace, beginsStatement }) => ({
    at: start,
    beginsStatement,
    // Of several that begin at one place, the longest is around the others.
    order: -end,
    text: `(__isMutant(${JSON.stringify(id)}) ? (${replace}) : (`,
  }))
  const closings = mutants.map(({ start, end }) => ({ at: end, order: -Infinity, start, text: '))' }))
  const inserts = [...closings, ...openings].sort((a, b) => a.at - b.at || a.order - b.order || 0)
  let result = 'const __isMutant = globalThis.__isMutant ?? (() => false);'
  let at = 0
  for (const insert of inserts) {
    result += text.slice(at, insert.at)
    // A parenthesis that begins a line would go on with the line before.
    if (insert.beginsStatement && insert.at !== at) result += 'void '
    result += insert.text
    at = insert.at
  }
  return result + text.slice(at)
}
