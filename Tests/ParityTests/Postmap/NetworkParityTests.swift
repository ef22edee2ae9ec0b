import Foundation
import LookupTables
import Peers
import Testing

/// Maps that are asked over a network: the same requests on the wire, and the same answers, as Postfix's `postmap`.
@Suite struct NetworkParityTests {
    private let real: RealPostmap
    private let directory: TemporaryDirectory

    init() throws {
        real = try RealPostmap()
        directory = try TemporaryDirectory("npar")
    }

    private func ours(_ arguments: [String], input: String = "") async throws -> CommandResult {
        try await Command.run(
            [BuiltProgram.martlet, "postmap"] + arguments, input: input,
            environment: ["MAIL_CONFIG": real.configDirectory])
    }

    private func theirs(_ arguments: [String], input: String = "") async throws -> CommandResult {
        try await Blocking.run { [real] in try real.run(arguments, input: input) }
    }

    private func keys(_ name: String, _ count: Int) -> [String] {
        var keys = NetworkKeys(generator: SeededGenerator(announcing: name))
        return keys.keys(count)
    }

    /// Puts all keys to both, and compares what they print and how they end.
    private func compare(_ keys: [String], _ map: String, between: () throws -> Void = {}) async throws {
        let input = keys.map { $0 + "\n" }.joined()
        let theirs = try await theirs(["-q", "-", map], input: input)
        try between()
        let ours = try await ours(["-q", "-", map], input: input)
        #expect(ours.exitCode == theirs.exitCode)
        #expect(theirs.standardOutput.contains("\t"))
        #expect(ours.standardError == theirs.standardError)
        guard ours.standardOutput != theirs.standardOutput else { return }
        let pairs = zip(
            ours.standardOutput.split(separator: "\n"), theirs.standardOutput.split(separator: "\n"))
        let difference = pairs.first { $0 != $1 }
        Issue.record("ours: \(difference?.0 ?? "")\ntheirs: \(difference?.1 ?? "")")
    }

    @Test func tcpMapsAskAndAnswerAsPostfixDoes() async throws {
        let peer = try TCPTablePeer { key in
            NetworkKeys.value(key).map { Array("200 ".utf8) + TCPTablePeer.encoded($0) + [10] }
                ?? Array("500 not%20here\n".utf8)
        }
        var requests: [[UInt8]] = []
        try await compare(keys("tcp parity", 5000), "tcp:127.0.0.1:\(peer.port)") {
            requests = peer.takeRequests()
        }
        #expect(requests.count == 5000)
        #expect(Set(peer.takeRequests()) == Set(requests))
    }

    @Test(arguments: [false, true])
    func socketmapsAskAndAnswerAsPostfixDoes(isUnix: Bool) async throws {
        let path = directory.appending("s")
        let peer = try SocketmapPeer(path: isUnix ? path : nil) { _, key in
            SocketmapPeer.netstring(
                NetworkKeys.value(key).map { Array("OK ".utf8) + $0 } ?? Array("NOTFOUND ".utf8))
        }
        let server = isUnix ? "unix:\(path)" : "inet:127.0.0.1:\(peer.port)"
        var requests: [[UInt8]] = []
        try await compare(keys("socketmap parity", 2500), "socketmap:\(server):some-name") {
            requests = peer.takeRequests()
        }
        #expect(requests.count == 2500)
        #expect(Set(peer.takeRequests()) == Set(requests))
    }

