import LookupTables
import PostfixConfig
import Testing

@Suite struct UnixTableTests {
    private func open(_ name: String) throws -> any LookupTable {
        let configuration = try Configuration(directory: "/nowhere", values: [:])
        return try TableOpener(configuration: configuration, drivers: [UnixDriver()]).openOrFail(name)
    }

    @Test func `knows the machine's users, and never their passwords`() async throws {
        let line = try #require(try await open("proxy:unix:passwd.byname").lookup("Root"))
        let fields = line.split(separator: ":", omittingEmptySubsequences: false)
        #expect(fields.count == 7)
        #expect(fields[0] == "root")
        #expect(fields[1] == "x")
        #expect(fields[2] == "0")
    }

    @Test(arguments: [
        "no-such-user-here", "", "root@example.org", "@example.org", String(repeating: "x", count: 5000),
    ])
    func `everything else is not found`(key: String) async throws {
        #expect(try await open("unix:passwd.byname").lookup(key) == nil)
    }

    @Test func `other databases are said not to be there`() {
        #expect(throws: TableError.self) { try open("unix:shadow.byname") }
    }
}
