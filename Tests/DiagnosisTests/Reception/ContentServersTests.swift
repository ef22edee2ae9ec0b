import Foundation
import Peers
import Testing

@testable import Diagnosis

@Suite struct ContentServersTests {
    @Test func aMilterThatDoesNotAnswerIsFoundWithWhatFollows() async throws {
        let port = try LoopbackPort.unused()
        let main = "smtpd_milters = inet:127.0.0.1:\(port)"
        try await TriedSetup(main).has(
            ContentServers.self, .error, about: "127.0.0.1:\(port)",
            saying: "milter_default_action = tempfail",
            "Connection refused", "main.cf, line 13")
        try await TriedSetup(main + "\nmilter_default_action = accept").has(
            ContentServers.self, .warning, saying: "mail goes on as if it had nothing to say")
        try await TriedSetup("smtpd_milters = { inet:127.0.0.1:\(port), default_action=accept }").has(
            ContentServers.self, .warning, saying: "default_action = accept")
    }

    @Test func aMilterOfAServiceIsFound() async throws {
        try await TriedSetup(
            "", master: "smtp inet n - n - - smtpd -o smtpd_milters=unix:milter.sock\n"
        ).has(ContentServers.self, about: "DIR/spool/milter.sock", saying: "master.cf, line 1")
    }

    @Test func aPolicyServiceThatDoesNotAnswerIsFound() async throws {
        try await TriedSetup(
            "smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service unix:private/policy"
        ).has(
            ContentServers.self, .error, about: "DIR/spool/private/policy",
            saying: "smtpd_policy_service_default_action = 451 4.3.5 Server configuration problem")
    }

    @Test func oneThatAnswersIsLeftInPeace() async throws {
        let server = try StreamServer { stream, _ in _ = try stream.readLine() }
        try await TriedSetup(
            """
            smtpd_milters = inet:localhost:\(server.port)
            smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service inet:127.0.0.1:\(server.port)
            """
        ).hasNo(ContentServers.self)
        try await TriedSetup().hasNo(ContentServers.self)
    }

    @Test func aPlaceThatIsNoneIsFound() async throws {
        try await TriedSetup("smtpd_milters = rspamd").has(ContentServers.self, .error, about: "rspamd")
    }

    @Test(arguments: [
        ("inet:127.0.0.1:11332", "127.0.0.1:11332"), ("inet:11332@localhost", "localhost:11332"),
        ("inet:[::1]:11332", "[::1]:11332"), ("unix:/run/x.sock", "/run/x.sock"), ("unix:x", "/q/x"),
        ("local:x", "/q/x"), ("127.0.0.1:1", "127.0.0.1:1"),
    ])
    func placesAreReadAsMainCfNamesThem(text: String, place: String) {
        #expect(ServerPlace(text, directory: "/q")?.description == place)
    }
}
