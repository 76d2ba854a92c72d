import { parse } from '@babel/parser'

/** One place in a source file that has to do with Amplify. */
export interface Use {
  /** The module it comes from, such as `aws-amplify/auth`. */
  readonly module: string
  /** The name that the module exports; `*` is all of it, an empty text an import for its effect, and `vi.mock` a mock of it. */
  readonly name: string
  /** The method that is called on it, of `Amplify`, `Hub` and other objects. */
  readonly method?: string
  /** Members of the objects that a call is given: `options.authFlowType` for one within `options`. */
  readonly members: readonly string[]
  /** The first argument of a call, where it is a text: the channel of `Hub.listen`. */
  readonly text?: string
  readonly line: number
}

/** A file that could not be read as JavaScript or TypeScript. */
export class UnreadableFile extends Error {}

const AMPLIFY = /^(?:aws-amplify|@aws-amplify\/.+|amazon-cognito-identity-js)(?:\/|$)/

/** A node of the syntax tree, of which only what is looked at is known. */
interface Node {
  readonly type: string
  readonly loc?: { readonly start: { readonly line: number } } | null
  readonly [member: string]: unknown
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string'

const nodesIn = (value: unknown): Node[] => (Array.isArray(value) ? value : [value]).filter(isNode)

/** Finds what a source file uses of Amplify. */
export function usesIn(path: string, text: string): Use[] {
  const tree = parseSource(path, text)
  const uses: Use[] = []
  /** What local names stand for. */
  const bindings = new Map<string, { module: string; name: string }>()
  /** Objects that have a name in this file, which is how options are given often. */
  const objects = new Map<string, Node>()
  const found = (node: Node, use: Pick<Use, 'module' | 'name'> & Partial<Use>) =>
    uses.push({ members: [], ...use, line: node.loc?.start.line ?? 0 })
  /** Calls of `require` and `import()` of which the names are known that they are for. */
  const named = new Set<Node>()
  /** What a pattern takes of the module that a call loads. */
  const takes = (pattern: unknown, call: Node, module: string) => {
    const locals = namesOf(pattern)
    for (const { node, local, name } of locals) {
      bindings.set(local, { module, name })
      if (name !== '*') found(node, { module, name })
    }
    if (locals.every(({ name }) => name !== '*')) named.add(call)
  }

  walk(tree, (node) => {
    if (node.type === 'ImportDeclaration' || node.type === 'ExportNamedDeclaration') {
      const module = textOf(node.source)
      if (!module || !AMPLIFY.test(module)) return
      const specifiers = nodesIn(node.specifiers)
      if (specifiers.length === 0) found(node, { module, name: '' })
      for (const specifier of specifiers) {
        const isNamed = specifier.type === 'ImportSpecifier' || specifier.type === 'ExportSpecifier'
        const outside = node.type === 'ImportDeclaration' ? specifier.imported : specifier.local
        const name = isNamed ? nameOf(outside) : specifier.type === 'ImportDefaultSpecifier' ? 'default' : '*'
        found(specifier, { module, name })
        if (node.type === 'ImportDeclaration') bindings.set(nameOf(specifier.local), { module, name })
      }
    } else if (node.type === 'ExportAllDeclaration') {
      const module = textOf(node.source)
      if (module && AMPLIFY.test(module)) found(node, { module, name: '*' })
    } else if (node.type === 'TSImportType') {
      // `typeof import('aws-amplify/auth').signIn`
      const module = textOf(node.argument)
      if (module && AMPLIFY.test(module)) found(node, { module, name: nameOf(node.qualifier) || '*' })
    } else if (node.type === 'VariableDeclarator') {
      if (isNode(node.init) && node.init.type === 'ObjectExpression') objects.set(nameOf(node.id), node.init)
      const loaded = loadedBy(node.init)
      if (loaded) takes(node.id, loaded.call, loaded.module)
    } else if (node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression') {
      // `(await import('aws-amplify/auth')).signIn`. A promise has other members.
      const loaded = loadedBy(node.object)
      if (loaded && !loaded.isPromise) {
        found(node, { module: loaded.module, name: nameOf(node.property) })
        named.add(loaded.call)
      }
    } else if (node.type === 'CallExpression') {
      const [first] = nodesIn(node.arguments)
      const callee = isNode(node.callee) ? node.callee : undefined
      // `import('aws-amplify/auth').then(({ signIn }) => signIn(input))`
      const promised = nameOf(callee?.property) === 'then' ? loadedBy(callee?.object) : undefined
      const [parameter] = nodesIn(first?.params)
      if (promised && parameter) takes(parameter, promised.call, promised.module)
      // `vi.mock('aws-amplify/auth', …)`
      const mocked = isNode(callee?.object) ? /^(?:vi|jest)$/.exec(nameOf(callee.object))?.[0] : undefined
      const module = mocked && textOf(first)
      if (module && AMPLIFY.test(module))
        found(node, { module, name: `${mocked}.${nameOf(callee?.property)}` })
      const loaded = loadedBy(node)
      if (loaded && !named.has(loaded.call)) found(node, { module: loaded.module, name: '*' })
    }
  })
  if (uses.length === 0) return []

  const calls: Use[] = []
  const called = (node: Node, use: Omit<Use, 'line' | 'members'>) => {
    const args = nodesIn(node.arguments)
    const text = textOf(args[0])
    calls.push({
      ...use,
      members: [...new Set(args.flatMap((argument) => membersOf(argument, objects)))],
      ...(text !== undefined && { text }),
      line: node.loc?.start.line ?? 0,
    })
  }
  walk(tree, (node) => {
    if (node.type === 'CallExpression' || node.type === 'OptionalCallExpression') {
      const callee = node.callee
      if (!isNode(callee)) return
      const direct = bindings.get(nameOf(callee))
      if (callee.type === 'Identifier' && direct) called(node, direct)
      const object = isNode(callee.object) ? callee.object : undefined
      const loaded = loadedBy(object)
      if (loaded && !loaded.isPromise) called(node, { module: loaded.module, name: nameOf(callee.property) })
      const owner = object && bindings.get(nameOf(object))
      if (owner?.name === '*') called(node, { module: owner.module, name: nameOf(callee.property) })
      else if (owner) called(node, { ...owner, method: nameOf(callee.property) })
      // `auth.Hub.listen`, of a whole module.
      const whole = isNode(object?.object) ? bindings.get(nameOf(object.object)) : undefined
      if (whole?.name === '*') {
        called(node, {
          module: whole.module,
          name: nameOf(object?.property),
          method: nameOf(callee.property),
        })
      }
    } else if (node.type === 'MemberExpression' || node.type === 'TSQualifiedName') {
      const owner = bindings.get(nameOf(node.object ?? node.left))
      if (owner?.name === '*') {
        calls.push({
          module: owner.module,
          name: nameOf(node.property ?? node.right),
          members: [],
          line: node.loc?.start.line ?? 0,
        })
      }
    }
  })
  return [...uses, ...calls]
}

function parseSource(path: string, text: string): Node {
  // Of a file of Vue, Svelte or Astro the scripts, each in its line.
  const isMarkup = /\.(?:vue|svelte|astro)$/.test(path)
  const code = isMarkup ? scriptsOf(text) : text
  const isPlainTypeScript = /\.[cm]?ts$/.test(path) || isMarkup
  try {
    const tree: unknown = parse(code, {
      sourceType: 'unambiguous',
      errorRecovery: true,
      allowReturnOutsideFunction: true,
      plugins: [
        'typescript',
        'decorators-legacy',
        // `<Type>value` is TypeScript where there is no JSX.
        ...(isPlainTypeScript ? [] : (['jsx'] as const)),
      ],
    })
    if (isNode(tree)) return tree
  } catch (error) {
    throw new UnreadableFile(`${path}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
  throw new UnreadableFile(path)
}

const blank = (text: string) => text.replace(/[^\n]/g, ' ')

/** The scripts of a file with markup; everything else is blank, so that lines stay the same. */
function scriptsOf(text: string): string {
  let code = ''
  let end = 0
  for (const match of text.matchAll(
    /(?<=<script[^>]*>)[\s\S]*?(?=<\/script>)|(?<=^---\n)[\s\S]*?(?=^---$)/gm,
  )) {
    code += blank(text.slice(end, match.index)) + match[0]
    end = match.index + match[0].length
  }
  return code
}

/** Visits all nodes in their order. A chain of thousands of calls is a tree as deep, too deep for a function that calls itself. */
function walk(root: Node, visit: (node: Node) => void): void {
  const rest = [root]
  for (let node = rest.pop(); node; node = rest.pop()) {
    visit(node)
    const children = Object.entries(node)
      .filter(([member]) => member !== 'loc' && !member.endsWith('omments'))
      .flatMap(([, value]) => nodesIn(value))
    for (const child of children.reverse()) rest.push(child)
  }
}

/** The name of an identifier, or of a name that is written as a text. */
function nameOf(node: unknown): string {
  if (!isNode(node)) return ''
  return String(node.name ?? (node.type === 'StringLiteral' ? node.value : ''))
}

/** A text as it is written, with quotes or backticks. */
function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'StringLiteral') return String(node.value)
  const [part, ...more] = node.type === 'TemplateLiteral' ? nodesIn(node.quasis) : []
  // Of a part of a template.
  return part && more.length === 0 ? (part.value as { cooked?: string }).cooked : undefined
}

/** The call in `require('…')`, `import('…')` or `await import('…')`, and the module that it loads. */
function loadedBy(node: unknown): { call: Node; module: string; isPromise: boolean } | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'AwaitExpression') {
    const loaded = loadedBy(node.argument)
    return loaded && { ...loaded, isPromise: false }
  }
  if (node.type !== 'CallExpression' || !isNode(node.callee)) return undefined
  const isPromise = node.callee.type === 'Import'
  const module = isPromise || nameOf(node.callee) === 'require' ? textOf(nodesIn(node.arguments)[0]) : ''
  return module && AMPLIFY.test(module) ? { call: node, module, isPromise } : undefined
}

/** Local names of a pattern, with what they are of a module. */
function namesOf(pattern: unknown): { node: Node; local: string; name: string }[] {
  if (!isNode(pattern)) return []
  if (pattern.type !== 'ObjectPattern') return [{ node: pattern, local: nameOf(pattern), name: '*' }]
  return nodesIn(pattern.properties).map((node) =>
    node.type === 'RestElement'
      ? { node, local: nameOf(node.argument), name: '*' }
      : { node, local: nameOf(node.value), name: nameOf(node.key) },
  )
}

/** Names of members, and of those one and two levels further in. */
function membersOf(value: unknown, objects: ReadonlyMap<string, Node>, prefix = ''): string[] {
  const object = isNode(value) && value.type === 'Identifier' ? objects.get(nameOf(value)) : value
  if (!isNode(object) || object.type !== 'ObjectExpression' || prefix.split('.').length > 3) return []
  return nodesIn(object.properties).flatMap((property) => {
    if (property.type === 'SpreadElement') return membersOf(property.argument, objects, prefix)
    const name = nameOf(property.key)
    // `ssr: false` asks for nothing.
    const isOff = isNode(property.value) && property.value.value === false
    if (!name || property.computed === true || isOff) return []
    return [`${prefix}${name}`, ...membersOf(property.value, objects, `${prefix}${name}.`)]
  })
}
