import Foundation
import Peers
import Testing

@testable import Diagnosis

@Suite struct DeliverySocketTests {
    private static let main = """
        virtual_mailbox_domains = example.org
        virtual_transport = lmtp:unix:private/dovecot-lmtp
        """

    private func setup(_ main: String = main) throws -> TriedSetup {
        let setup = try TriedSetup(main)
        _ = try setup.directory.makeDirectory("spool/private")
        return setup
    }

    @Test func aSocketThatIsNotThereIsFound() async throws {
        try await setup().has(
            DeliverySocket.self, .error, about: "DIR/spool/private/dovecot-lmtp",
            saying: "the socket is not there",
            "main.cf, line 14", "No such file or directory", "unix_listener DIR/spool/private/dovecot-lmtp")
    }

    @Test func aSocketThatNobodyListensAtIsFound() async throws {
        let setup = try setup()
        let path = setup.directory.appending("spool/private/dovecot-lmtp")
        try LeftSocket.make(path)
        try await setup.has(DeliverySocket.self, .error, saying: "nobody listens", "Connection refused")
    }

    @Test func anotherNameInTheDirectoryIsProposed() async throws {
        let setup = try setup()
        let sink = try LMTPSink(path: setup.directory.appending("spool/private/dovecot-lmtpd"))
        try await setup.has(
            DeliverySocket.self, saying: "did you mean DIR/spool/private/dovecot-lmtpd?")
        withExtendedLifetime(sink) {}
    }

    @Test func aSocketWhereSomebodyListensIsLeftInPeace() async throws {
        let setup = try setup()
        let sink = try LMTPSink(path: setup.directory.appending("spool/private/dovecot-lmtp"))
        try await setup.hasNo(DeliverySocket.self)
        withExtendedLifetime(sink) {}
    }

    @Test func aSocketThatTheServersUserMayNotUseIsFound() async throws {
        let setup = try setup(Self.main + "\nmail_owner = nobody")
        let sink = try LMTPSink(path: setup.directory.appending("spool/private/dovecot-lmtp"))
        try await setup.hasNo(DeliverySocket.self)
        chmod(sink.path, 0o600)
        try await setup.has(
            DeliverySocket.self, .error, saying: "nobody, the user", "may not use the socket", "0600")
    }

    @Test func aTransportWithoutDomainsIsNotInUse() async throws {
        try await setup("virtual_mailbox_domains =\nvirtual_transport = lmtp:unix:private/dovecot-lmtp")
            .hasNo(DeliverySocket.self)
    }

    @Test func transportsOfTablesAreTriedToo() async throws {
        try await setup("transport_maps = inline:{{example.org=lmtp:unix:private/other}}").has(
            DeliverySocket.self, about: "DIR/spool/private/other", saying: "transport_maps")
    }

    @Test func theQueueSaysSinceWhen() async throws {
        let setup = try setup()
        var described = try setup.setup()
        described.backlog = { reason in
            reason == "[private/dovecot-lmtp]"
                ? Backlog(messages: 7, since: Date(timeIntervalSince1970: 1_700_000_000)) : nil
        }
        let findings = await Examination.patient([DeliverySocket.self]).findings(in: described)
        #expect(
            findings.first?.evidence.last?.text.contains("7 messages wait for it, the oldest since 2023-11-1")
                == true)
    }
}

/// A socket whose server is gone.
enum LeftSocket {
    static func make(_ path: String) throws {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(file) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
    }
}

@Suite struct DeliveryServerTests {
    @Test func aServerThatDoesNotAnswerIsFound() async throws {
        let port = try LoopbackPort.unused()
        let main = "virtual_mailbox_domains = example.org\nvirtual_transport = lmtp:inet:127.0.0.1:\(port)"
        try await TriedSetup(main).has(
            DeliveryServer.self, .error, about: "127.0.0.1:\(port)", saying: "Connection refused",
            "main.cf, line 14")
        let server = try StreamServer { stream, _ in _ = try stream.readLine() }
        try await TriedSetup(
            "virtual_mailbox_domains = example.org\nvirtual_transport = lmtp:[127.0.0.1]:\(server.port)"
        ).hasNo(DeliveryServer.self)
    }
}

@Suite struct TransportTests {
    @Test func aTransportThatThereIsNotIsFound() async throws {
        let main = "virtual_mailbox_domains = example.org\nvirtual_transport = "
        try await TriedSetup(main + "lmpt:unix:private/x").has(
            UnknownTransport.self, .error, about: "lmpt", saying: "did you mean lmtp?")
        try await TriedSetup(
            main + "dovecot",
            master:
                "smtp inet n - n - - smtpd\ndovecot unix - n n - - spawn user=nobody argv=/usr/lib/dovecot/lda\n"
        ).has(UnknownTransport.self, .error, about: "dovecot", saying: "runs spawn", "master.cf, line 2")
        try await TriedSetup(
            main + "dovecot",
            master:
                "smtp inet n - n - - smtpd\ndovecot unix - n n - - pipe user=nobody argv=/usr/lib/dovecot/lda\n"
        ).hasNo(UnknownTransport.self)
        try await TriedSetup(main + "lmtp:unix:private/x").hasNo(UnknownTransport.self)
        try await TriedSetup(
            main + "dovecot:unix:x", master: "smtp inet n - n - - smtpd\ndovecot unix - - n - - lmtp\n"
        ).hasNo(UnknownTransport.self)
    }

    @Test func maildirsNeedAnOwnerAndAPlace() async throws {
        let main =
            "virtual_mailbox_domains = example.org\nvirtual_mailbox_base = DIR/mail\nvirtual_gid_maps = static:8\n"
        try await TriedSetup(main).has(VirtualOwners.self, .error, about: "virtual_uid_maps")
        try await TriedSetup(main + "virtual_uid_maps = static:8").hasNo(VirtualOwners.self)
        try await TriedSetup(main + "virtual_transport = lmtp:unix:x").hasNo(VirtualOwners.self)
    }
}
