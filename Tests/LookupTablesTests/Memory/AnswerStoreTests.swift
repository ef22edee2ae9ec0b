import Peers
import Testing

@testable import LookupTables

extension AnswerStore {
    fileprivate func put(
        _ map: UInt32, _ key: String, _ value: String?, at time: UInt32, oldest: UInt32,
        onlyKnown: Bool = false
    ) {
        put(key, [StoredAnswer(map: map, value: value, time: time)], oldest: oldest, onlyKnown: onlyKnown)
    }
}

@Suite struct AnswerStoreTests {
    @Test func whatWasPutInComesOut() {
        let store = AnswerStore(limit: 1000)
        store.put(1, "john@example.org", "one", at: 10, oldest: 0)
        store.put(2, "john@example.org", nil, at: 20, oldest: 0)
        store.put(3, "john@example.org", "", at: 30, oldest: 0)
        let one = store.get(1, "john@example.org", since: 10)
        #expect(one?.value == "one")
        #expect(one?.time == 10)
        let two = store.get(2, "john@example.org", since: 0)
        #expect(two != nil)
        #expect(two?.value == nil)
        #expect(store.get(3, "john@example.org", since: 0)?.value == "")
        #expect(store.get(4, "john@example.org", since: 0) == nil, "another map")
        #expect(store.get(1, "jane@example.org", since: 0) == nil, "another key")
        #expect(store.get(1, "john@example.org", since: 11) == nil, "too old")
        #expect(store.count == 1, "an entry is a key")
    }

    @Test func correctingAddsNothing() {
        let store = AnswerStore(limit: 1000)
        store.put(1, "a", "x", at: 1, oldest: 0, onlyKnown: true)
        #expect(store.count == 0)
        store.put(1, "a", "x", at: 1, oldest: 0)
        store.put(2, "a", "x", at: 1, oldest: 0, onlyKnown: true)
        #expect(store.get(2, "a", since: 0) == nil)
        store.put(1, "a", nil, at: 2, oldest: 0, onlyKnown: true)
        let answer = store.get(1, "a", since: 0)
        #expect(answer != nil)
        #expect(answer?.value == nil)
        #expect(answer?.time == 2)
    }

    /// Beside a plain dictionary, with values of all lengths that grow and shrink.
    @Test func answersAreThoseOfADictionary() {
        struct Question: Hashable {
            let map: UInt32
            let key: String
        }
        var random = SeededGenerator(announcing: "answersAreThoseOfADictionary")
        let store = AnswerStore(limit: 5000)
        var model: [Question: (value: String?, time: UInt32)] = [:]
        for time in UInt32(1)...30_000 {
            let question = Question(
                map: .random(in: 1...4, using: &random),
                key: "ü\(Int.random(in: 0..<500, using: &random))@example.org")
            if random.chance(50) {
                let answer = store.get(question.map, question.key, since: 0)
                let expected = model[question]
                #expect(answer?.value == expected?.value)
                #expect(answer?.time == expected?.time)
            } else {
                let value =
                    random.chance(30)
                    ? nil : String(repeating: "v", count: Int.random(in: 0...40, using: &random))
                let onlyKnown = random.chance(20)
                store.put(question.map, question.key, value, at: time, oldest: 0, onlyKnown: onlyKnown)
                if !onlyKnown || model[question] != nil { model[question] = (value, time) }
            }
        }
        #expect(store.count == Set(model.keys.map(\.key)).count)
    }

    @Test func itNeverHoldsMoreThanItsLimit() {
        let store = AnswerStore(limit: 1000)
        for number in 0..<20_000 { store.put(1, "user\(number)@example.org", "x", at: 1, oldest: 0) }
        #expect(store.count == 1000)
        store.setLimit(100)
        #expect(store.count == 100)
        store.setLimit(0)
        #expect(store.count == 0)
        #expect(store.byteCount == 0)
        store.put(1, "a", "x", at: 1, oldest: 0)
        #expect(store.count == 0)
    }

    @Test func longAnswersDoNotFillTheMemory() {
        let store = AnswerStore(limit: 1600)
        let long = String(repeating: "x", count: 20_000)
        for number in 0..<1600 { store.put(1, "list\(number)@example.org", long, at: 1, oldest: 0) }
        #expect(store.count > 16)
        #expect(store.byteCount <= 1600 * 512)
        // One that grows makes room, and one that is too long for any room is left out.
        store.put(2, "list1599@example.org", long, at: 1, oldest: 0)
        #expect(store.byteCount <= 1600 * 512)
        store.put(1, "huge@example.org", String(repeating: "x", count: 1_000_000), at: 1, oldest: 0)
        #expect(store.get(1, "huge@example.org", since: 0) == nil)
        store.put(1, String(repeating: "k", count: 2000), "x", at: 1, oldest: 0)
        #expect(store.get(1, String(repeating: "k", count: 2000), since: 0) == nil)
    }

    @Test func whatIsSeenAgainOutlivesWhatCameOnce() {
        let store = AnswerStore(limit: 3200)
        for number in 0..<800 { store.put(1, "regular\(number)", "x", at: 1, oldest: 0) }
        for number in 0..<20_000 {
            store.put(1, "stranger\(number)", "x", at: 1, oldest: 0)
            // Each regular comes by every 800 strangers, four times in a round.
            store.put(1, "regular\(number % 800)", "x", at: 1, oldest: 0)
        }
        let left = (0..<800).count { store.get(1, "regular\($0)", since: 0) != nil }
        #expect(left == 800)
    }

    @Test func whatIsTooOldMakesRoomFirst() {
        let store = AnswerStore(limit: 1600)
        for number in 0..<1600 { store.put(1, "old\(number)", "x", at: 1, oldest: 0) }
        for number in 0..<1600 { _ = store.get(1, "old\(number)", since: 0) }
        for number in 0..<800 { store.put(1, "new\(number)", "x", at: 100, oldest: 50) }
        // A part of the store may get more of the new ones than it has room for.
        #expect((0..<800).count { store.get(1, "new\($0)", since: 50) != nil } > 790)
    }

    @Test func manyTasksMayUseItAtOnce() async {
        let store = AnswerStore(limit: 500)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<5000 {
                        let key = "user\((number &* 7 &+ task) % 1000)"
                        store.put(1, key, key, at: 1, oldest: 0)
                        if let answer = store.get(1, key, since: 0) { #expect(answer.value == key) }
                    }
                }
            }
        }
        #expect(store.count <= 500)
    }
}
