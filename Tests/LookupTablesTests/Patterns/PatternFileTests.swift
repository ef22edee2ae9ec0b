import Foundation
import LookupTables
import Peers
import Testing

@Suite struct PatternFileTests {
    @Test(arguments: ["regexp", "pcre", "cidr"])
    func aFileThatWasChangedIsReadAgain(type: String) async throws {
        let directory = try TemporaryDirectory("patterns")
        let pattern = type == "cidr" ? "10.0.0.0/8" : "/^10/"
        let path = try directory.write("map", "\(pattern) one\n")
        let opening = try Opening()
        let table = try opening.opener.openOrFail("\(type):\(path)")
        #expect(table.keys == .whole)
        #expect(try await table.lookup("10.0.0.1") == "one")
        // A bad line is named and left out, as at the start; the others count.
        try directory.write("map", "junk\n\(pattern) another\n")
        #expect(try await Eventually.holds { try await table.lookup("10.0.0.1") == "another" })
        #expect(opening.log.messages.count == 1)
        #expect(opening.log.messages.first?.hasPrefix("\(type) map \(path), line 1: ") == true)
        try FileManager.default.removeItem(atPath: path)
        var failure: LookupFailure?
        _ = await Eventually.holds {
            do throws(LookupFailure) { _ = try await table.lookup("10.0.0.1") } catch { failure = error }
            return failure != nil
        }
        #expect(failure?.cause == .configuration)
        #expect(failure?.reason == "open \(path): No such file or directory")
        try directory.write("map", "\(pattern) back\n")
        #expect(await Eventually.holds { (try? await table.lookup("10.0.0.1")) == "back" })
    }

    /// In answers that become commands or paths.
    @Test(arguments: ["regexp", "pcre"])
    func partsOfAKeyStayOutOfAnswersWhereTheyMust(type: String) async throws {
        let opening = try Opening()
        let name = "\(type):{ {/^a(.*)$/ |run $1}, {/^b/ costs $$1}, {/^a/ plain} }"
        let table = try opening.opener.withoutSubstitution.openOrFail(name)
        #expect(try await table.lookup("ab; rm") == "plain")
        #expect(try await table.lookup("b") == "costs $1")
        #expect(
            opening.log.messages.contains {
                $0.hasSuffix("line 1: regular expression substitution is not allowed: skipping this rule")
            })
        #expect(try await opening.opener.openOrFail(name).lookup("ab") == "|run b")
    }

    @Test(arguments: ["texthash", "regexp"])
    func halfAFileIsNeverTakenForTheWhole(type: String) async throws {
        let directory = try TemporaryDirectory("patterns")
        let line = type == "texthash" ? "k" : "/k/"
        let path = try directory.write("map", "\(line) one\n")
        let table = try Opening().opener.openOrFail("\(type):\(path)")
        // Somebody writes slowly: empty first, then piece by piece for more than a second.
        try directory.write("map", "")
        for piece in 0..<15 {
            try directory.write("map", String(repeating: "#\n", count: piece + 1))
            #expect(try await table.lookup("k") == "one")
            try await Task.sleep(for: .milliseconds(100))
        }
        try directory.write("map", "\(line) two\n")
        #expect(try await Eventually.holds { try await table.lookup("k") == "two" })
    }

    @Test func aResultThatIsNotTextFails() async throws {
        let table = try Opening().opener.openOrFail("regexp:{{/(.)(.)/ $1}}")
        #expect(try await table.lookup("ab") == "a")
        let failure = await #expect(throws: LookupFailure.self) { try await table.lookup("ü") }
        #expect(failure?.cause == .result)
    }
}
