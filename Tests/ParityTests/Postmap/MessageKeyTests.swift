import Foundation
import Peers
import Testing

/// `postmap -q -` with `-h`, `-b` and `-m`: which lines of a message are keys.
@Suite struct MessageKeyTests {
    @Test func messagesComeToTheSameKeys() async throws {
        var messages = GeneratedMessages(generator: SeededGenerator(announcing: "message keys"))
        let real = try RealPostmap()
        for _ in 0..<40 {
            let message = messages.message(depth: 2)
            for options in ["-hmq", "-bmq", "-hbq"] {
                let arguments = [options, "-", "static:x"]
                async let ours = Command.run(
                    [BuiltProgram.martlet, "postmap"] + arguments, input: message,
                    environment: ["MAIL_CONFIG": real.configDirectory])
                let theirs = try await Blocking.run { try real.run(arguments, input: message) }
                let result = try await ours
                #expect(result.standardOutput == theirs.standardOutput, "\(options)\n\(message)")
                #expect(result.standardError == theirs.standardError)
                guard result.standardOutput == theirs.standardOutput else { return }
            }
        }
    }

    @Test(arguments: [
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nFrom: a\n\nbody\n",
        "Content-Type: message/global\n\nFrom: a\n\nbody\n",
        "Content-Type: message/partial\n\nFrom: a\n\nbody\n",
        "Content-Type: message/rfc822\njunk\nFrom: a\n", "Content-Type: message/rfc822\n\njunk\nFrom: a\n",
        "Content-Type: multipart/mixed; boundary=\"\"\n\n--\nX: y\n\nz\n--a\nX: z\n",
        "Content-Type: multipart/mixed; (comment) Boundary = (c) \"b\\\"b\" ; x=y\n\n--b\"b\nX: y\n\nz\n",
        "Content-Type: multipart/mixed; boundary=b; boundary=c\n\n--b\nX: y\n\nz\n--c\nY: z\n",
        "Content-Type: multipart/mixed; boundary=b; boundary=c\n\n--c\nX: y\n\nz\n--b\nY: z\n",
        "Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\n--b\nX: y\n\nz\n",
        "Content-Type: multipart/mixed;\n boundary=b\n\n--b\nX: y\n more\n\nz\n cont\n",
        "content-type : multipart / mixed ; boundary=b\n\n--b\nX  : y\n\nz\n",
        "Content-Type: multipart/mixed boundary=b\n\n--b\nX: y\n",
        "Content-Type: multipart; boundary=b\n\n--b\nX: y\n",
        "Content-Type: \"multipart\"/mixed; boundary=b\n\n--b\nX: y\n",
        "Content-Type: multipart/mixed; boundary=b/c\n\n--b/c\nX: y\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b--x\nX: y\n--b \nY: y\n",
        "Content-Type: multipart/mixed; boundary=b\njunk\n--b\nX: y\n", "", "\n", "\n\nX: y\n",
        "From x\nA: b\n", "A: b",
        "Content-Type: multipart/digest; boundary=b\n\n--b\nA: b\n\nNest: x\n\nt\n--b\n\nNest: y\n--b--\nx: y\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nA: b\n--b\nC: d\n",
    ])
    func oddMessagesToo(message: String) async throws {
        let real = try RealPostmap()
        for options in ["-hmq", "-bmq", "-hbq"] {
            let arguments = [options, "-", "static:x"]
            let theirs = try await Blocking.run { try real.run(arguments, input: message) }
            let ours = try await Command.run(
                [BuiltProgram.martlet, "postmap"] + arguments, input: message,
                environment: ["MAIL_CONFIG": real.configDirectory])
            #expect(ours.standardOutput == theirs.standardOutput, "\(options)")
            #expect(ours.standardError == theirs.standardError)
            #expect(ours.exitCode == theirs.exitCode)
        }
    }

