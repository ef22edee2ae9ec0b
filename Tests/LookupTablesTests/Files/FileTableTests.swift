import Foundation
import LookupTables
import Peers
import Testing

/// `static:`, `inline:`, `texthash:`. Expectations were read off Postfix's postmap 3.7.
@Suite struct FileTableTests {
    @Test(
        arguments: [
            ("static:x", "x"), ("static:a b", "a b"), ("static:{a b}", "a b"), ("static:{ a b }", "a b"),
            ("static:{{a}}", "{a}"),
            ("inline:{k=v}", "v"), ("inline:{a=b, K = v}", nil), ("inline:{ {k = v w} }", "v w"),
            ("inline:{k=1,k=2}", "2"),
            ("inline:{K=v}", "v"), ("inline:{k=a=b}", "a=b"), ("inline:{k=x{y z}w}", "x{y z}w"),
            ("inline:{a=b, {K = v}}", "v"),
        ] as [(String, String?)])
    func valuesAreFound(specification: String, value: String?) async throws {
        let opener = try Opening().opener
        guard let table = try? opener.openOrFail(specification) else {
            #expect(value == nil)
            return
        }
        #expect(try await table.lookup("K") == value)
    }

    @Test(arguments: [
        ("static:{a", "bad static:name syntax: missing '}' in \"{a\""),
        ("static:{a}b", "bad static:name syntax: syntax error after '}' in \"{a}b\""),
        ("inline:a=b", "bad syntax: \"inline:a=b\"; need \"inline:{name=value...}\""),
        ("inline:{}", "bad syntax: \"inline:{}\"; need \"inline:{name=value...}\""),
        ("inline:{a}", "missing '=' after attribute name: \"inline:{a}\"; need \"inline:{name=value...}\""),
        (
            "inline:{ {a=b}x }",
            "syntax error after '}' in \"{a=b}x\": \"inline:{ {a=b}x }\"; need \"inline:{name=value...}\""
        ),
    ])
    func mistakesAreNamedInPostfixWords(specification: String, message: String) throws {
        let opener = try Opening().opener
        let error = #expect(throws: TableError.self) { try opener.openOrFail(specification) }
        #expect(error?.description == message)
    }

    @Test func textFilesAreReadAsPostfixReadsThem() async throws {
        let directory = try TemporaryDirectory("texthash")
        let path = try directory.write(
            "map",
            """
              first line is indented
            k1   v1 x
              more
            # comment
             # comment between
            "quo ted" v
            K1 dup
            lone
            "open v
            alias: file
            cr v\r
            Ärger x

            """)
        let opening = try Opening()
        let table = try opening.opener.openOrFail("texthash:\(path)")
        #expect(try await table.lookup("K1") == "v1 x  more")
        #expect(try await table.lookup("\"quo ted\"") == "v")
        #expect(try await table.lookup("lone") == nil)
        #expect(try await table.lookup("cr") == "v")
        #expect(try await table.lookup("äRGER") == "x")
        #expect(
            opening.log.messages == [
                "\(path): logical line must not start with whitespace: \"  first line is indented\"",
                "\(path), line 7: duplicate entry: \"K1\"",
                "\(path), line 8: expected format: key whitespace value -- ignoring this line",
                "\(path), line 9: unbalanced '\"' in '\"open v' -- ignoring this line",
                "\(path), line 10: record is in \"key: value\" format; is this an alias file?",
            ])
        let listable = try #require(table as? any ListableTable)
        #expect(try await listable.entries().map(\.key) == ["k1", "\"quo ted\"", "alias:", "cr", "ärger"])
    }

    @Test func aFileThatWasChangedIsReadAgain() async throws {
        let directory = try TemporaryDirectory("texthash")
        let path = try directory.write("map", "k one\n")
        let table = try Opening().opener.openOrFail("texthash:\(path)")
        #expect(try await table.lookup("k") == "one")
        try directory.write("map", "k another\n")
        #expect(try await Eventually.holds { try await table.lookup("k") == "another" })
        try FileManager.default.removeItem(atPath: path)
        var failure: LookupFailure?
        _ = await Eventually.holds {
            do throws(LookupFailure) { _ = try await table.lookup("k") } catch { failure = error }
            return failure != nil
        }
        #expect(failure?.cause == .configuration)
    }
}
