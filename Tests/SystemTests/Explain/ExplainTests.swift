import Foundation
import Peers
import Testing

/// The built program on the embedded example: jack@ is an alias of john@example.org.
@Suite struct ExplainTests {
    private func explain(_ setup: TemporaryDirectory, _ arguments: String...) async throws -> CommandResult {
        try await Command.run([BuiltProgram.martlet, "explain", "-c", setup.appending("etc")] + arguments)
    }

    private func example() async throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory("explain")
        let made = try await Command.run([
            BuiltProgram.martlet, "init", directory.appending("etc"), "--hostname", "mx.example.net",
        ])
        try #require(made.exitCode == 0, "\(made.standardError)")
        return directory
    }

    @Test func `shows the questions, the aliases as a tree, the delivery and the reply`() async throws {
        let setup = try await example()
        let result = try await explain(setup, "jack+news@example.org")
        #expect(result.exitCode == 0, "\(result.standardError)")
        let text = result.standardOutput
        #expect(text.contains("SELECT destination FROM virtual_aliases WHERE source = 'jack@example.org'"))
        #expect(text.contains("class     example.org is a virtual mailbox domain"))
        #expect(
            text.contains(
                "  aliases   jack+news@example.org (by jack@example.org)\n            └─ john+news@example.org\n"
            ))
        #expect(
            text.contains("delivery  john+news@example.org by virtual to example.org (virtual_transport)"))
        #expect(text.hasSuffix("  reply     250 2.1.5 Ok\n\n"))
        #expect(!text.contains("\u{1b}"), "colours are for terminals")
    }

    @Test func `the JSON form keeps its fields`() async throws {
        let setup = try await example()
        let result = try await explain(setup, "--json", "jack@example.org", "nobody@example.org")
        #expect(result.exitCode == 1)
        let document =
            try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any]
        let entries = try #require(document?["explanations"] as? [[String: Any]])
        try #require(entries.count == 2)
        #expect(entries[0]["address"] as? String == "jack@example.org")
        #expect(entries[0]["class"] as? String == "virtual-mailbox")
        #expect((entries[0]["reply"] as? [String: Any])?["text"] as? String == "250 2.1.5 Ok")
        let alias = try #require((entries[0]["aliases"] as? [[String: Any]])?.first)
        #expect(alias["key"] as? String == "jack@example.org")
        #expect(alias["targets"] as? [String] == ["john@example.org"])
        let delivery = try #require((entries[0]["deliveries"] as? [[String: Any]])?.first)
        #expect(delivery["recipient"] as? String == "john@example.org")
        #expect(delivery["transport"] as? String == "virtual")
        let steps = try #require(entries[0]["steps"] as? [[String: Any]])
        #expect(steps.contains { $0["step"] as? String == "asked" && $0["answer"] as? String == "found" })
        #expect((entries[1]["reply"] as? [String: Any])?["code"] as? Int == 550)
        #expect((entries[1]["reply"] as? [String: Any])?["status"] as? String == "5.1.1")
    }

    @Test func `a database that is away is temporary, and its password is never shown`() async throws {
        let directory = try TemporaryDirectory("explain")
        let port = try LoopbackPort.unused()
        try directory.write(
            "etc/main.cf",
            "compatibility_level = 3.6\nmyhostname = mx.example.net\nmydestination =\nvirtual_mailbox_domains = mysql:$config_directory/d.cf\n"
        )
        try directory.write(
            "etc/d.cf",
            "hosts = 127.0.0.1:\(port)\nuser = mail\npassword = s3cret-word\ndbname = m\nquery = SELECT 1\n")
        let setup = directory
        let text = try await explain(setup, "john@example.org")
        let json = try await explain(setup, "--json", "john@example.org")
        #expect(text.exitCode == 75)
        #expect(json.exitCode == 75)
        #expect(text.standardOutput.contains("451 4.3.0 <john@example.org>: Temporary lookup failure"))
        for output in [text.standardOutput, text.standardError, json.standardOutput, json.standardError] {
            #expect(!output.contains("s3cret-word"))
        }
    }

    @Test func `an answer that came from memory is shown as such`() async throws {
        let setup = try await example()
        let path = setup.appending("etc/main.cf")
        let mainCf = try String(contentsOfFile: path, encoding: .utf8)
        try setup.write("etc/main.cf", mainCf + "lookup_cache_ttl = 1h\n")
        let text = try await explain(setup, "john@example.org", "john@example.org")
        #expect(text.exitCode == 0, "\(text.standardError)")
        let parts = text.standardOutput.components(separatedBy: "reply     250 2.1.5 Ok")
        try #require(parts.count == 3)
        #expect(parts[0].contains("SELECT"))
        #expect(!parts[1].contains("SELECT"))
        #expect(
            parts[1].contains(
                try Regex(#"            from memory, [0-9]+\.[0-9] s old \(lookup_cache_ttl\)"#)))
        let json = try await explain(setup, "--json", "john@example.org", "john@example.org")
        let document =
            try JSONSerialization.jsonObject(with: Data(json.standardOutput.utf8)) as? [String: Any]
        let entries = try #require(document?["explanations"] as? [[String: Any]])
        let steps = try #require(entries.last?["steps"] as? [[String: Any]])
        let questions = steps.filter { $0["step"] as? String == "asked" }
        #expect(!questions.isEmpty)
        #expect(
            questions.allSatisfy {
                ($0["memory"] as? [String: Any])?["parameter"] as? String == "lookup_cache_ttl"
            })
    }

    @Test func `a configuration that is not there is said so`() async throws {
        let directory = try TemporaryDirectory("explain")
        let result = try await explain(directory, "john@example.org")
        #expect(result.exitCode == 78)
        #expect(result.standardError.contains("main.cf"))
    }
}