    @Test func mimeAloneIsNamed() async throws {
        let real = try RealPostmap()
        let arguments = ["-mq", "-", "static:x"]
        let theirs = try await Blocking.run { try real.run(arguments, input: "A: b\n c\n") }
        let ours = try await Command.run(
            [BuiltProgram.martlet, "postmap"] + arguments, input: "A: b\n c\n",
            environment: ["MAIL_CONFIG": real.configDirectory])
        #expect(ours.standardOutput == theirs.standardOutput)
        #expect(ours.standardError == theirs.standardError)
    }

    /// Latin 1 in a header or a body is matched as it is.
    @Test(arguments: ["-hq", "-bq", "-hmq"])
    func linesMayBeAnyBytes(options: String) async throws {
        let real = try RealPostmap()
        let directory = try TemporaryDirectory("bytes")
        let path = directory.appending("message")
        try Data(
            [UInt8]("Subject: caf".utf8) + [0xE9] + [UInt8]("\n\nna".utf8) + [0xEF] + [UInt8]("ve\n".utf8)
        )
        .write(to: URL(fileURLWithPath: path))
        for map in ["regexp:{{/^Subject: (caf.)/ got it},{/na.ve/ yes}}", "pcre:{{/(af)./ $1},{/a(.)ve/ x}}"]
        {
            func output(_ program: [String]) async throws -> CommandResult {
                try await Command.run(
                    ["sh", "-c", "exec \"$@\" < \(path)", "sh"] + program + [options, "-", map],
                    environment: ["MAIL_CONFIG": real.configDirectory])
            }
            let ours = try await output([BuiltProgram.martlet, "postmap"])
            let theirs = try await output(["postmap"])
            #expect(ours.standardOutput == theirs.standardOutput)
            #expect(ours.exitCode == theirs.exitCode)
        }
    }
}

/// Messages with parts in parts, and what breaks them.
struct GeneratedMessages {
    var generator: SeededGenerator
    private var boundaries: [String] = []

    init(generator: SeededGenerator) {
        self.generator = generator
    }

    mutating func message(depth: Int) -> String {
        boundaries = []
        return entity(depth: depth)
    }

    private mutating func entity(depth: Int) -> String {
        var lines: [String] = []
        for _ in 0..<Int.random(in: 0...3, using: &generator) { lines.append(field()) }
        var rest: [String] = []
        switch Int.random(in: 0...5, using: &generator) {
        case 0...2 where depth > 0:
            let boundary = generator.pick(["b", "bb", "=_x", "a b", "B-1", "c"])
            boundaries.append(boundary)
            let shown =
                generator.chance(50) || boundary.contains { " =".contains($0) } ? "\"\(boundary)\"" : boundary
            let parameter = generator.pick([
                "; boundary=\(shown)", ";\n\tBoundary = \(shown)", "; x=y; boundary=\(shown)",
            ])
            lines.append(
                "Content-Type: " + generator.pick(["multipart/mixed", "Multipart/Digest", "multipart/x"])
                    + parameter)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                rest.append("--\(generator.chance(85) ? boundary : generator.pick(boundaries))")
                rest.append(entity(depth: depth - 1))
            }
            if generator.chance(70) { rest.append("--\(boundary)--") }
            rest.append(generator.pick(["epilogue", "E: f", ""]))
        case 3 where depth > 0:
            lines.append(
                "Content-Type: " + generator.pick(["message/rfc822", "message/global", "message/partial"]))
            rest.append(entity(depth: depth - 1))
        default:
            if generator.chance(50) { lines.append("Content-Type: text/plain; charset=utf-8") }
            rest.append(generator.pick(["text", "N: ot a field", "--x", "", " lead", "-- ", "--"]))
        }
        if generator.chance(92) { lines.append("") }
        return (lines + rest).joined(separator: "\n") + (depth == 2 ? "\n" : "")
    }

    private mutating func field() -> String {
        generator.pick([
            "Subject: hi", "X-a : b", "From: a\n b", "To:\tx\n\ty\n z", "MIME-Version: 1.0",
            "Received: by x; y",
            "Content-Transfer-Encoding: base64", "C(x): y", "junk", "é: x",
            "Content-Typed: multipart/mixed; boundary=b",
        ])
    }
}
