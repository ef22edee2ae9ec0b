import LookupTables
import Testing

@Suite struct TableListTests {
    @Test func theFirstTableThatAnswersWins() async throws {
        let one = ScriptedTable("a:1", [:])
        let two = ScriptedTable("a:2", ["k": .value("two")])
        let three = ScriptedTable("a:3", ["k": .value("three")])
        let list = TableList(parameter: "virtual_alias_maps", tables: [one, two, three])
        #expect(try await list.lookup("k") == "two")
        #expect(one.asked == ["k"])
        #expect(three.asked == [])
        #expect(try await list.lookup("other") == nil)
    }

    @Test func anErrorEndsTheSearch() async throws {
        let broken = ScriptedTable("a:1", ["k": .failure])
        let good = ScriptedTable("a:2", ["k": .value("two")])
        let list = TableList(parameter: "virtual_alias_maps", tables: [broken, good])
        await #expect(throws: LookupFailure.self) { try await list.lookup("k") }
        #expect(good.asked == [])
    }

    @Test func partsOfAddressesAreNotPutToTablesOfWholeOnes() async throws {
        let patterns = ScriptedTable(
            "regexp:1", keys: .whole, ["@x": .value("wrong"), "a@x": .value("right")])
        let list = TableList(parameter: "virtual_alias_maps", tables: [patterns])
        #expect(try await list.lookup("@x", isPartial: true) == nil)
        #expect(try await list.lookup("a@x") == "right")
        #expect(patterns.asked == ["a@x"])
    }

    @Test func anEmptyAnswerIsAMistakeOfTheTable() async throws {
        let list = TableList(
            parameter: "virtual_alias_maps", tables: [ScriptedTable("a:1", ["k": .value("")])])
        let failure = await #expect(throws: LookupFailure.self) { try await list.lookup("k") }
        #expect(failure?.cause == .result)
        #expect(failure?.reason.contains("virtual_alias_maps") == true)
    }
}