    @Test func memcacheMapsAnswerAsPostfixDoes() async throws {
        let server = try await MemcachedServer.start()
        var keys = keys("memcache parity", 1000)
        // What is longer cannot be a key of memcached: Postfix fails there, and Martlet asks the backup alone.
        keys.removeAll { $0.utf8.count > 200 }
        let entries = keys.enumerated().compactMap { number, key -> (key: [UInt8], value: [UInt8])? in
            let folded = Array(KeyFolding.lowercase.fold(key).utf8)
            guard !folded.contains(where: { $0 == 0x20 || (0x09...0x0D).contains($0) }),
                let value = NetworkKeys.value(folded)
            else { return nil }
            // As each of the definitions below asks for it.
            switch number % 4 {
            case 0: return (folded, value)
            case 1: return (Array("p:".utf8) + folded, value)
            case 2: return (Array("%".utf8) + folded, value)
            default:
                guard let at = folded.lastIndex(of: UInt8(ascii: "@")) else { return nil }
                return (Array(folded[..<at] + folded[(at + 1)...]), value)
            }
        }
        try await Blocking.run { try server.store(entries) }
        for (name, settings) in [
            ("plain.cf", ""), ("prefix.cf", "key_format = p:%s\n"), ("parts.cf", "key_format = %u%d\n"),
            ("domain.cf", "domain = !example.org7, static:all\n"),
            ("backup.cf", "key_format = p:%s\nbackup = inline:{jack1=backup, {john2 = other}}\nttl = 60\n"),
            ("upper.cf", "key_format = %%%S\n"),
        ] {
            let path = try directory.write(name, "memcache = inet:127.0.0.1:\(server.port)\n\(settings)")
            try RealPostmap.age(path)
            try await compare(keys, "memcache:\(path)")
        }
    }

    /// A value of the backup is stored with the flags that the definition has.
    @Test func theBackupsValueIsCachedAsPostfixDoes() async throws {
        let server = try await MemcachedServer.start()
        let settings = "memcache = inet:127.0.0.1:\(server.port)\nbackup = inline:{a=one, b=two}\nflags = 7\n"
        let path = try directory.write("b.cf", settings + "key_format = x:%s\n")
        try RealPostmap.age(path)
        #expect(try await theirs(["-q", "a", "memcache:\(path)"]).standardOutput == "one\n")
        #expect(try await ours(["-q", "b", "memcache:\(path)"]).standardOutput == "two\n")
        let entries = try await Blocking.run { try (server.entry("x:a"), server.entry("x:b")) }
        #expect(entries.0?.line == "VALUE x:a 7 3" && entries.0?.value == "one")
        #expect(entries.1?.line == "VALUE x:b 7 3" && entries.1?.value == "two")
    }

    @Test func postsrsdRewritesThereAndBack() async throws {
        let server = try await PostSRSdServer.start(domain: "relay.test")
        var generator = SeededGenerator(announcing: "srs parity")
        let senders = (0..<2600).map { number -> String in
            let local = generator.pick(["jack", "o'hara", "a+b", "x%y", "John.Doe", "SRS0=x"])
            return "\(local)\(number)@"
                + generator.pick(["example.org", "Relay.test", "münchen.de", "a.b.c.test"])
        }
        let forward = "tcp:127.0.0.1:\(server.forwardPort)"
        try await compare(senders, forward)
        let rewritten = try await ours(
            ["-q", "-", forward], input: senders.map { $0 + "\n" }.joined()
        ).standardOutput.split(separator: "\n").map { String($0.split(separator: "\t")[1]) }
        #expect(rewritten.count > 500)
        try await compare(
            rewritten + ["SRS0=XXXX=YY=example.org=x@relay.test", "plain@relay.test"],
            "tcp:127.0.0.1:\(server.reversePort)")
    }

    // MARK: Odd replies

    /// What both print on standard output, and the exit code.
    private func compare(_ map: String, key: String = "key") async throws {
        async let theirs = theirs(["-q", key, map])
        async let ours = ours(["-q", key, map])
        let (one, other) = try await (ours, theirs)
        #expect(one.standardOutput == other.standardOutput)
        #expect(one.exitCode == other.exitCode)
        #expect(one.standardError.contains("fatal: table ") == other.standardError.contains("fatal: table "))
    }

