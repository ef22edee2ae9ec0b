import Foundation
import LookupTables
import Peers
import Testing

@Suite struct SourceTests {
    /// The lines do not depend on how they come in.
    @Test func linesAreTheSameInAnyPieces() async throws {
        var generator = SeededGenerator(announcing: "source lines")
        let parts = ["a b", " c", "\t", "# x", " # y", "", "\"q", "k v", "\u{0}z", "ü", "\r"]
        for _ in 0..<10 {
            let text = (0..<30).map { _ in generator.pick(parts) }.joined(separator: "\n")
            let whole = try await lines(text, pieces: [text.utf8.count])
            let cut = Int.random(in: 1...20, using: &generator)
            #expect(try await lines(text, pieces: [cut]) == whole)
        }
    }

    @Test func aLineGoesOnWhereTheNextBeginsWithWhiteSpace() async throws {
        let found = try await lines(" lead\nk v\n# c\n  more\n\n\tlast\nn\u{0}x\n y\nend", pieces: [4])
        #expect(found == ["1: lead", "2:k v  more\tlast", "7:n", "9:end"])
    }

    private func lines(_ text: String, pieces: [Int]) async throws -> [String] {
        try await Blocking.run {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { throw PeerFailure("no pipe") }
            defer { close(ends[0]) }
            let bytes = Array(text.utf8)
            let writing = ends[1]
            let size = pieces[0]
            Thread.detachNewThread {
                var rest = bytes[...]
                while !rest.isEmpty {
                    let piece = Array(rest.prefix(size))
                    rest = rest.dropFirst(write(writing, piece, piece.count))
                }
                close(writing)
            }
            var source = SourceLines(file: ends[0])
            var lines: [String] = []
            while let line = try source.next() {
                lines.append("\(line.number):" + String(decoding: line.bytes, as: UTF8.self))
            }
            return lines
        }
    }

    @Test(arguments: [
        ("root: alice", "root", "alice"), ("list: a, b,c ,  d", "list", "a, b, c, d"),
        ("\"quoted name\": x", "quoted name", "x"),
        ("pipe: \"|/usr/bin/prog arg\"", "pipe", "\"|/usr/bin/prog arg\""),
        ("pipe: |/bin/x", "pipe", "|/bin/x"), ("inc: :include:/etc/foo", "inc", ":include:/etc/foo"),
        ("a: Foo <a@b>, (c)d", "a", "Foo <a@b>, (c) d"), ("q: a\\,b \"x\\\"y\"", "q", "\"a,b\" \"x\\\"y\""),
        ("k\\:x: [a\\]b]", "k:x", "[a]b]"),
    ])
    func aliasesAreStoredInOneForm(line: String, key: String, value: String) {
        #expect(
            SourceForm.aliases.record(of: Array(line.utf8), checksUTF8: true)
                == .entry(key: Array(key.utf8), value: Array(value.utf8)))
    }

    @Test(arguments: [
        ("nocolon", "need name:value pair"), (": x", "need name:value pair"),
        ("a, b: x", "need name:value pair"),
        ("a@b: x", "name must be local"), ("\"un: x", "need name:value pair"),
    ])
    func aliasLinesThatSayNothingAreNamed(line: String, mistake: String) {
        #expect(SourceForm.aliases.record(of: Array(line.utf8), checksUTF8: true) == .mistake(mistake))
    }
}
