import Foundation
import LookupTables
import Peers
import Testing

@testable import MongoDBTable

/// libmongoc, which is loaded as a map is opened.
@Suite struct LibraryTests {
    @Test func aLibraryThatIsNotThereIsNamedWithItsCure() throws {
        let error = try #require(throws: TableError.self) {
            try MongoDBLibrary(named: "libmongoc-none.so.0")
        }
        #expect(error.description.hasPrefix("libmongoc-none.so.0 cannot be loaded: "))
        #expect(error.description.contains("No such file"))
        #expect(error.description.hasSuffix("; install the package libmongoc-1.0-0"))
    }

    @Test func aLibraryWithoutTheFunctionsIsRefused() throws {
        let error = try #require(throws: TableError.self) { try MongoDBLibrary(named: "libbson-1.0.so.0") }
        #expect(error.description.contains("mongoc_uri_new_with_error"))
    }

    @Test func lookupsShareNoMemoryInTheFileSystem() async throws {
        let server = try MongoDBScript { _ in .documents("{\"a\": \"x\"}") }
        let fixture = try MongoDBFixture()
        defer { fixture.pools.close() }
        #expect(try await fixture.table(server.uri).lookup("k") == "x")
        // Foundation takes the first short read for the end of such a file.
        let maps = try Command.require(["cat", "/proc/\(getpid())/maps"])
        #expect(maps.contains("/libmongoc-1.0.so"))
        #expect(!maps.contains("/dev/shm/mongoc"))
    }
}
