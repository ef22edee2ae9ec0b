import Foundation
import Testing

@testable import Diagnosis

@Suite struct ConfigurationTests {
    @Test func everythingThatIsWrongIsToldAtOnce() async throws {
        let setup = try TriedSetup(
            """
            message_size_limit = big
            queue_minfree = $nothing_like
             this
            smtpd_timeout = 5x
            vitual_transport = lmtp
            message_size_limit = bigger
            """,
            master:
                "smtp inet n - n - - smtpd -o smtpd_timeout=7y\nnonsense\n  goes on\n25x inet n - n - - smtpd\n"
        )
        let findings = try await setup.findings(UnusableSetting.self)
        let subjects = Set(findings.map { "\($0.severity) \($0.subject)" })
        #expect(
            subjects == [
                "error message_size_limit", "error queue_minfree", "error smtpd_timeout",
                "error \(setup.path)/master.cf, line 2",
                "error \(setup.path)/master.cf, line 4", "warning vitual_transport",
                "warning message_size_limit",
            ])
        try await setup.has(
            UnusableSetting.self, .error, about: "smtpd_timeout", saying: "must be a time",
            "main.cf, line 16: smtpd_timeout = 5x")
        try await setup.has(
            UnusableSetting.self, .warning, about: "vitual_transport",
            saying: "did you mean virtual_transport?")
        #expect(try SetupReading(directory: setup.path).isUnusable)
    }

    @Test func whatIsGoodIsUsedBesideWhatIsNot() throws {
        let setup = try TriedSetup(
            "message_size_limit = big\nvirtual_transport = lmtp:unix:x",
            master: "smtp inet n - n - - smtpd\nx\n")
        let reading = try SetupReading(directory: setup.path)
        #expect(reading.configuration[.virtualTransport] == "lmtp:unix:x")
        #expect(reading.configuration[.messageSizeLimit] == 10_240_000)
        #expect(reading.master?.services.map(\.name) == ["smtp"])
    }

    @Test func aPasswordInMainCfIsNotShown() async throws {
        let setup = try TriedSetup("my_password = s3cret\nmy_password = s3cret2")
        let findings = try await setup.findings(UnusableSetting.self)
        #expect(findings.count == 2)
        #expect(!"\(findings)".contains("s3cret"))
    }

    @Test func aGoodSetupIsLeftInPeace() async throws {
        try await TriedSetup("virtual_transport = lmtp:unix:x").hasNo(UnusableSetting.self)
        try await TriedSetup("virtual_transport = lmtp:unix:x").hasNo(IdleParameters.self)
    }

    @Test func whatMartletDoesNotActOnIsAdvice() async throws {
        try await TriedSetup("biff = no\nreadme_directory = no").has(
            IdleParameters.self, .advice, saying: "biff, readme_directory", "main.cf, line 13")
    }
}
