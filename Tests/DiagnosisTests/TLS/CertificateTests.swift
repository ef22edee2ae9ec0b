import Foundation
import Peers
import Testing

@testable import Diagnosis

/// Certificates made by the openssl command, since the judge of them is to be another program.
@Suite struct CertificateTests {
    /// A key and a certificate for names, valid for some days from now.
    private func make(_ setup: TriedSetup, _ name: String, names: String, days: Int = 90) async throws {
        let made = try await Command.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", "/CN=x", "-addext", "subjectAltName=\(names)", "-days", "\(days)",
            "-keyout", "\(setup.path)/\(name).key", "-out", "\(setup.path)/\(name).pem",
        ])
        try #require(made.exitCode == 0, "\(made.standardError)")
        chmod("\(setup.path)/\(name).key", 0o600)
    }

    private static let main = "smtpd_tls_cert_file = DIR/a.pem\nsmtpd_tls_key_file = DIR/a.key"

    @Test(arguments: ["DNS:mail.example.org", "DNS:x.org,DNS:MAIL.example.org", "DNS:*.example.org"])
    func aGoodCertificateIsLeftInPeace(names: String) async throws {
        let setup = try TriedSetup(Self.main)
        try await make(setup, "a", names: names)
        try await setup.hasNo(CertificateTrouble.self)
    }

    @Test func withoutTLSThereIsNothingToSay() async throws {
        try await TriedSetup().hasNo(CertificateTrouble.self)
        try await TriedSetup("smtpd_tls_cert_file = none").hasNo(CertificateTrouble.self)
    }

    @Test func aCertificateThatIsNotThereIsFound() async throws {
        try await TriedSetup(Self.main).has(
            CertificateTrouble.self, .error, about: "DIR/a.pem", saying: "is not there", "main.cf, line 13")
    }

    @Test func itsEndIsTold() async throws {
        let setup = try TriedSetup(Self.main)
        try await make(setup, "a", names: "DNS:mail.example.org")
        let day = 86_400.0
        try await setup.hasNo(CertificateTrouble.self, now: Date(timeIntervalSinceNow: 75 * day))
        try await setup.has(
            CertificateTrouble.self, .warning, saying: "ends on", now: Date(timeIntervalSinceNow: 80 * day))
        try await setup.has(
            CertificateTrouble.self, .error, saying: "ended on", "certbot renew",
            now: Date(timeIntervalSinceNow: 91 * day))
        try await setup.has(
            CertificateTrouble.self, .error, saying: "valid only from",
            now: Date(timeIntervalSinceNow: -2 * day))
    }

    @Test(arguments: ["DNS:www.example.org", "DNS:*.mail.example.org", "DNS:example.org", "IP:127.0.0.1"])
    func aCertificateForAnotherNameIsFound(names: String) async throws {
        let setup = try TriedSetup(Self.main)
        try await make(setup, "a", names: names)
        try await setup.has(
            CertificateTrouble.self, .warning, about: "DIR/a.pem",
            saying: "is not for myhostname, mail.example.org")
    }

    @Test func aKeyOfAnotherCertificateIsFound() async throws {
        let setup = try TriedSetup("smtpd_tls_cert_file = DIR/a.pem\nsmtpd_tls_key_file = DIR/b.key")
        try await make(setup, "a", names: "DNS:mail.example.org")
        try await make(setup, "b", names: "DNS:mail.example.org")
        try await setup.has(
            CertificateTrouble.self, .error, about: "DIR/b.key",
            saying: "is not the key of the certificate in DIR/a.pem")
    }

    @Test func aKeyThatEverybodyMayReadIsFound() async throws {
        let setup = try TriedSetup(Self.main)
        try await make(setup, "a", names: "DNS:mail.example.org")
        chmod("\(setup.path)/a.key", 0o644)
        let finding = try await setup.has(
            CertificateTrouble.self, .warning, about: "DIR/a.key", saying: "chmod 0600")
        #expect(!"\(finding)".contains("BEGIN"))
    }

    @Test func filesThatHoldNoneAreFound() async throws {
        let setup = try TriedSetup(Self.main, files: ["a.pem": "hello\n", "a.key": "hello\n"])
        try await setup.has(CertificateTrouble.self, .error, about: "DIR/a.pem", saying: "no certificate")
        try await make(setup, "a", names: "DNS:mail.example.org")
        try setup.write("a.key", "hello\n")
        try await setup.has(CertificateTrouble.self, .error, about: "DIR/a.key", saying: "no key in it")
    }

    @Test func aChainFileWithKeyAndCertificateIsLeftInPeace() async throws {
        let setup = try TriedSetup("smtpd_tls_chain_files = DIR/chain.pem")
        try await make(setup, "a", names: "DNS:mail.example.org")
        let key = try String(contentsOfFile: "\(setup.path)/a.key", encoding: .utf8)
        let certificate = try String(contentsOfFile: "\(setup.path)/a.pem", encoding: .utf8)
        try setup.write("chain.pem", key + certificate, mode: 0o600)
        try await setup.hasNo(CertificateTrouble.self)
        try setup.write("chain.pem", certificate, mode: 0o600)
        try await setup.has(CertificateTrouble.self, .error, saying: "no key in it")
    }
}