    @Test(arguments: [
        "200 \n", "200\n", "200 abc\r\n", "200 a%00b\n", "200 a%FFb\n", "200 a%zzb\n", "200 a%0Ab\n",
        "200  x\n",
        "200\tx y\n", "201 x\n", "300 x\n", "400 later\n", "500 %zz\n", "599 x\n", "abc\n", "2000 x\n",
    ])
    func oddRepliesOfTCPTablesMeanTheSame(reply: String) async throws {
        let peer = try TCPTablePeer { _ in Array(reply.utf8) }
        try await compare("tcp:127.0.0.1:\(peer.port)")
    }

    @Test(arguments: [
        "3:OK ,", "2:OK,", "9:NOTFOUND ,", "8:NOTFOUND,", "8:TEMP why,", "8:TIMEOUT ,", "8:PERM bad,",
        "4:WHAT,",
        "4:ok x,", "007:OK a zz,", "0:,", "5:OK abx", "-5:OK ab,", "99999999999999999999:", "6:OK a\nb,",
        "6:OK a\0b,",
        ":,", "x", "5:OK a,,",
    ])
    func oddRepliesOfSocketmapsMeanTheSame(reply: String) async throws {
        let peer = try SocketmapPeer { _, _ in Array(reply.utf8) }
        try await compare("socketmap:inet:127.0.0.1:\(peer.port):name")
    }

    @Test(arguments: [
        "WHAT\r\n", "SERVER_ERROR out\r\n", "VALUE key 0 -1\r\n", "VALUE key 0 1\r\nxyz\r\nEND\r\n",
        "VALUE key 0 1\nx\nEND\n", "VALUE key 0 1 77\r\nx\r\nEND\r\n", "END\n",
        "VALUE key 0 3\r\na\0b\r\nEND\r\n",
        "VALUE key 0 0\r\n\r\nEND\r\n",
    ])
    func oddRepliesOfMemcachedMeanTheSame(reply: String) async throws {
        let server = try StreamServer { stream, _ in
            while try stream.readLine() != nil { try stream.write(reply) }
        }
        let path = try directory.write(
            "\(UInt32.random(in: 0 ... .max)).cf", "memcache = inet:127.0.0.1:\(server.port)\n")
        try RealPostmap.age(path)
        try await compare("memcache:\(path)")
    }

    /// Mistakes in definitions: the same words.
    @Test(arguments: [
        "socketmap:x", "socketmap:foo:bar:name", "socketmap:unix:/none", "memcache:D/transport.cf",
        "memcache:D/format.cf",
    ])
    func definitionsThatMakeNoSenseAreRefusedInTheSameWords(map: String) async throws {
        for (name, text) in [("transport.cf", "memcache = foo:1\n"), ("format.cf", "key_format = %x\n")] {
            try RealPostmap.age(try directory.write(name, text))
        }
        let map = map.replacingOccurrences(of: "D", with: directory.path)
        async let theirs = theirs(["-q", "key", map])
        async let ours = ours(["-q", "key", map])
        let (one, other) = try await (ours, theirs)
        #expect(one.standardError == other.standardError)
        #expect(one.exitCode == other.exitCode)
    }

    /// What cannot be done with such maps: the same words.
    @Test(arguments: [
        ["-s", "tcp:127.0.0.1:1"], ["-d", "x", "tcp:127.0.0.1:1"], ["-i", "tcp:127.0.0.1:1"],
        ["-s", "socketmap:inet:127.0.0.1:1:n"], ["-d", "x", "socketmap:inet:127.0.0.1:1:n"],
        ["-i", "socketmap:inet:127.0.0.1:1:n"],
    ])
    func whatIsNotSupportedIsRefusedInTheSameWords(arguments: [String]) async throws {
        async let theirs = theirs(arguments)
        async let ours = ours(arguments)
        let (one, other) = try await (ours, theirs)
        #expect(one.standardError == other.standardError)
        #expect(one.exitCode == other.exitCode)
    }
}
