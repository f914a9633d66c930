/** Answers that are not older than what the stream has told meanwhile.
 *
 * A record is asked for, then an event about it arrives, then the answer, written before the event: taking it would undo
 * the event on the screen. Such an answer is asked for again, a few times; a record that never rests is taken as it is. */
const TRIES = 3

export function createFresh<T>(ask: (id: number) => Promise<T>) {
  const events = new Map<number, number>()
  const count = (id: number) => events.get(id) ?? 0
  return {
    /** The stream said something about this record. */
    told: (id: number): void => void events.set(id, count(id) + 1),
    async get(id: number): Promise<T> {
      for (let left = TRIES; ; left -= 1) {
        const before = count(id)
        const answer = await ask(id)
        if (count(id) === before || left === 1) return answer
      }
    },
  }
}
