import Foundation
import LookupTables
import Peers
import Testing

@Suite struct TableOpenerTests {
    @Test func aTypeThatIsNotThereNamesThoseThatAre() throws {
        let opener = try Opening().opener
        let error = try #require(throws: TableError.self) { try opener.openOrFail("dbm:map") }
        let types = opener.types.joined(separator: ", ")
        #expect(error.description == "unsupported dictionary type: dbm (supported: \(types))")
        #expect(Set(opener.types).isSuperset(of: ["btree", "cdb", "hash", "inline", "lmdb", "proxy", "static", "texthash"]))
    }

    @Test func proxyChangesNothing() async throws {
        let opener = try Opening().opener
        let table = try opener.openOrFail("proxy:inline:{a=b}")
        #expect(table.name == "inline:{a=b}")
        #expect(try await table.lookup("A") == "b")
    }

    @Test(arguments: ["static", ":x", "static:", ""])
    func aNameWithoutTypeOrNameIsRefused(specification: String) throws {
        let opener = try Opening().opener
        let error = #expect(throws: TableError.self) { try opener.openOrFail(specification) }
        #expect(
            error?.description
                == "open dictionary: expecting \"type:name\" form instead of \"\(specification)\"")
    }

    @Test func aBrokenDefinitionFailsForTheTimeBeingAndHealsWithoutARestart() async throws {
        let opening = try Opening()
        let directory = try TemporaryDirectory("open")
        let path = directory.appending("map")
        let list = opening.opener.list("virtual_alias_maps", of: ["texthash:\(path)"])
        let failure = await #expect(throws: LookupFailure.self) { try await list.lookup("k") }
        #expect(failure?.cause == .configuration)
        #expect(failure?.description == "texthash:\(path): open database \(path): No such file or directory")
        #expect(opening.log.lines.count == 1)

        try directory.write("map", "k v\n")
        #expect(await Eventually.holds { (try? await list.lookup("k")) == "v" })
    }
}
