import Foundation
import Peers
import Testing

/// Which libraries the program loads, as ld.so(8) tells.
@Suite struct LoadedLibrariesTests {
    private func libraries(_ arguments: [String], in directory: TemporaryDirectory) async throws -> String {
        try directory.write("main.cf", "compatibility_level = 3.6\n")
        let result = try await Command.run(
            [BuiltProgram.martlet] + arguments,
            environment: ["MAIL_CONFIG": directory.path, "LD_DEBUG": "files"])
        #expect(result.standardError.contains("libc.so.6"))
        return result.standardError
    }

    @Test(arguments: [["postconf", "-d", "myhostname"], ["postmap", "-q", "k", "static:x"]])
    func libmongocIsNotLoadedWithoutAMapOfIts(command: [String]) async throws {
        let directory = try TemporaryDirectory("libraries")
        #expect(!(try await libraries(command, in: directory).contains("libmongoc-")))
    }

    @Test func libmongocIsLoadedForItsMap() async throws {
        let server = try MongoDBScript { _ in .documents("{\"a\": \"x\"}") }
        let directory = try TemporaryDirectory("libraries")
        let map = try directory.write(
            "map.cf",
            """
            uri = \(server.uri)
            dbname = mail
            collection = mailbox
            query_filter = {"a": "%s"}
            result_attribute = a

            """)
        #expect(
            try await libraries(["postmap", "-q", "k", "mongodb:\(map)"], in: directory).contains(
                "libmongoc-"))
        #expect(server.questions.count == 1)
    }
}
