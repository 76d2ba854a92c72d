const units: [string, number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
]

/** Seconds as the two largest units that say something: `59 min 12 s`, `1 d 3 h`. */
export function timeLeft(seconds: number): string {
  let rest = Math.max(0, Math.floor(seconds))
  const first = units.findIndex(([, size]) => rest >= size)
  if (first < 0) return '0 s'
  return units
    .slice(first, first + 2)
    .map(([unit, size]) => {
      const count = Math.floor(rest / size)
      rest %= size
      return `${count} ${unit}`
    })
    .join(' ')
}
